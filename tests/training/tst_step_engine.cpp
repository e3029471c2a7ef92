#include "training/step_engine.h"

#include <torch/torch.h>

#include <QtTest>

#include "models/fleet_parameters.h"
#include "tests/training/small_experiments.h"
#include "training/trainer.h"

using namespace elbo;

/// The two engines train to the same parameters.
class TestStepEngine : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { prepareWorkerThread(1, true); }
    void enginesAgree_data();
    void enginesAgree();
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

QTEST_GUILESS_MAIN(TestStepEngine)
#include "tst_step_engine.moc"
