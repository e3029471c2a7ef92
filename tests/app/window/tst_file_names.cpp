// What files are called that nobody has named: the experiment, its objective, how far it was trained.
#include <QtTest>

#include "app/builtin/builtin_experiments.h"
#include "app/window/file_names.h"

using namespace elbo;

class TestFileNames : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void namesSayTheObjective_data() {
        QTest::addColumn<QString>("experiment");
        QTest::addColumn<double>("beta");
        QTest::addColumn<QString>("name");
        QTest::newRow("elbo") << "ring" << 1.0 << "ring-elbo-step-800";
        QTest::newRow("beta-VAE") << "ring" << 4.0 << "ring-beta-vae-step-800";
        QTest::newRow("called by it") << "ring-aae" << 1.0 << "ring-aae-step-800";
    }
    void namesSayTheObjective() {
        QFETCH(const QString, experiment);
        QFETCH(const double, beta);
        QFETCH(const QString, name);
        Experiment wanted = builtinExperiment(experiment.toStdString());
        if (beta != 1.0) {
            wanted.knobs.front().beta = beta;
        }
        QCOMPARE(fileStem(wanted, 800), name);
        QVERIFY(name.startsWith(fileStem(wanted)));
        QVERIFY(!fileStem(wanted).contains("step"));
    }

    void fleetsAreCounted() {
        Experiment experiment = builtinExperiment("ring");
        experiment.knobs.resize(2);
        QCOMPARE(fileStem(experiment), QString("ring-elbo"));
        experiment.knobs[1].beta = 4.0;
        QCOMPARE(fileStem(experiment), QString("ring-elbo-beta-vae"));
        experiment.knobs.assign(16, Knobs{});
        QCOMPARE(fileStem(experiment), QString("ring-16-members"));
    }

    void everyNameIsThatOfAFile() {
        Experiment experiment = builtinExperiment("ring");
        for (const char* name : {"../../etc/passwd", "a b\tc\nd", "...", "C:\\temp\\*?", "", "\u03b2 = 4"}) {
            experiment.name = name;
            const QString stem = fileStem(experiment, 3);
            QVERIFY2(!stem.startsWith('.') && !stem.startsWith('-'), qPrintable(stem));
            for (const QChar letter : stem) {
                QVERIFY2(letter.isLetterOrNumber() || QString("-_.").contains(letter), qPrintable(stem));
            }
        }
        experiment.name = std::string(5000, 'a');
        QVERIFY(fileStem(experiment, 3).size() < 120);
    }
};

QTEST_GUILESS_MAIN(TestFileNames)
#include "tst_file_names.moc"
