// Assignments, files and experiments that are refused, and what the refusal says.
#include <QTemporaryDir>
#include <QtTest>
#include <cmath>
#include <fstream>
#include <functional>
#include <limits>
#include <map>

#include "tests/training/message_of.h"
#include "training/experiment/experiment_text.h"

using namespace elbo;

namespace {

QString parseMessage(const std::string& toml) {
    return messageOf([&] { parseExperiment(toml, "lab.toml"); });
}

}  // namespace

class TestBadExperiments : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void badAssignments_data() {
        QTest::addColumn<QString>("assignment");
        QTest::addColumn<QString>("part");
        QTest::newRow("no value") << "beta"
                                  << "KEY=VALUE";
        QTest::newRow("unknown") << "lamda=1"
                                 << "did you mean \"objective.lambda\"";
        QTest::newRow("word for number") << "beta=much"
                                         << "objective.beta is \"much\"";
        QTest::newRow("out of range") << "latent_dim=0"
                                      << "from 1 to 4096";
        QTest::newRow("real for integer") << "steps=1.5"
                                          << "an integer";
        QTest::newRow("overflow") << "train_size=99999999999"
                                  << "data.train_size";
        QTest::newRow("unknown word") << "activation=rellu"
                                      << "\"relu\"";
        QTest::newRow("two assignments") << "beta=1\nlambda=2"
                                         << "objective.beta";
        QTest::newRow("nan") << "beta=nan"
                             << "finite";
        QTest::newRow("empty list") << "beta=[]"
                                    << "objective.beta";
    }
    void badAssignments() {
        QFETCH(QString, assignment);
        QFETCH(QString, part);
        Experiment e;
        const QString message = messageOf([&] { assignField(e, assignment.toStdString()); });
        QVERIFY2(message.contains(part), qPrintable(message));
        QVERIFY(e == Experiment{});
    }

    void badFiles_data() {
        QTest::addColumn<QString>("toml");
        QTest::addColumn<QString>("place");
        QTest::addColumn<QString>("part");
        QTest::newRow("syntax") << "[data]\ntrain_size = = 1"
                                << "line 2"
                                << "";
        QTest::newRow("unknown data") << "name = \"a\"\n\n[data]\nname = \"nope\""
                                      << "lab.toml: line 4, column 8: "
                                      << "data.name is \"nope\", but must be one of digits";
        QTest::newRow("unknown key") << "[data]\ntrian_size = 1"
                                     << "line 2, column 1"
                                     << "\"data.trian_size\"; did you mean \"data.train_size\"";
        QTest::newRow("wrong table") << "[data]\n\nbatch_size = 1"
                                     << "line 3"
                                     << "\"optimiser.batch_size\"";
        QTest::newRow("top level leaf") << "steps = 5"
                                        << "line 1"
                                        << "\"run.steps\"";
        QTest::newRow("unknown table") << "[modle]\nlatent_dim = 3"
                                       << "line 1"
                                       << "unknown key \"modle\"";
        QTest::newRow("no table") << "data = 3"
                                  << "line 1"
                                  << "[data]";
        QTest::newRow("wrong type") << "[model]\nlatent_dim = \"two\""
                                    << "line 2, column 14"
                                    << "model.latent_dim is \"two\" (a text), but must be an integer from 1 to 4096";
        QTest::newRow("bool for number") << "[objective]\nbeta = true"
                                         << "line 2"
                                         << "objective.beta is true";
        QTest::newRow("real for integer") << "[run]\nsteps = 2.0"
                                          << "line 2"
                                          << "an integer";
        QTest::newRow("text in list") << "[model]\nencoder = [1, \"a\"]"
                                      << "line 2"
                                      << "model.encoder";
        QTest::newRow("list for number") << "[run]\nsteps = [1]"
                                         << "line 2"
                                         << "run.steps";
        QTest::newRow("range") << "[optimiser]\n\nlearning_rate = 0"
                               << "line 3"
                               << "above 0";
        QTest::newRow("expression") << "[objective]\n\nbeta = \"0.1:10:log\""
                                    << "line 3, column 8"
                                    << "objective.beta is \"0.1:10:log\", character 11: ";
        QTest::newRow("lengths") << "[objective]\nbeta = [1,2,3]\nalpha = [1,2]"
                                 << "line 3"
                                 << "objective.alpha has 2";
        QTest::newRow("divergence") << "[objective]\ndivergence = \"kl\""
                                    << "line 2"
                                    << "\"mmd\"";
        QTest::newRow("twice") << "name = \"a\"\nname = \"b\""
                               << "line 2"
                               << "";
    }
    void badFiles() {
        QFETCH(QString, toml);
        QFETCH(QString, place);
        QFETCH(QString, part);
        const QString message = parseMessage(toml.toStdString());
        QVERIFY2(message.contains("lab.toml") && message.contains(place) && message.contains(part),
                 qPrintable(message));
    }

    void validateNamesFieldValueAndRange_data() {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("part");
        QTest::newRow("name") << "name"
                              << "without /";
        QTest::newRow("train") << "data.train_size"
                               << "0, but must be an integer from 1 to";
        QTest::newRow("test") << "data.test_size"
                              << "-1, but must be an integer from 0";
        QTest::newRow("seed") << "data.seed"
                              << "9223372036854775807";
        QTest::newRow("spectrum") << "data.spectrum"
                                  << "[1.0, 0.0]";
        QTest::newRow("variance") << "data.variance"
                                  << "nan";
        QTest::newRow("encoder") << "model.encoder"
                                 << "65537";
        QTest::newRow("knobs") << "objective.alpha"
                               << "inf";
        QTest::newRow("rate") << "optimiser.learning_rate"
                              << "-0.001";
        QTest::newRow("beta2") << "optimiser.beta2"
                               << "below 1";
        QTest::newRow("batch") << "optimiser.batch_size"
                               << "0";
        QTest::newRow("steps") << "run.steps"
                               << "-1";
    }
    void validateNamesFieldValueAndRange() {
        QFETCH(QString, key);
        QFETCH(QString, part);
        Experiment bad;
        const std::map<std::string, std::function<void()>> break_{
            {"name", [&] { bad.name = "../x"; }},
            {"data.train_size", [&] { bad.data.trainSize = 0; }},
            {"data.test_size", [&] { bad.data.testSize = -1; }},
            {"data.seed", [&] { bad.data.seed = ~std::uint64_t{0}; }},
            {"data.spectrum",
             [&] {
                 bad.data.spectrum = {1.0, 0.0};
             }},
            {"data.variance", [&] { bad.data.variance = std::nan(""); }},
            {"model.encoder", [&] { bad.model.encoder = {65537}; }},
            {"objective.alpha",
             [&] {
                 bad.knobs = {Knobs{}, {1.0, 1.0, std::numeric_limits<double>::infinity()}};
             }},
            {"optimiser.learning_rate", [&] { bad.optimiser.learningRate = -1e-3; }},
            {"optimiser.beta2", [&] { bad.optimiser.beta2 = 1.0; }},
            {"optimiser.batch_size", [&] { bad.optimiser.batchSize = 0; }},
            {"run.steps", [&] { bad.run.steps = -1; }},
        };
        break_.at(key.toStdString())();
        const QString message = messageOf([&] { bad.validate(); });
        QVERIFY2(message.contains(key) && message.contains(part), qPrintable(message));
    }

    void schedulesAreRefused() {
        Experiment e;
        for (const char* bad : {"[[5, 1], [5, 2]]", "[[5, 1], [4, 2]]", "[[-1, 1]]", "[[0, inf]]", "[[0]]", "[0, 1]",
                                "[[0, 1, 2]]", "1"}) {
            const QString message = messageOf([&] { assignField(e, std::string("schedule.beta=") + bad); });
            QVERIFY2(message.contains("schedule.beta") && message.contains("[step, value]"), bad);
        }
        QVERIFY(parseMessage("[schedule]\nbeta = [[1, 1], [0, 0]]").contains("line 2"));
        // A step that fits into no integer is shown as it is.
        QVERIFY(parseMessage("[schedule]\nbeta = [[-1e300, 0.0]]").contains("[[-1e+300, 0.0]]"));
    }

    void informationBeyondTheBatchIsRefused() {
        Experiment e;
        e.objective.rateTerm = RateTerm::Information;
        e.objective.rateTarget = 5.0;  // log(100) = 4.6
        const QString message = messageOf([&] { e.validate(); });
        QVERIFY2(message.contains("objective.rate_target is 5.0") && message.contains("optimiser.batch_size"),
                 qPrintable(message));
        e.optimiser.batchSize = 200;
        e.validate();
    }

    void messagesQuoteLittle() {
        Experiment e;
        const std::string many = "[" + std::string(400'000, '1') + "]";
        for (const std::string& assignment :
             {"beta=" + many, std::string(1'000'000, 'k') + "=1", std::string(1'000'000, 'k'),
              "title=" + std::string(5000, 'x'), "beta=\"" + std::string(5000, 'x') + "\""}) {
            const QString message = messageOf([&] { assignField(e, assignment); });
            QVERIFY2(!message.isEmpty() && message.toUtf8().size() < 500, qPrintable(message.left(600)));
        }
        e.knobs.assign(4096, Knobs{std::nan(""), 1.0, 0.0});
        e.knobs[0].beta = 1.0;
        QVERIFY(messageOf([&] { e.validate(); }).toUtf8().size() < 500);
        const QString message = parseMessage("[" + std::string(200, 'k') + "]");
        QVERIFY2(message.contains("unknown key \"kkkk") && message.toUtf8().size() < 300, qPrintable(message));
    }

    void numbersTooSmallForTrainingAreNamed() {
        const QString message = parseMessage("[optimiser]\nlearning_rate = 1e-320");
        QVERIFY2(message.contains("line 2") && message.contains("optimiser.learning_rate is 1e-320"),
                 qPrintable(message));
    }

    void emptyFleetIsRefused() {
        Experiment e;
        e.knobs.clear();
        QVERIFY(messageOf([&] { e.validate(); }).contains("fleet"));
    }

    void loadRefusesWhatIsNoExperiment() {
        const QTemporaryDir folder;
        const std::string path = folder.filePath("big.toml").toStdString();
        QVERIFY(messageOf([&] { loadExperiment(folder.path().toStdString()); }).contains("a folder"));
        QVERIFY(messageOf([&] { loadExperiment(path); }).contains("no such file"));
        std::ofstream(path) << std::string(2 * 1024 * 1024, '#');
        QVERIFY(messageOf([&] { loadExperiment(path); }).contains("at most"));
        std::ofstream(path, std::ios::binary) << "\x89PNG\r\n\x1a\n";
        QVERIFY(messageOf([&] { loadExperiment(path); }).contains(QString::fromStdString(path)));
    }
};

QTEST_GUILESS_MAIN(TestBadExperiments)
#include "tst_bad_experiments.moc"
