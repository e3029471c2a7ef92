#include <QTemporaryDir>
#include <QtTest>

#include "models/fleet/fleet_parameters.h"
#include "models/tensor/torch.h"
#include "tests/training/small_experiments.h"
#include "training/engine/trainer.h"
#include "training/engine/trainer_state.h"
#include "training/experiment/experiment_text.h"
#include "training/run/checkpoint.h"
#include "training/step/adam.h"
#include "training/step/worker_thread.h"

using namespace elbo;

/// Adam on gradients whose blocks are divided by their length (Yu et al. 2017): only directions count.
class TestBlockNormalised : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { prepareWorkerThread(1, true); }
    void itIsAdamOnDirections();
    void theScaleOfTheLossDoesNotMatter();
    void aGradientOfZeroStays();
    void aFleetIsItsMembersAlone();
    void theEncodersOwnStepsAreNormalisedToo();
    void resumedRunsEqualUninterruptedOnes();
};

namespace {

const std::vector<ColumnRange> kBlocks{{0, 4}, {4, 3}, {7, 3}};

OptimiserSpec byBlock() {
    OptimiserSpec spec;
    spec.normalise = Normalise::Block;
    return spec;
}

/// Every block of every row divided by its length.
torch::Tensor directionsOf(const torch::Tensor& gradients) {
    torch::Tensor directions = gradients.clone();
    for (const ColumnRange& block : kBlocks) {
        const torch::Tensor part = directions.narrow(1, block.first, block.count);
        part.div_(part.square().sum(1, true).sqrt() + 1e-7);
    }
    return directions;
}

Experiment normalisedDigits() {
    Experiment experiment = smallDigits();
    assignField(experiment, "optimiser.normalise=block");
    experiment.knobs = {{1.0, 1.0, 0.0}, {0.5, 10.0, 0.0}};
    return experiment;
}

void train(Trainer& trainer, int steps) {
    for (int i = 0; i < steps; ++i) {
        trainer.step();
    }
}

double largestDifference(const torch::Tensor& a, const torch::Tensor& b) {
    return (a - b).abs().max().item<double>();
}

}  // namespace

void TestBlockNormalised::itIsAdamOnDirections() {
    torch::manual_seed(1);
    torch::Tensor normalised = torch::randn({3, 10}, torch::kFloat64);
    torch::Tensor plain = normalised.clone();
    Adam adam(byBlock(), normalised, {}, kBlocks);
    Adam reference({}, plain);
    for (int step = 0; step < 20; ++step) {
        const torch::Tensor gradient = torch::randn({3, 10}, torch::kFloat64);
        const torch::Tensor before = gradient.clone();
        adam.step(normalised, gradient, 0.03, {true, true, true});
        reference.step(plain, directionsOf(gradient), 0.03, {true, true, true});
        QVERIFY(torch::equal(gradient, before));
    }
    QVERIFY(largestDifference(normalised, plain) < 1e-12);
}

void TestBlockNormalised::theScaleOfTheLossDoesNotMatter() {
    Experiment experiment = normalisedDigits();
    experiment.knobs = {Knobs{}};
    experiment.run.precision = Precision::Float64;
    Experiment louder = experiment;
    louder.knobs.front().distortion = 1000.0;
    louder.knobs.front().beta = 1000.0;
    const auto dataset = loadDataset(experiment.data);
    Trainer first(experiment, dataset), second(louder, dataset);
    const torch::Tensor start = first.state().parameters.values().clone();
    train(first, 20);
    train(second, 20);
    const double apart = largestDifference(first.state().parameters.values(), second.state().parameters.values());
    QVERIFY2(apart < 1e-5, qPrintable(QString::number(apart)));
    QVERIFY(largestDifference(first.state().parameters.values(), start) > 1e-2);
}

void TestBlockNormalised::aGradientOfZeroStays() {
    torch::Tensor parameters = torch::ones({2, 10});
    Adam adam(byBlock(), parameters, {}, kBlocks);
    torch::Tensor gradient = torch::ones({2, 10});
    gradient.narrow(1, 4, 3).zero_();
    for (int step = 0; step < 5; ++step) {
        adam.step(parameters, gradient, 0.1, {true, true});
    }
    QVERIFY(torch::equal(parameters.narrow(1, 4, 3), torch::ones({2, 3})));
    QVERIFY((parameters.narrow(1, 0, 4) < 0.9).all().item<bool>());
    QVERIFY((parameters.narrow(1, 7, 3) < 0.9).all().item<bool>());
}

void TestBlockNormalised::aFleetIsItsMembersAlone() {
    torch::manual_seed(2);
    const torch::Tensor start = torch::randn({3, 10}, torch::kFloat64);
    torch::Tensor fleet = start.clone();
    std::vector<torch::Tensor> lone;
    std::vector<Adam> adams;
    for (std::int64_t member = 0; member < 3; ++member) {
        lone.push_back(start.narrow(0, member, 1).clone());
        adams.emplace_back(byBlock(), lone.back(), ColumnRange{}, kBlocks);
    }
    Adam together(byBlock(), fleet, {}, kBlocks);
    for (int step = 0; step < 10; ++step) {
        // Members whose gradients differ in size by powers of ten: one length for all of them would show.
        const torch::Tensor gradient =
            torch::randn({3, 10}, torch::kFloat64) * torch::tensor({{1e-3}, {1.0}, {1e4}}, torch::kFloat64);
        together.step(fleet, gradient, 0.03, {true, true, true});
        for (std::int64_t member = 0; member < 3; ++member) {
            const auto place = static_cast<std::size_t>(member);
            adams[place].step(lone[place], gradient.narrow(0, member, 1).contiguous(), 0.03, {true});
        }
    }
    QVERIFY(largestDifference(fleet, torch::cat(lone, 0)) < 1e-12);
}

void TestBlockNormalised::theEncodersOwnStepsAreNormalisedToo() {
    torch::manual_seed(3);
    torch::Tensor ours = torch::randn({2, 10}, torch::kFloat64);
    torch::Tensor reference = ours.clone();
    const ColumnRange apart{4, 3};
    Adam adam(byBlock(), ours, apart, kBlocks);
    Adam plain({}, reference, apart);
    for (int step = 0; step < 9; ++step) {
        const torch::Tensor gradient = torch::randn({2, 10}, torch::kFloat64);
        if (step % 3 == 2) {
            adam.step(ours, gradient, 0.03, {true, true});
            plain.step(reference, directionsOf(gradient), 0.03, {true, true});
        } else {
            adam.stepApart(ours, gradient, 0.03, {true, true});
            plain.stepApart(reference, directionsOf(gradient), 0.03, {true, true});
        }
    }
    QVERIFY(largestDifference(ours, reference) < 1e-12);
}

void TestBlockNormalised::resumedRunsEqualUninterruptedOnes() {
    const Experiment experiment = normalisedDigits();
    const auto dataset = loadDataset(experiment.data);
    Trainer whole(experiment, dataset);
    train(whole, 10);
    const QTemporaryDir folder;
    const std::string path = folder.filePath("c.safetensors").toStdString();
    saveCheckpoint(path, whole);
    Trainer resumed(checkpointExperiment(path), dataset);
    QVERIFY(resumed.experiment().optimiser.normalise == Normalise::Block);
    restoreCheckpoint(path, resumed);
    train(whole, 10);
    train(resumed, 10);
    QVERIFY(torch::equal(whole.state().parameters.values(), resumed.state().parameters.values()));
    QVERIFY(torch::equal(whole.state().adam.firstMoment(), resumed.state().adam.firstMoment()));
    QVERIFY(torch::equal(whole.state().adam.secondMoment(), resumed.state().adam.secondMoment()));
}

QTEST_GUILESS_MAIN(TestBlockNormalised)
#include "tst_block_normalised.moc"
