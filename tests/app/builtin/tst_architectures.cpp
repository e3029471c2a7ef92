// The named architectures that come with the program: their sizes, and that every one trains.

#include <QtTest>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/builtin/builtin_architectures.h"
#include "app/builtin/builtin_objectives.h"
#include "models/latent_model.h"
#include "models/tensor/torch.h"
#include "tests/app/program.h"
#include "training/engine/trainer.h"
#include "training/experiment/input_error.h"
#include "training/step/worker_thread.h"

using namespace elbo;

class TestArchitectures : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { prepareWorkerThread(1, true); }

    void sizesAreThoseOfThePapers_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<qint64>("parameters");
        // 784-512-512-4 and 2-512-512-784.
        QTest::newRow("mlp") << "mlp" << qint64{785 * 512 + 513 * 512 + 513 * 4 + 3 * 512 + 513 * 512 + 513 * 784};
        QTest::newRow("rd") << "rd-conv-deconv-normal" << qint64{1999424 + 998753};
        QTest::newRow("rd, VampPrior") << "rd-conv-deconv-vamp" << qint64{3390677};
        QTest::newRow("rd, flow and VampPrior") << "rd-iaf-deconv-vamp" << qint64{7003093};
        QTest::newRow("infovae") << "infovae-dcgan" << qint64{6576340 + 6572225};
    }

    void sizesAreThoseOfThePapers() {
        QFETCH(QString, name);
        QFETCH(qint64, parameters);
        const Experiment experiment = withArchitecture(Experiment(), namedArchitecture(name.toStdString()));
        QCOMPARE(qint64{LatentModel(experiment.model, DataShape::image(28, 28)).layout()->size()}, parameters);
    }

    void everyOneTrains_data() {
        QTest::addColumn<QString>("name");
        QVERIFY(builtinArchitectures().size() >= 7);
        for (const ArchitecturePreset& preset : builtinArchitectures()) {
            QTest::newRow(preset.name.c_str()) << QString::fromStdString(preset.name);
        }
    }

    void everyOneTrains() {
        QFETCH(QString, name);
        Experiment experiment;
        experiment.data.trainSize = 16;
        experiment.data.testSize = 4;
        experiment.optimiser.batchSize = 8;
        applySetting(experiment, "architecture=" + name.toStdString());
        // 500 passes through the encoder a step would add 10 s and nothing else.
        experiment.model.priorComponents = std::min(experiment.model.priorComponents, 20);
        Trainer trainer(experiment, loadDataset(experiment.data));
        for (int step = 0; step < 2; ++step) {
            trainer.step();
        }
        QVERIFY(!trainer.failed());
        // A coin for every pixel costs 784 log 2 = 543 nats: nothing starts far from there.
        const double distortion = trainer.progress().averages.at("distortion")[0];
        QVERIFY2(distortion > 50.0 && distortion < 1500.0, qPrintable(QString::number(distortion)));
    }

    void listsSayTheirParameters() {
        const Outcome list = elboroom({"list", "architectures", "--json"});
        const auto entries = nlohmann::json::parse(list.out.toStdString());
        QCOMPARE(entries.size(), builtinArchitectures().size());
        for (const auto& entry : entries) {
            const std::string name = entry.at("name").get<std::string>();
            QVERIFY2(name != "rd-conv-deconv-normal" || entry.at("parameters").get<int>() == 2998177, name.c_str());
            QVERIFY2(entry.at("parameters").get<int>() > 0, name.c_str());
            for (const char* key : {"label", "source", "meaning"}) {
                QVERIFY2(!entry.at(key).get<std::string>().empty(), name.c_str());
            }
        }
    }

    void aRunSaysItsParameters() {
        const Outcome outcome =
            elboroom({"train", "digits", "--steps", "1", "--json", "--set", "data.train_size=20", "--set",
                      "data.test_size=10", "--set", "batch_size=5", "--set", "architecture=infovae-dcgan-small"});
        QVERIFY2(outcome.code == 0, outcome.err);
        const auto summary = nlohmann::json::parse(outcome.out.trimmed().split('\n').back().toStdString());
        const int encoder = (16 * 16 + 16) + (16 * 16 * 32 + 32) + (1568 * 128 + 128) + (128 * 20 + 20);
        const int decoder = (10 * 128 + 128) + (128 * 1568 + 1568) + (32 * 16 * 16 + 16) + (16 * 16 + 1);
        QCOMPARE(summary.at("parameters").get<int>(), encoder + decoder);
    }

    void aNameThatIsNoneIsRefused() {
        Experiment experiment;
        const Experiment before = experiment;
        try {
            applySetting(experiment, "architecture=residual");
            QFAIL("it was taken");
        } catch (const InputError& error) {
            QVERIFY2(QString(error.what()).contains("must be one of residual-mlp,"), error.what());
        }
        QVERIFY(experiment == before);
    }
};

QTEST_GUILESS_MAIN(TestArchitectures)
#include "tst_architectures.moc"
