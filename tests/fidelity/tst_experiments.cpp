// Every built-in experiment is well formed, bears the name of its file and is in the resources.
#include <QtTest>
#include <algorithm>

#include "training/data/dataset.h"
#include "training/experiment/experiment_text.h"

using namespace elbo;

class TestExperiments : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void isWellFormed_data() {
        QTest::addColumn<QString>("file");
        const QDir folder(QString(ELBOROOM_SOURCE_DIR) + "/resources/experiments");
        for (const QString& file : folder.entryList({"*.toml"}, QDir::Files)) {
            QTest::newRow(qPrintable(file)) << folder.filePath(file);
        }
    }

    void isWellFormed() {
        QFETCH(QString, file);
        const Experiment experiment = loadExperiment(file.toStdString());
        experiment.validate();
        QCOMPARE(QString::fromStdString(experiment.name), QFileInfo(file).completeBaseName());
        QVERIFY(!experiment.title.empty());
        const auto data = listData();
        QVERIFY(std::any_of(data.begin(), data.end(),
                            [&experiment](const DataEntry& entry) { return entry.name == experiment.data.name; }));

        QFile resources(QString(ELBOROOM_SOURCE_DIR) + "/resources/resources.qrc");
        QVERIFY(resources.open(QIODevice::ReadOnly));
        QVERIFY(resources.readAll().contains("<file>experiments/" + QFileInfo(file).fileName().toUtf8() + "</file>"));
    }

    void theExpectedOnesAreThere_data() {
        QTest::addColumn<int>("fleetSize");
        for (const char* name :
             {"digits", "mnist", "mnist-20", "omniglot", "two-points", "two-points-infovae", "two-gaussians",
              "linear-gaussian", "mnist-500", "mnist-500-infovae", "mnist-lagvae", "ring"}) {
            QTest::newRow(name) << 1;
        }
        QTest::newRow("two-points-pair") << 2;
        QTest::newRow("mnist-500-pair") << 2;
    }

    void theExpectedOnesAreThere() {
        QFETCH(int, fleetSize);
        const std::string path =
            std::string(ELBOROOM_SOURCE_DIR) + "/resources/experiments/" + QTest::currentDataTag() + ".toml";
        QCOMPARE(loadExperiment(path).fleetSize(), fleetSize);
    }
};

QTEST_APPLESS_MAIN(TestExperiments)
#include "tst_experiments.moc"
