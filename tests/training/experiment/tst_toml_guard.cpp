// What may not reach the TOML parser: it trusts its input and pays with its stack.
#include <QtTest>
#include <string>

#include "tests/training/message_of.h"
#include "training/experiment/experiment_text.h"
#include "training/experiment/objective_preset.h"
#include "training/experiment/shown_text.h"
#include "training/experiment/toml_guard.h"

using namespace elbo;

namespace {

QByteArray repeated(const QByteArray& part, int times) {
    return part.repeated(times);
}

}  // namespace

class TestTomlGuard : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void harmfulTextIsRefusedWithItsPlace_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("said");
        QTest::newRow("dotted key") << "\n" + repeated("a.", 40000) + "a = 1"
                                    << "lab.toml: line 2, column";
        QTest::newRow("dotted head") << "[" + repeated("a.", 40000) + "a]"
                                     << "16 dots";
        QTest::newRow("dots with blanks") << repeated("a . ", 40000) + "a = 1"
                                          << "16 dots";
        QTest::newRow("quoted parts") << repeated("\"a\".", 40000) + "a = 1"
                                      << "16 dots";
        QTest::newRow("dots in a table of one line") << "a = {b = 1, " + repeated("c.", 40) + "c = 1}"
                                                     << "16 dots";
        QTest::newRow("lists") << "a = " + repeated("[", 300) << "32 deep";
        QTest::newRow("tables") << "a = " + repeated("{b = ", 300) << "32 deep";
        QTest::newRow("lists over lines") << "a = " + repeated("[\n", 300) << "32 deep";
        QTest::newRow("long key") << repeated("k", 1000) + " = 1"
                                  << "256 letters";
        QTest::newRow("long quoted key") << "\"" + repeated("k", 1000) + "\" = 1"
                                         << "256 bytes";
        QTest::newRow("Greek key") << QByteArray("\n\n\xce\xa3 = 1")
                                   << "lab.toml: line 3, column 1: a letter beyond ASCII";
        QTest::newRow("Greek value") << QByteArray("beta = \xce\xa3") << "column 8";
        QTest::newRow("broken letter") << QByteArray("beta = \xff") << "beyond ASCII";
        QTest::newRow("backtick head") << QByteArray("[`") << "line 1, column 2";
        QTest::newRow("empty head") << QByteArray("x = 1\n[=]") << "name of a table";
        QTest::newRow("list of tables without a name") << QByteArray("[[ ,") << "name of a table";
        QTest::newRow("zero byte") << QByteArray("a = 1\n\0b = 2", 12) << "control character";
        QTest::newRow("too long") << "# " + repeated("x", 1 << 20) << "1048576 bytes";
    }
    void harmfulTextIsRefusedWithItsPlace() {
        QFETCH(const QByteArray, text);
        QFETCH(const QString, said);
        const QString message = messageOf([&] { requireHarmlessToml(text.toStdString(), "lab.toml"); });
        QVERIFY2(message.startsWith("lab.toml: line ") && message.contains(said), qPrintable(message));
        QVERIFY(message.size() < 300);
        // The same through the doors that lead to the parser.
        QVERIFY(!messageOf([&] { parseExperiment(text.toStdString(), "lab.toml"); }).isEmpty());
        QVERIFY(!messageOf([&] { parsePresets(text.toStdString(), "lab.toml"); }).isEmpty());
    }

    void whatIsWrittenPasses_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("mark of an editor") << QByteArray("\xef\xbb\xbf[data]\ntrain_size = 5\n");
        QTest::newRow("texts and comments")
            << QByteArray("title = \"\xce\xa3 `$ a.b.c\" # \xce\xa3\ntitle2 = '\xce\xa3'\n");
        QTest::newRow("text of several lines")
            << QByteArray("a = \"\"\"\n\xce\xa3 \"quoted\" \\\" [[[\n\"\"\"\"\nb = 1\n");
        QTest::newRow("literal of several lines") << QByteArray("a = '''\n\\ \xce\xa3\n''''\n");
        QTest::newRow("list of real numbers") << "a = [" + repeated("0.5, ", 4000) + "1.5]\n";
        QTest::newRow("schedule") << QByteArray("a = [[0, 0.0],\n [1, 1.0]]\n[[objective]]\nname = \"x\"\n");
        QTest::newRow("many tables") << repeated("[a.b.c]\nd.e = {f.g = 1}\n", 100);
        QTest::newRow("long text") << "a = \"" + repeated("x", 5000) + "\"\n";
    }
    void whatIsWrittenPasses() {
        QFETCH(const QByteArray, text);
        QCOMPARE(messageOf([&] { requireHarmlessToml(text.toStdString(), "lab.toml"); }), QString());
    }

    void aFleetOfFourThousandIsReadBack() {
        Experiment experiment;
        experiment.title = "Sigma \xce\xa3";
        experiment.knobs.resize(4096);
        for (std::size_t i = 0; i < experiment.knobs.size(); ++i) {
            experiment.knobs[i].beta = 1.0 / (3.0 + static_cast<double>(i));
        }
        QVERIFY(parseExperiment(writeExperiment(experiment), "lab.toml") == experiment);
    }

    void shownTextIsShortWholeAndPrintable() {
        QCOMPARE(shownText("short"), std::string("short"));
        QCOMPARE(shownText("a\nb\tc\x1b[31m\x7f"), std::string("a b c?[31m?"));
        QCOMPARE(shownText(std::string(61, 'x')), std::string(60, 'x') + "...");
        // Not cut within a letter.
        QCOMPARE(shownText("x\xce\xa3\xce\xa3", 4), std::string("x\xce\xa3..."));
    }
};

QTEST_GUILESS_MAIN(TestTomlGuard)
#include "tst_toml_guard.moc"
