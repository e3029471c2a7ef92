#include <torch/optim.h>

#include <QTemporaryDir>
#include <QtTest>

#include "models/fleet/fleet_parameters.h"
#include "models/tensor/torch.h"
#include "tests/training/small_experiments.h"
#include "training/engine/trainer.h"
#include "training/engine/trainer_state.h"
#include "training/run/checkpoint.h"
#include "training/run/member_state.h"
#include "training/step/worker_thread.h"

using namespace elbo;

/// Lagging inference: steps that move the encoder alone.
class TestEncoderSteps : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { prepareWorkerThread(1, true); }
    void theDecoderWaits_data();
    void theDecoderWaits();
    void thePhaseEnds();
    void noneIsAsBefore();
    void eachPartHasItsOwnCount();
    void resumedRunsEqualUninterruptedOnes();
    void aMemberAloneIsThatOfTheFleet();
};

namespace {

Experiment lagging(int encoderSteps) {
    Experiment experiment = smallDigits();
    experiment.model.likelihood = LikelihoodKind::Gaussian;
    experiment.model.variance = VarianceKind::Learned;
    experiment.knobs = {{1.0, 10.0, 0.0}, {0.5, 1.0, 0.0}};
    experiment.optimiser.encoderSteps = encoderSteps;
    return experiment;
}

void train(Trainer& trainer, int steps) {
    for (int i = 0; i < steps; ++i) {
        trainer.step();
    }
}

/// Parameters and moments of the parts that are the encoder's, or of those that are not, side by side.
torch::Tensor part(const TrainerState& state, bool encoder) {
    std::vector<torch::Tensor> columns;
    for (const ParameterLayout::Slot& slot : state.parameters.layout()->slots()) {
        if (slot.name.starts_with("encoder.") == encoder) {
            for (const torch::Tensor* values :
                 {&state.parameters.values(), &state.adam.firstMoment(), &state.adam.secondMoment()}) {
                columns.push_back(values->narrow(1, slot.offset, slot.size));
            }
        }
    }
    return torch::cat(columns, 1);
}

}  // namespace

void TestEncoderSteps::theDecoderWaits_data() {
    QTest::addColumn<int>("engine");
    QTest::newRow("fused") << static_cast<int>(Engine::Fused);
    QTest::newRow("plain") << static_cast<int>(Engine::Plain);
}

void TestEncoderSteps::theDecoderWaits() {
    QFETCH(int, engine);
    Experiment experiment = lagging(2);
    experiment.run.engine = static_cast<Engine>(engine);
    Trainer trainer(experiment, loadDataset(experiment.data));
    for (int step = 0; step < 9; ++step) {
        const torch::Tensor encoder = part(trainer.state(), true);
        const torch::Tensor others = part(trainer.state(), false);
        trainer.step();
        QVERIFY(!torch::equal(part(trainer.state(), true), encoder));
        QCOMPARE(torch::equal(part(trainer.state(), false), others), (step + 1) % 3 != 0);
    }
    QCOMPARE(trainer.stepCount(), 9);
}

void TestEncoderSteps::thePhaseEnds() {
    Experiment experiment = lagging(4);
    experiment.optimiser.encoderPhase = 7;
    Trainer trainer(experiment, loadDataset(experiment.data));
    for (int step = 0; step < 12; ++step) {
        const torch::Tensor others = part(trainer.state(), false);
        trainer.step();
        QCOMPARE(torch::equal(part(trainer.state(), false), others), step < 7 && step != 4);
    }
}

/// A phase that is over before it begins, and no encoder-only steps, are the same run to the last byte.
void TestEncoderSteps::noneIsAsBefore() {
    const Experiment plain = lagging(0);
    Experiment over = lagging(3);
    over.optimiser.encoderPhase = 1;
    const auto dataset = loadDataset(plain.data);
    Trainer first(plain, dataset);
    Trainer second(over, dataset);
    second.state().step = 1;  // past the phase
    first.state().step = 1;
    train(first, 12);
    train(second, 12);
    QVERIFY(torch::equal(first.state().parameters.values(), second.state().parameters.values()));
    QCOMPARE(second.state().adam.stepsApart(), 0);
}

/// LibTorch's Adam with one instance for each part is the reference.
void TestEncoderSteps::eachPartHasItsOwnCount() {
    torch::manual_seed(3);
    torch::Tensor ours = torch::randn({2, 10}, torch::kFloat64);
    torch::Tensor middle = ours.narrow(1, 3, 4).clone().set_requires_grad(true);
    torch::Tensor ends = torch::cat({ours.narrow(1, 0, 3), ours.narrow(1, 7, 3)}, 1).clone().set_requires_grad(true);
    const auto options = torch::optim::AdamOptions(0.03).betas({0.9, 0.999}).eps(1e-8);
    torch::optim::Adam middleAdam({middle}, options);
    torch::optim::Adam endsAdam({ends}, options);
    Adam adam({}, ours, {3, 4});
    for (int step = 0; step < 20; ++step) {
        const torch::Tensor gradient = torch::randn({2, 10}, torch::kFloat64);
        middle.mutable_grad() = gradient.narrow(1, 3, 4).clone();
        middleAdam.step();
        if (step % 3 == 2) {
            adam.step(ours, gradient, 0.03, {true, true});
            ends.mutable_grad() = torch::cat({gradient.narrow(1, 0, 3), gradient.narrow(1, 7, 3)}, 1);
            endsAdam.step();
        } else {
            adam.stepApart(ours, gradient, 0.03, {true, true});
        }
    }
    QCOMPARE(adam.steps(), 6);
    QCOMPARE(adam.stepsApart(), 14);
    const torch::Tensor theirs = torch::cat({ends.narrow(1, 0, 3), middle, ends.narrow(1, 3, 3)}, 1).detach();
    QVERIFY((ours - theirs).abs().max().item<double>() < 1e-12);
}

void TestEncoderSteps::resumedRunsEqualUninterruptedOnes() {
    Experiment experiment = lagging(2);
    experiment.optimiser.encoderPhase = 15;
    const auto dataset = loadDataset(experiment.data);
    Trainer whole(experiment, dataset);
    train(whole, 10);
    const QTemporaryDir folder;
    const std::string path = folder.filePath("c.safetensors").toStdString();
    saveCheckpoint(path, whole);
    Trainer resumed(checkpointExperiment(path), dataset);
    restoreCheckpoint(path, resumed);
    train(whole, 10);
    train(resumed, 10);
    QVERIFY(torch::equal(whole.state().parameters.values(), resumed.state().parameters.values()));
    QVERIFY(torch::equal(whole.state().adam.firstMoment(), resumed.state().adam.firstMoment()));
    QCOMPARE(resumed.state().adam.stepsApart(), whole.state().adam.stepsApart());
}

void TestEncoderSteps::aMemberAloneIsThatOfTheFleet() {
    Experiment experiment = lagging(2);
    const auto dataset = loadDataset(experiment.data);
    Trainer fleet(experiment, dataset);
    train(fleet, 10);
    experiment.knobs = {experiment.knobs[0]};
    Trainer copy(experiment, dataset);
    copyMember(fleet, 0, copy);
    train(fleet, 5);
    train(copy, 5);
    const torch::Tensor difference = fleet.state().parameters.values()[0] - copy.state().parameters.values()[0];
    QVERIFY(difference.abs().max().item<double>() < 1e-4);
    QCOMPARE(copy.state().adam.stepsApart(), fleet.state().adam.stepsApart());
}

QTEST_GUILESS_MAIN(TestEncoderSteps)
#include "tst_encoder_steps.moc"
