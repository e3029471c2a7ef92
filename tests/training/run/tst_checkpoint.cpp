#include "training/run/checkpoint.h"

#include <torch/torch.h>

#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

#include "models/fleet/fleet_parameters.h"
#include "tests/training/small_experiments.h"
#include "training/engine/trainer_state.h"
#include "training/experiment/input_error.h"
#include "training/step/worker_thread.h"

using namespace elbo;

class TestCheckpoint : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { prepareWorkerThread(1, true); }
    void aResumedRunEqualsAnUninterruptedOne();
    void theExperimentTravelsInside();
    void oneFlippedByteIsAnError();
    void anotherArchitectureIsRefused();

  private:
    QTemporaryDir folder_;
    std::string path() const { return folder_.filePath("checkpoint.safetensors").toStdString(); }
};

void TestCheckpoint::aResumedRunEqualsAnUninterruptedOne() {
    Experiment experiment = smallDigits();
    experiment.knobs = {{1.0, 50.0, 0.0}, {2.0, 1.0, 0.0}};
    experiment.optimiser.schedule = Schedule::LinearDecay;
    const auto dataset = loadDataset(experiment.data);
    Trainer straight(experiment, dataset);
    for (int i = 0; i < 20; ++i) {
        straight.step();
    }
    Trainer first(experiment, dataset);
    for (int i = 0; i < 11; ++i) {
        first.step();
    }
    saveCheckpoint(path(), first);
    Trainer second(experiment, dataset);
    restoreCheckpoint(path(), second);
    QCOMPARE(second.stepCount(), 11);
    for (int i = 0; i < 9; ++i) {
        second.step();
    }
    QVERIFY(torch::equal(straight.state().parameters.values(), second.state().parameters.values()));
    QVERIFY(torch::equal(straight.state().adam.secondMoment(), second.state().adam.secondMoment()));
    QCOMPARE(straight.snapshot()->averages, second.snapshot()->averages);
}

void TestCheckpoint::theExperimentTravelsInside() {
    Experiment experiment = smallDigits();
    experiment.title = "Carried \"along\"";
    Trainer trainer(experiment, loadDataset(experiment.data));
    saveCheckpoint(path(), trainer);
    QCOMPARE(checkpointExperiment(path()), experiment);
}

void TestCheckpoint::oneFlippedByteIsAnError() {
    Experiment experiment = smallDigits();
    experiment.model.encoder = {2};
    experiment.model.decoder = {2};
    Trainer trainer(experiment, loadDataset(experiment.data));
    saveCheckpoint(path(), trainer);
    QFile file(QString::fromStdString(path()));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray original = file.readAll();
    file.close();
    // Every 97th byte here; the container's own test flips every byte of a small file.
    for (qsizetype offset = 0; offset < original.size(); offset += 97) {
        QByteArray damaged = original;
        damaged[offset] = static_cast<char>(damaged[offset] ^ 0x41);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(damaged);
        file.close();
        QVERIFY_EXCEPTION_THROWN(restoreCheckpoint(path(), trainer), InputError);
    }
}

void TestCheckpoint::anotherArchitectureIsRefused() {
    Experiment experiment = smallDigits();
    const auto dataset = loadDataset(experiment.data);
    Trainer trainer(experiment, dataset);
    saveCheckpoint(path(), trainer);
    experiment.model.latentDim = 3;
    Trainer other(experiment, dataset);
    QVERIFY_EXCEPTION_THROWN(restoreCheckpoint(path(), other), InputError);
}

QTEST_GUILESS_MAIN(TestCheckpoint)
#include "tst_checkpoint.moc"
