#include "training/run/checkpoint.h"

#include <QFile>
#include <QTemporaryDir>
#include <QtTest>
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>

#include "models/fleet/fleet_parameters.h"
#include "models/tensor/torch.h"
#include "tests/training/small_experiments.h"
#include "training/engine/trainer_state.h"
#include "training/experiment/input_error.h"
#include "training/experiment/input_file.h"
#include "training/files/atomic_file.h"
#include "training/files/safetensors.h"
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
    void aSealIsNoProofOfGoodFaith_data();
    void aSealIsNoProofOfGoodFaith();
    void aFailureIsShortAndNeverEmpty();
    void whatIsNoFileIsRefused();
    void whoseParametersAreNotFiniteCannotGoOn();

  private:
    /// Reads the checkpoint at path(), changes it, and seals it again: what anyone can do.
    void forge(const std::function<void(SafetensorsFile&)>& change);

    QTemporaryDir folder_;
    std::string path() const { return folder_.filePath("checkpoint.safetensors").toStdString(); }
};

void TestCheckpoint::whoseParametersAreNotFiniteCannotGoOn() {
    Experiment experiment = smallDigits();
    experiment.knobs = {Knobs{}, Knobs{}};
    Trainer trainer(experiment, loadDataset(experiment.data));
    trainer.step();
    QVERIFY(canGoOn(trainer));
    TrainerState& state = trainer.state();
    const torch::NoGradGuard noGradients;
    const torch::Tensor& values = state.parameters.values();
    values[0][3] = std::numeric_limits<float>::infinity();
    QVERIFY(canGoOn(trainer));  // the other member can
    values[1][0] = std::numeric_limits<float>::quiet_NaN();
    QVERIFY(!canGoOn(trainer));
    values[1][0] = 0.0f;
    QVERIFY(canGoOn(trainer));
    state.healthy = {true, false};
    QVERIFY(!canGoOn(trainer));
}

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

void TestCheckpoint::forge(const std::function<void(SafetensorsFile&)>& change) {
    SafetensorsFile file = decodeSafetensors(readInputFile(path(), {"a checkpoint", 1 << 30}), path());
    change(file);
    writeFileAtomically(path(), encodeSafetensors(file));
}

void TestCheckpoint::aSealIsNoProofOfGoodFaith_data() {
    QTest::addColumn<QString>("tensor");
    QTest::addColumn<int>("place");
    QTest::addColumn<QByteArray>("bytes");
    const auto whole = [](std::int64_t value) {
        return QByteArray(reinterpret_cast<const char*>(&value), sizeof value);
    };
    const auto real = [](double value) { return QByteArray(reinterpret_cast<const char*>(&value), sizeof value); };
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    QTest::newRow("step before the first") << "steps" << 0 << whole(-1);
    QTest::newRow("step far before the first") << "steps" << 0 << whole(-1000000);
    QTest::newRow("least step") << "steps" << 0 << whole(std::numeric_limits<std::int64_t>::min());
    QTest::newRow("largest step") << "steps" << 0 << whole(std::numeric_limits<std::int64_t>::max());
    QTest::newRow("step beyond all runs") << "steps" << 0 << whole(1'000'000'000'001);
    QTest::newRow("steps of Adam below 0") << "steps" << 1 << whole(-1);
    QTest::newRow("more steps of Adam than steps") << "steps" << 1 << whole(12);
    QTest::newRow("seconds below 0") << "wall_seconds" << 0 << real(-1.0);
    QTest::newRow("endless seconds") << "wall_seconds" << 0 << real(kInfinity);
    QTest::newRow("no seconds") << "wall_seconds" << 0 << real(std::nan(""));
    QTest::newRow("flag") << "healthy" << 0 << QByteArray(1, 2);
    QTest::newRow("weight of an average") << "average.loss" << 1 << real(0.0);
    QTest::newRow("weight of an average is none") << "average.loss" << 1 << real(std::nan(""));
    QTest::newRow("multiplier") << "multipliers.rate" << 0 << real(std::nan(""));
    QTest::newRow("mean square of a multiplier") << "multipliers.rate.mean_square" << 0 << real(-1.0);
    QTest::newRow("weight of a mean square") << "multipliers.rate.mean_square" << 1 << real(2.0);
    QTest::newRow("factor") << "soft_free_bits.factor" << 0 << real(0.0);
    QTest::newRow("steps of a critic") << "critic.steps" << 0 << whole(-1);
}

void TestCheckpoint::aSealIsNoProofOfGoodFaith() {
    QFETCH(const QString, tensor);
    QFETCH(const int, place);
    QFETCH(const QByteArray, bytes);
    Experiment experiment = smallDigits();
    experiment.model.encoder = {4};
    experiment.model.decoder = {4};
    experiment.objective.divergence = DivergenceKind::Adversarial;
    if (tensor.startsWith("soft")) {
        experiment.objective.rateTerm = RateTerm::SoftFreeBits;
        experiment.objective.freeBits = 100.0;  // lowers the factor, which is then worth writing
    } else {
        experiment.constraints.rateAtLeast = 1.0;
    }
    experiment.knobs = {{1.0, 2.0, 0.0}};
    const auto dataset = loadDataset(experiment.data);
    Trainer trainer(experiment, dataset);
    for (int step = 0; step < 11; ++step) {
        trainer.step();
    }
    saveCheckpoint(path(), trainer);
    Trainer whole(experiment, dataset);
    restoreCheckpoint(path(), whole);
    bool found = false;
    forge([&](SafetensorsFile& file) {
        for (TensorBlob& blob : file.tensors) {
            const auto offset = static_cast<std::size_t>(place * bytes.size());
            if (blob.name == tensor.toStdString() &&
                blob.bytes.size() >= offset + static_cast<std::size_t>(bytes.size())) {
                std::memcpy(blob.bytes.data() + offset, bytes.constData(), static_cast<std::size_t>(bytes.size()));
                found = true;
            }
        }
    });
    QVERIFY2(found, "the checkpoint has no such tensor");
    Trainer forged(experiment, dataset);
    try {
        restoreCheckpoint(path(), forged);
        QFAIL("the forged number was taken");
    } catch (const InputError& error) {
        const QString message = error.what();
        QVERIFY2(message.startsWith(QString::fromStdString(path())) && message.contains(tensor) &&
                     message.contains("restore the file"),
                 error.what());
    }
}

void TestCheckpoint::aFailureIsShortAndNeverEmpty() {
    Experiment experiment = smallDigits();
    experiment.model.encoder = {4};
    experiment.model.decoder = {4};
    experiment.knobs = {{1.0, 1.0, 0.0}, {2.0, 1.0, 0.0}};
    const auto dataset = loadDataset(experiment.data);
    Trainer trainer(experiment, dataset);
    trainer.step();
    saveCheckpoint(path(), trainer);
    const std::string markup = "<b>x</b><img src=\"file:///dev/zero\">\x1b[2J";
    forge([&](SafetensorsFile& file) {
        file.metadata["failures"] =
            nlohmann::json(std::vector<std::string>{markup + std::string(100'000, 'y'), ""}).dump();
        for (TensorBlob& blob : file.tensors) {
            if (blob.name == "healthy") {
                blob.bytes.assign(blob.bytes.size(), std::byte{0});
            }
        }
    });
    Trainer read(experiment, dataset);
    restoreCheckpoint(path(), read);
    const std::vector<std::string>& failures = read.state().failures;
    QVERIFY(failures[0].size() <= 503 && failures[0].starts_with("<b>x</b><img"));
    QVERIFY(failures[0].find('\x1b') == std::string::npos);
    QVERIFY2(failures[1].find("does not say why") != std::string::npos, failures[1].c_str());
    // A file of version 0.1 holds the sentence alone.
    forge([&](SafetensorsFile& file) {
        file.metadata.erase("failures");
        file.metadata["failure"] = "member 0: " + std::string(100'000, 'y');
    });
    restoreCheckpoint(path(), read);
    QVERIFY(read.state().failures[0].size() <= 503);
}

void TestCheckpoint::whatIsNoFileIsRefused() {
    QVERIFY_EXCEPTION_THROWN(checkpointExperiment("/dev/zero"), InputError);
    QVERIFY_EXCEPTION_THROWN(checkpointExperiment(folder_.path().toStdString()), InputError);
}

QTEST_GUILESS_MAIN(TestCheckpoint)
#include "tst_checkpoint.moc"
