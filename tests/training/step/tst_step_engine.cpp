#include "training/step/step_engine.h"

#include <QtTest>

#include "models/fleet/fleet_parameters.h"
#include "models/tensor/torch.h"
#include "tests/training/small_experiments.h"
#include "training/engine/trainer.h"
#include "training/step/worker_thread.h"

using namespace elbo;

/// The two engines train to the same parameters.
class TestStepEngine : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { prepareWorkerThread(1, true); }
    void enginesAgree_data();
    void enginesAgree();
    void everyObjectiveTrains_data();
    void everyObjectiveTrains();
};

void TestStepEngine::enginesAgree_data() {
    QTest::addColumn<bool>("isDouble");
    QTest::addColumn<int>("steps");
    QTest::addColumn<double>("tolerance");
    // In float32 Adam amplifies rounding where gradients are tiny, so whole runs are compared by their averages.
    QTest::newRow("float64, one step") << true << 1 << 1e-10;
    QTest::newRow("float64, 100 steps") << true << 100 << 1e-8;
    QTest::newRow("float32, 100 steps") << false << 100 << 1e-5;
}

void TestStepEngine::enginesAgree() {
    QFETCH(bool, isDouble);
    QFETCH(int, steps);
    QFETCH(double, tolerance);
    Experiment experiment = smallDigits();
    experiment.model.activation = Activation::Tanh;
    experiment.run.precision = isDouble ? Precision::Float64 : Precision::Float32;
    experiment.knobs = {{1.0, 1.0, 0.0}, {0.5, 50.0, 0.1}, {4.0, 1.0, 0.0}};
    const auto dataset = loadDataset(experiment.data);
    const auto train = [&](Engine engine) {
        experiment.run.engine = engine;
        Trainer trainer(experiment, dataset);
        for (int i = 0; i < steps; ++i) {
            trainer.step();
        }
        return trainer.snapshot();
    };
    const auto fused = train(Engine::Fused);
    const auto plain = train(Engine::Plain);
    for (const auto& [name, values] : plain->averages) {
        for (std::size_t member = 0; member < values.size(); ++member) {
            const double difference = std::abs(fused->averages.at(name)[member] - values[member]);
            QVERIFY2(
                difference <= tolerance * std::max(1.0, std::abs(values[member])),
                qPrintable(QString("%1 of member %2 differs by %3").arg(name.c_str()).arg(member).arg(difference)));
        }
    }
    if (isDouble) {
        const torch::Tensor difference = (fused->parameters->values() - plain->parameters->values()).abs();
        QVERIFY2(difference.max().item<double>() < tolerance,
                 qPrintable(QString::number(difference.max().item<double>())));
    }
}

void TestStepEngine::everyObjectiveTrains_data() {
    QTest::addColumn<int>("divergence");
    QTest::addColumn<int>("term");
    QTest::newRow("moments") << static_cast<int>(DivergenceKind::Moments) << static_cast<int>(RateTerm::Rate);
    QTest::newRow("stein") << static_cast<int>(DivergenceKind::Stein) << static_cast<int>(RateTerm::Rate);
    QTest::newRow("rate target") << static_cast<int>(DivergenceKind::Mmd) << static_cast<int>(RateTerm::Target);
    QTest::newRow("free bits") << static_cast<int>(DivergenceKind::Mmd) << static_cast<int>(RateTerm::FreeBits);
    QTest::newRow("information") << static_cast<int>(DivergenceKind::Mmd) << static_cast<int>(RateTerm::Information);
}

void TestStepEngine::everyObjectiveTrains() {
    // The fused engine is asked for and must stand back: its kernels know none of these.
    QFETCH(int, divergence);
    QFETCH(int, term);
    Experiment experiment = smallDigits();
    experiment.optimiser.learningRate = 3e-3;
    experiment.objective = {.divergence = static_cast<DivergenceKind>(divergence),
                            .rateTerm = static_cast<RateTerm>(term),
                            .rateTarget = 2.0,
                            .freeBits = 0.5};
    experiment.knobs = {{10.0, 20.0, 0.0}, {1.0, 1.0, 0.0}};
    Trainer trainer(experiment, loadDataset(experiment.data));
    trainer.step();
    const auto first = trainer.snapshot();
    for (int i = 0; i < 400; ++i) {
        trainer.step();
    }
    QVERIFY2(!trainer.failed(), trainer.snapshot()->failure.c_str());
    const auto last = trainer.snapshot();
    const auto& averages = last->averages;
    const bool replaced = experiment.objective.rateTerm != RateTerm::Rate;
    QCOMPARE(averages.contains("rate_term"), replaced);
    const std::vector<double>& rate = averages.at(replaced ? "rate_term" : "rate");
    for (std::size_t member = 0; member < 2; ++member) {
        const double sum = averages.at("distortion")[member] + experiment.knobs[member].rateWeight() * rate[member] +
                           experiment.knobs[member].divergenceWeight() * averages.at("marginal_divergence")[member];
        QVERIFY(std::abs(sum - averages.at("loss")[member]) < 1e-4 * sum);
        QVERIFY(averages.at("distortion")[member] < first->averages.at("distortion")[member]);
    }
    if (experiment.objective.rateTerm == RateTerm::Target) {
        QVERIFY2(std::abs(averages.at("rate")[0] - 2.0) < 0.3, qPrintable(QString::number(averages.at("rate")[0])));
    }
    if (experiment.objective.rateTerm == RateTerm::Information) {
        QVERIFY2(rate[0] < 0.3, qPrintable(QString::number(rate[0])));
    }
}

QTEST_GUILESS_MAIN(TestStepEngine)
#include "tst_step_engine.moc"
