#include <QtTest>
#include <cmath>

#include "models/fleet/fleet_parameters.h"
#include "models/tensor/torch.h"
#include "tests/training/small_experiments.h"
#include "training/engine/trainer.h"
#include "training/engine/trainer_state.h"
#include "training/experiment/experiment_text.h"
#include "training/step/worker_thread.h"

using namespace elbo;

/// Runs whose codes are weighed by importance: what is trained, what is reported, and how a run comes to it and back.
class TestWeighedCodes : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { prepareWorkerThread(1, true); }
    void fusedKernelsStandBack_data();
    void fusedKernelsStandBack();
    void theLossIsWhatIsReported();
    void oneCodeByItsPathIsTheRunAsItWas();
    void theNumberOfCodesMovesWhileItTrains();
    void moreCodesAreABoundThatIsTighter();
};

namespace {

Experiment weighed(int codes, CodeGradient gradient) {
    Experiment experiment = smallDigits();
    experiment.knobs = {{1.0, 20.0, 0.0}, {2.0, 1.0, 0.0}, {0.5, 1.0, 0.2}};
    experiment.objective.rateEstimate = RateEstimate::LogRatio;
    experiment.objective.importanceSamples = codes;
    experiment.objective.gradient = gradient;
    return experiment;
}

void train(Trainer& trainer, int steps) {
    for (int i = 0; i < steps; ++i) {
        trainer.step();
    }
}

}  // namespace

void TestWeighedCodes::fusedKernelsStandBack_data() {
    QTest::addColumn<int>("codes");
    QTest::addColumn<int>("gradient");
    for (const EnumName<CodeGradient>& name : namesOf<CodeGradient>) {
        QTest::newRow(name.key) << 3 << static_cast<int>(name.value);
    }
    QTest::newRow("one code") << 1 << static_cast<int>(CodeGradient::Stl);
}

void TestWeighedCodes::fusedKernelsStandBack() {
    QFETCH(int, codes);
    QFETCH(int, gradient);
    Experiment experiment = weighed(codes, static_cast<CodeGradient>(gradient));
    const auto dataset = loadDataset(experiment.data);
    Trainer first(experiment, dataset);
    experiment.run.engine = Engine::Plain;
    Trainer second(experiment, dataset);
    const torch::Tensor start = first.state().parameters.values().clone();
    train(first, 5);
    train(second, 5);
    QVERIFY(!first.failed());
    QVERIFY(torch::equal(first.state().parameters.values(), second.state().parameters.values()));
    QVERIFY((first.state().parameters.values() - start).abs().max().item<double>() > 1e-3);
}

void TestWeighedCodes::theLossIsWhatIsReported() {
    const Experiment experiment = weighed(4, CodeGradient::Dreg);
    Trainer trainer(experiment, loadDataset(experiment.data));
    trainer.step();
    const auto averages = trainer.snapshot()->averages;
    QVERIFY(!averages.contains("rate_term"));
    for (std::size_t member = 0; member < 3; ++member) {
        const auto value = [&](const char* name) { return averages.at(name)[member]; };
        const double sum =
            value("importance_term") + experiment.knobs[member].divergenceWeight() * value("marginal_divergence");
        QVERIFY2(std::abs(sum - value("loss")) < 1e-4 * std::abs(sum), qPrintable(QString::number(sum)));
        QVERIFY(std::abs(value("elbo") + value("distortion") + value("rate")) < 1e-4 * std::abs(sum));
    }
}

void TestWeighedCodes::oneCodeByItsPathIsTheRunAsItWas() {
    Experiment experiment = smallDigits();
    const auto dataset = loadDataset(experiment.data);
    Trainer plain(experiment, dataset);
    assignField(experiment, "objective.importance_samples=1");
    assignField(experiment, "objective.gradient=path");
    Trainer named(experiment, dataset);
    train(plain, 6);
    train(named, 6);
    QVERIFY(torch::equal(plain.state().parameters.values(), named.state().parameters.values()));
    QVERIFY(!named.snapshot()->averages.contains("importance_term"));
}

void TestWeighedCodes::theNumberOfCodesMovesWhileItTrains() {
    const auto run = [](Engine engine) {
        Experiment experiment = smallDigits();
        experiment.run.precision = Precision::Float64;
        experiment.run.engine = engine;
        Trainer trainer(experiment, loadDataset(experiment.data));
        train(trainer, 3);
        ObjectiveSpec several = experiment.objective;
        several.rateEstimate = RateEstimate::LogRatio;
        several.importanceSamples = 5;
        trainer.setObjective({several, experiment.knobs});
        train(trainer, 3);
        const bool reported = trainer.snapshot()->averages.contains("importance_term");
        several.importanceSamples = 2;
        trainer.setObjective({several, experiment.knobs});
        train(trainer, 2);
        trainer.setObjective(experiment.whole());
        train(trainer, 3);
        const bool gone = !trainer.snapshot()->averages.contains("importance_term");
        return reported && gone ? trainer.state().parameters.values().clone() : torch::Tensor();
    };
    const torch::Tensor fused = run(Engine::Fused), plain = run(Engine::Plain);
    QVERIFY(fused.defined() && plain.defined());
    const double difference = (fused - plain).abs().max().item<double>();
    QVERIFY2(difference < 1e-10, qPrintable(QString::number(difference)));
}

void TestWeighedCodes::moreCodesAreABoundThatIsTighter() {
    // A mixture, so that the rate is averaged over the same codes: then no code is needed to be lucky (Jensen).
    Experiment experiment = weighed(6, CodeGradient::Path);
    experiment.model.prior = "gaussian_mixture";
    experiment.knobs = {Knobs{}};
    Trainer trainer(experiment, loadDataset(experiment.data));
    for (int step = 0; step < 20; ++step) {
        trainer.step();
        const auto averages = trainer.snapshot()->averages;
        QVERIFY(averages.at("importance_term")[0] < averages.at("distortion")[0] + averages.at("rate")[0]);
    }
}

QTEST_GUILESS_MAIN(TestWeighedCodes)
#include "tst_weighed_codes.moc"
