// What cannot be done, as a shell sees it: which exit code, and one line that says why.
#include <sys/stat.h>

#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

#include "tests/app/program.h"

namespace {

const QStringList kSmall{"--set", "data.train_size=300", "--set", "data.test_size=100", "--set", "encoder=[32]",
                         "--set", "decoder=[32]",        "--set", "report_every=5"};

}  // namespace

class TestExitCodes : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void usageErrorsAreTwo_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QByteArray>("word");  // of the message
        const auto add = [](const char* command, const char* word) {
            QTest::newRow(command) << QString(command).split(' ', Qt::SkipEmptyParts) << QByteArray(word);
        };
        add("--theme blue", "--theme");
        add("--frsh", "--frsh");
        add("--fresh --geometry wide", "1280x800");
        add("digits train", "");
        add("train", "EXPERIMENT");
        add("train digits --no-such-option", "--no-such-option");
        add("train digits --steps", "--steps");
        add("train digits --steps -5", "--steps");
        add("train digits --steps many", "--steps");
        add("train digits --steps 1.5", "--steps");
        add("train digits --out a --resume b", "--resume");
        add("train digits --overwrite", "--out");
        add("train digits --set", "--set");
        add("figure --out a.pdf", "EXPERIMENT");
        add("figure digits", "--out");
        add("figure digits --out a.pdf --size big", "big");
        add("figure digits --out a.pdf --size 85x", "85x");
        add("figure digits --out a.pdf --size 0x0mm", "0x0mm");
        add("figure digits --out a.pdf --size nature-9", "nature-9");
        add("figure digits --out a.pdf --view latnet", "latent");
        add("figure digits --out a.pdf --view latent,latnet", "latnet");
        add("figure digits --out a.pdf --steps -1", "--steps");
        add("figure digits --out a.pdf --dpi 5", "--dpi");
        add("figure digits --out a.pdf --font-size 0", "--font-size");
        add("figure digits --out a.pdf --examples -1", "--examples");
        add("figure rd-fig2 --out a.pdf --size big", "big");
        add("figure rd-fig2 --out a.pdf --set beta=2", "--set");
        add("sweep --over beta=1,2", "EXPERIMENT");
        add("sweep digits --over beta --out a", "FIELD=VALUES");
        add("sweep digits --over beta=1,2 --over beta=3 --out a", "already given");
        add("sweep digits --over run.steps=1,2 --steps 3 --out a", "exclude");
        add("sweep digits --over beta=1,2 --steps -1", "--steps");
        add("sweep digits --over beta=1,2 --seeds 0", "--seeds");
        add("sweep digits --over beta=1,2 --jobs 0", "--jobs");
        add("sweep digits --over beta=1,2 --fleet few", "--fleet");
        add("measure", "CHECKPOINT");
        add("measure absent --only ellbo", "ellbo");
        add("measure absent --samples 0", "--samples");
        add("measure absent --variance-factor 0", "--variance-factor");
        add("measure absent --examples none", "--examples");
        add("measure absent --threads 0", "--threads");
        add("measure --points a.csv --against a.csv --knn-k 0", "--knn-k");
        add("measure --points a.csv --against a.csv --knn-alpha -1", "--knn-alpha");
        add("measure --against a.csv", "--points");
        add("measure absent --points a.csv", "--points");
        add("explain", "EXPERIMENT");
        add("explain --multipliers i_x=1", "i_q");
        add("explain --multipliers i_q", "no weight");
        add("explain --multipliers i_q=much", "no weight");
        add("explain digits --multipliers i_q=1", "--multipliers");
        add("explain --multipliers i_q=1 --set beta=2", "--multipliers");
        add("list", "KIND");
        add("list nonsense", "nonsense");
        add("download", "NAME");
        add("docs", "--out");
        add("bench --seconds 0", "--seconds");
        add("bench --only nothing", "nothing");
    }

    /// A command that cannot be understood, whatever it would have read.
    void usageErrorsAreTwo() {
        QFETCH(const QStringList, arguments);
        QFETCH(const QByteArray, word);
        const Outcome outcome = elboroom(arguments);
        QVERIFY2(outcome.code == 2, QByteArray::number(outcome.code) + ": " + outcome.err);
        QVERIFY2(!outcome.err.isEmpty() && outcome.err.contains(word) && outcome.err.size() < 1000, outcome.err);
        QVERIFY2(outcome.out.isEmpty(), outcome.out);
    }

    void badInputIsThreeAndOneLine() {
        QTemporaryDir folder;
        const auto fails = [](const QStringList& arguments, const char* word) {
            const Outcome outcome = elboroom(arguments);
            QVERIFY2(outcome.code == 3, outcome.err);
            QCOMPARE(outcome.err.trimmed().count('\n'), 0);
            QVERIFY2(outcome.err.contains(word), outcome.err);
        };
        fails({"train", "digitz"}, "digits");
        fails({"train", folder.filePath("absent.toml")}, "absent.toml");
        for (const char* command : {"explain", "sweep"}) {
            fails({command, "digitz"}, "digits");
            fails({command, folder.filePath("absent.toml")}, "absent.toml");
            fails({command, "digits", "--set", "beta=abc"}, "beta");
        }
        fails({"sweep", "digits", "--over", "bteta=1,2"}, "beta");
        fails({"sweep", "digits", "--over", "beta=abc"}, "beta");
        fails({"figure", "digitz", "--out", folder.filePath("figure.pdf")}, "digits");
        fails({"figure", folder.filePath("absent.toml"), "--out", folder.filePath("figure.pdf")}, "absent.toml");
        fails({"figure", "rd-fig2", "--out", folder.filePath("figure.pdf"), "--font", "No Such Family"}, "--font");
        fails({"measure", folder.filePath("absent.safetensors")}, "absent.safetensors");
        fails({"measure", "--points", folder.filePath("absent.csv")}, "absent.csv");
        fails({"download", "nonsense"}, "mnist");
        fails({"train", "digits", "--set", "bteta=1"}, "beta");
        fails({"train", "digits", "--set", "beta=abc"}, "beta");
        fails({"train", "digits", "--set", "data.train_size=0"}, "train_size");
        fails({"train", "--resume", folder.filePath("absent")}, "absent");
        fails({"train", "mnist", "--set", "data.path=/nonexistent/folder"}, "/nonexistent/folder");
        fails({"figure", "digits", "--out", folder.filePath("figure.xyz")}, "xyz");
        fails({"figure", "digits", "--steps", "1", "--out", folder.filePath("figure.pdf"), "--size", "85x60mm"},
              "least size that works");
        fails({"figure", "digits", "--out", folder.filePath("figure.pdf"), "--font", "No Such Family"}, "--font");

        QFile broken(folder.filePath("broken.toml"));
        QVERIFY(broken.open(QIODevice::WriteOnly));
        broken.write("[data]\ntrain_sise = 5\n");
        broken.close();
        fails({"train", broken.fileName()}, "train_size");
    }

    void nearestNameComesFirst() {
        const Outcome outcome = elboroom({"train", "mnist-5000"});
        QCOMPARE(outcome.code, 3);
        const QByteArray list = outcome.err.mid(outcome.err.indexOf("built in are:"));
        QVERIFY2(list.startsWith("built in are: mnist-500,"), outcome.err);
    }

    void whatTheMachineHasNotIsRefusedOrCut() {
        const Outcome huge =
            elboroom({"train", "digits", "--steps", "1", "--set", "train_size=300", "--set",
                      "model.encoder=[65536, 65536, 65536, 65536, 65536, 65536, 65536, 65536, 65536]"});
        QCOMPARE(huge.code, 3);
        QVERIFY2(huge.err.contains("of memory") && huge.err.trimmed().count('\n') == 0, huge.err);
        const Outcome threads =
            elboroom(QStringList{"train", "digits", "--steps", "2", "--set", "threads=1024"} + kSmall);
        QCOMPARE(threads.code, 0);
        QVERIFY2(threads.err.contains("1024 threads are asked for"), threads.err);
        const Outcome steps = elboroom({"train", "digits", "--steps", "-1"});
        QCOMPARE(steps.code, 2);
        QVERIFY2(steps.err.size() < 400, steps.err);
    }

    void pipesAndDevicesAreRefused() {
        QTemporaryDir folder;
        const QString pipe = folder.filePath("pipe");
        QCOMPARE(::mkfifo(qPrintable(pipe), 0600), 0);
        for (const QStringList& arguments : {QStringList{"measure", pipe},
                                             {"measure", "--points", pipe},
                                             {"measure", "/dev/zero"},
                                             {"train", pipe},
                                             {"figure", pipe, "--out", folder.filePath("a.svg")}}) {
            const Outcome outcome = elboroom(arguments);
            QVERIFY2(outcome.code == 3 && outcome.err.contains("name a file"), outcome.err);
        }
    }
};

QTEST_GUILESS_MAIN(TestExitCodes)
#include "tst_exit_codes.moc"
