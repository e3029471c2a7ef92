#include <QtTest>
#include <cmath>

#include "app/builtin/builtin_experiments.h"
#include "app/builtin/builtin_objectives.h"
#include "training/engine/trainer.h"
#include "training/measure/evaluation.h"
#include "training/step/worker_thread.h"

using namespace elbo;

/// Every named objective on the ring of Gaussians: none diverges, and those that ask for a way back reconstruct.
class TestAdversarialRing : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { prepareWorkerThread(1, true); }
    void trainsFromThreeSeeds_data();
    void trainsFromThreeSeeds();
    void wayBackReconstructs();
};

namespace {

/// The built-in ring with smaller networks: as long as a test may take.
Experiment smallRing(const std::string& objective, std::uint64_t seed) {
    Experiment experiment = builtinExperiment("ring");
    experiment.data.trainSize = 2000;
    experiment.data.testSize = 500;
    experiment.model.encoder = experiment.model.decoder = {48, 48};
    experiment.run.seed = seed;
    experiment = withPreset(experiment, namedObjective(objective));
    if (!experiment.objective.critic.empty()) {
        experiment.objective.critic = {48, 48};
    }
    return experiment;
}

/// Mean squared error of a test example decoded from its code, per coordinate; the ring's coordinates have variance 1.
double reconstructionError(const std::string& objective, int steps) {
    const Experiment experiment = smallRing(objective, 0);
    Trainer trainer(experiment, loadDataset(experiment.data));
    for (int i = 0; i < steps; ++i) {
        trainer.step();
    }
    Report report = runningReport(*trainer.snapshot());
    evaluateInto(report, *trainer.snapshot(), experiment, *trainer.dataset(), {500, 1, 500});
    return report.value("reconstruction_error_test", 0);
}

}  // namespace

void TestAdversarialRing::trainsFromThreeSeeds_data() {
    QTest::addColumn<QString>("name");
    for (const ObjectivePreset& preset : builtinObjectives()) {
        QTest::newRow(preset.name.c_str()) << QString::fromStdString(preset.name);
    }
}

void TestAdversarialRing::trainsFromThreeSeeds() {
    QFETCH(QString, name);
    for (const std::uint64_t seed : {0, 1, 2}) {
        const Experiment experiment = smallRing(name.toStdString(), seed);
        Trainer trainer(experiment, loadDataset(experiment.data));
        for (int i = 0; i < 120; ++i) {
            trainer.step();
        }
        QVERIFY2(!trainer.failed(), trainer.snapshot()->failure.c_str());
        QVERIFY(std::isfinite(trainer.snapshot()->averages.at("loss").front()));
    }
}

void TestAdversarialRing::wayBackReconstructs() {
    const double ali = reconstructionError("ali", 1500);
    QVERIFY2(ali > 0.05, qPrintable(QString::number(ali)));
    for (const char* name : {"alice", "cyclegan"}) {
        const double error = reconstructionError(name, 1500);
        QVERIFY2(error < 0.05, qPrintable(QString("%1: %2").arg(name).arg(error)));
    }
}

QTEST_GUILESS_MAIN(TestAdversarialRing)
#include "tst_adversarial_ring.moc"
