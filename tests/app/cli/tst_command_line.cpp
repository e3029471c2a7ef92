// The program as a shell sees it: output, files, interruption and resumption.
#include <signal.h>

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>
#include <nlohmann/json.hpp>

#include "tests/app/program.h"

namespace {

constexpr int kPatience = 120000;  // ms

QByteArray contents(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

nlohmann::json lastLine(const QByteArray& output) {
    return nlohmann::json::parse(output.trimmed().split('\n').back().toStdString(), nullptr, false);
}

std::vector<int> stepsIn(const QString& metrics) {
    std::vector<int> steps;
    for (const QByteArray& line : contents(metrics).trimmed().split('\n')) {
        steps.push_back(nlohmann::json::parse(line.toStdString()).at("step").get<int>());
    }
    return steps;
}

/// The bytes of the tensor called `name` in a safetensors file: 8 bytes of header length, JSON header, data.
QByteArray tensorBytes(const QString& path, const std::string& name) {
    const QByteArray file = contents(path);
    quint64 header = 0;
    std::memcpy(&header, file.constData(), sizeof header);
    const auto json = nlohmann::json::parse(file.constData() + 8, file.constData() + 8 + header);
    const auto offsets = json.at(name).at("data_offsets");
    const auto begin = offsets.at(0).get<qsizetype>(), end = offsets.at(1).get<qsizetype>();
    return file.mid(static_cast<qsizetype>(8 + header) + begin, end - begin);
}

std::vector<std::string> tensorNames(const QString& path) {
    const QByteArray file = contents(path);
    quint64 header = 0;
    std::memcpy(&header, file.constData(), sizeof header);
    const auto json = nlohmann::json::parse(file.constData() + 8, file.constData() + 8 + header);
    std::vector<std::string> names;
    for (const auto& [name, value] : json.items()) {
        if (name != "__metadata__") {
            names.push_back(name);
        }
    }
    return names;
}

const QStringList kSmall{"--set", "data.train_size=300", "--set", "data.test_size=100", "--set", "encoder=[32]",
                         "--set", "decoder=[32]",        "--set", "report_every=5"};

}  // namespace

class TestCommandLine : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void helpAndVersion() {
        const Outcome help = elboroom({"--help"});
        QCOMPARE(help.code, 0);
        for (const char* word : {"train", "figure", "list", "download", "130"}) {
            QVERIFY2(help.out.contains(word), word);
        }
        QCOMPARE(elboroom({"train", "--help"}).code, 0);
        const Outcome version = elboroom({"--version"});
        QCOMPARE(version.code, 0);
        QVERIFY(version.out.startsWith("elboroom 0."));
    }

    void viewsAreNamedBeforeAnyoneHasToGuess() {
        QVERIFY(elboroom({"figure", "--help"}).out.contains("rate-distortion"));
    }

    void lists() {
        for (const char* kind :
             {"data", "models", "architectures", "objectives", "metrics", "experiments", "figures"}) {
            const Outcome table = elboroom({"list", kind});
            QCOMPARE(table.code, 0);
            QVERIFY(!table.out.isEmpty());
            for (const QString& line : QString::fromUtf8(table.out).split('\n')) {
                QVERIFY2(line.size() <= 100, qPrintable(line));
            }
            const Outcome json = elboroom({"list", kind, "--json"});
            QCOMPARE(json.code, 0);
            const auto entries = lastLine(json.out);
            QVERIFY(entries.is_array() && !entries.empty() && entries[0].contains("name"));
        }
        const Outcome experiments = elboroom({"list", "experiments"});
        for (const char* name : {"digits", "mnist", "mnist-20", "omniglot", "two-points", "two-points-infovae",
                                 "two-gaussians", "linear-gaussian", "mnist-500", "mnist-500-infovae"}) {
            QVERIFY2(experiments.out.contains(name), name);
        }
    }

    void linesFitATerminal() {
        for (const char* kind : {"models", "architectures", "objectives", "metrics", "experiments", "figures"}) {
            for (const QByteArray& line : elboroom({"list", kind}).out.split('\n')) {
                QVERIFY2(QString::fromUtf8(line).size() <= 130, line);
            }
        }
    }

    void summaryIsTheLastLine() {
        const Outcome outcome = elboroom(QStringList{"train", "digits", "--steps", "12", "--json"} + kSmall);
        QVERIFY2(outcome.code == 0, outcome.err);
        const auto summary = lastLine(outcome.out);
        QVERIFY(summary.is_object());
        QCOMPARE(summary.at("experiment").get<std::string>(), std::string("digits"));
        QCOMPARE(summary.at("step").get<int>(), 12);
        for (const char* key : {"epoch", "wall_s", "steps_per_s", "beta", "lambda", "alpha", "loss", "distortion",
                                "rate", "elbo", "elbo_train", "elbo_test", "distortion_test", "rate_test",
                                "marginal_divergence_test", "log_det_cov_test", "parameters"}) {
            QVERIFY2(summary.contains(key) && summary[key].is_number(), key);
        }
        QVERIFY(summary.contains("version"));
        QCOMPARE(summary.at("beta").get<double>(), 1.0);
    }

    void aFleetIsAnArray() {
        const Outcome outcome =
            elboroom(QStringList{"train", "digits", "--steps", "3", "--json", "--set", "beta=[1, 4]"} + kSmall);
        QVERIFY2(outcome.code == 0, outcome.err);
        const auto summary = lastLine(outcome.out);
        QCOMPARE(summary.at("elbo_test").size(), std::size_t{2});
        QCOMPARE(summary.at("beta").at(1).get<double>(), 4.0);
    }

    void linearGaussianCarriesItsClosedForm() {
        const Outcome outcome = elboroom({"train", "linear-gaussian", "--steps", "5", "--json"});
        QVERIFY2(outcome.code == 0, outcome.err);
        const auto summary = lastLine(outcome.out);
        QVERIFY(summary.at("rate_closed_form").is_number());
        QVERIFY(summary.at("distortion_closed_form").is_number());
    }

    void aRunFolderHoldsFourFiles() {
        QTemporaryDir folder;
        const QString run = folder.filePath("run");
        const QStringList arguments = QStringList{"train", "digits", "--steps", "12", "--out", run} + kSmall;
        const Outcome outcome = elboroom(arguments);
        QVERIFY2(outcome.code == 0, outcome.err);
        QVERIFY(outcome.out.contains("elbo_test"));
        QCOMPARE(stepsIn(run + "/metrics.jsonl"), (std::vector<int>{5, 10, 12}));
        QVERIFY(lastLine(contents(run + "/summary.json")).contains("elbo_test"));
        QVERIFY(contents(run + "/experiment.toml").contains("train_size = 300"));
        QVERIFY(QFile::exists(run + "/checkpoint.safetensors"));
        // The folder is not overwritten by accident.
        QCOMPARE(elboroom(arguments).code, 3);
        QCOMPARE(elboroom(arguments + QStringList{"--overwrite"}).code, 0);
        // Its experiment file trains again.
        QCOMPARE(elboroom({"train", run + "/experiment.toml", "--steps", "1"}).code, 0);
    }

    void aRunFolderHasTestValuesAllAlong() {
        QTemporaryDir folder;
        const QString run = folder.filePath("run");
        const Outcome outcome = elboroom(QStringList{"train", "digits", "--steps", "12", "--out", run} + kSmall);
        QVERIFY2(outcome.code == 0, outcome.err);
        const QList<QByteArray> lines = contents(run + "/metrics.jsonl").trimmed().split('\n');
        const auto first = nlohmann::json::parse(lines.front().toStdString());
        QVERIFY(first.at("elbo_test").is_number() && first.at("elbo_error_test").is_number());
        // The last line has everything, as the summary has.
        const auto last = nlohmann::json::parse(lines.back().toStdString());
        const auto summary = lastLine(contents(run + "/summary.json"));
        QCOMPARE(last.at("examples_test").get<double>(), 100.0);
        QCOMPARE(last.at("examples_train").get<double>(), 300.0);
        for (const char* name : {"elbo_test", "distortion_train", "rate_test", "elbo_error_test"}) {
            QCOMPARE(last.at(name).get<double>(), summary.at(name).get<double>());
        }
        // Going on from the end adds no second line of it.
        QCOMPARE(elboroom({"train", "--resume", run, "--steps", "12"}).code, 0);
        QCOMPARE(stepsIn(run + "/metrics.jsonl"), (std::vector<int>{5, 10, 12}));

        // A figure of the run has its curves, and ends with everything unless asked otherwise.
        const QString csv = folder.filePath("curves.csv");
        const auto endsWith = [&](const QStringList& options) {
            const Outcome drawn = elboroom(
                QStringList{"figure", run + "/checkpoint.safetensors", "--view", "curves", "--out", csv} + options);
            return drawn.code == 0 ? contents(csv) : drawn.err;
        };
        const QByteArray whole = endsWith({});
        QVERIFY2(whole.contains("elbo_error_test") && whole.contains("examples_test"), whole);
        for (const char* step : {"\n5,", "\n10,", "\n12,"}) {
            QVERIFY2(whole.contains(step), whole);
        }
        const QByteArray part = endsWith({"--examples", "40"});
        const auto examples = [](const QByteArray& table) {
            const QList<QByteArray> rows = table.mid(table.indexOf("\nstep,") + 1).split('\n');
            const qsizetype column = rows.front().split(',').indexOf(QByteArray("examples_test"));
            for (const QByteArray& row : rows) {
                if (row.startsWith("12,")) {
                    return row.split(',').value(column).toInt();
                }
            }
            return -1;
        };
        QCOMPARE(examples(whole), 100);
        QCOMPARE(examples(part), 40);
        QCOMPARE(elboroom({"figure", "digits", "--examples", "-1", "--out", csv}).code, 2);
    }

    void aResumedRunEqualsAnUninterruptedOne() {
        QTemporaryDir folder;
        const QString straight = folder.filePath("straight"), halves = folder.filePath("halves");
        QCOMPARE(elboroom(QStringList{"train", "digits", "--steps", "20", "--out", straight} + kSmall).code, 0);
        QCOMPARE(elboroom(QStringList{"train", "digits", "--steps", "10", "--out", halves} + kSmall).code, 0);
        // A crash after the checkpoint leaves lines that the resumed run will write again, and half a line.
        QFile metrics(halves + "/metrics.jsonl");
        QVERIFY(metrics.open(QIODevice::Append));
        metrics.write("{\"step\":15}\n{\"step\":2");
        metrics.close();
        const Outcome resumed = elboroom({"train", "digits", "--resume", halves, "--steps", "20", "--json"});
        QVERIFY2(resumed.code == 0, resumed.err);
        QCOMPARE(lastLine(resumed.out).at("step").get<int>(), 20);
        QCOMPARE(stepsIn(halves + "/metrics.jsonl"), (std::vector<int>{5, 10, 15, 20}));
        const QString a = straight + "/checkpoint.safetensors", b = halves + "/checkpoint.safetensors";
        QCOMPARE(tensorNames(a), tensorNames(b));
        for (const std::string& name : tensorNames(a)) {
            if (name.find("clock") == std::string::npos && name.find("wall") == std::string::npos) {
                QVERIFY2(tensorBytes(a, name) == tensorBytes(b, name), name.c_str());
            }
        }
    }

    void resumingRefusesAnotherRun() {
        QTemporaryDir folder;
        const QString run = folder.filePath("run");
        QCOMPARE(elboroom(QStringList{"train", "digits", "--steps", "2", "--out", run} + kSmall).code, 0);
        for (const char* change : {"data.train_size=200", "latent_dim=3", "run.seed=5", "batch_size=7"}) {
            const Outcome outcome = elboroom({"train", "--resume", run, "--set", change});
            QVERIFY2(outcome.code == 3, change);
            QVERIFY2(outcome.err.contains("stored run"), outcome.err);
        }
        QCOMPARE(elboroom({"train", "mnist", "--resume", run}).code, 3);
        const Outcome knob = elboroom({"train", "--resume", run, "--set", "beta=2", "--steps", "4", "--json"});
        QVERIFY2(knob.code == 0, knob.err);
        QCOMPARE(lastLine(knob.out).at("beta").get<double>(), 2.0);
    }

    void aFlippedByteInACheckpointIsBadInput() {
        QTemporaryDir folder;
        const QString run = folder.filePath("run");
        QCOMPARE(elboroom(QStringList{"train", "digits", "--steps", "2", "--out", run} + kSmall).code, 0);
        QByteArray bytes = contents(run + "/checkpoint.safetensors");
        bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
        QFile file(run + "/checkpoint.safetensors");
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(bytes);
        file.close();
        QCOMPARE(elboroom({"train", "--resume", run}).code, 3);
    }

    void divergenceIsFour() {
        const Outcome outcome = elboroom(
            QStringList{"train", "digits", "--steps", "500", "--json", "--set", "learning_rate=1e30"} + kSmall);
        QVERIFY2(outcome.code == 4, outcome.err);
        QVERIFY2(outcome.err.contains("non-finite"), outcome.err);
        QVERIFY(lastLine(outcome.out).is_object());
    }

    void aDivergedRunKeepsItsLastGoodCheckpoint() {
        QTemporaryDir folder;
        const QString run = folder.filePath("run");
        const QStringList everyStep = kSmall + QStringList{"--set", "run.autosave_seconds=1e-6"};
        // From the 42nd step on the gradient is more than a number holds.
        const Outcome outcome =
            elboroom(QStringList{"train", "digits", "--steps", "60", "--out", run, "--set",
                                 "schedule.beta=[[0, 1], [40, 1], [41, 1e300]]", "--set", "run.keep_checkpoints=3"} +
                     everyStep);
        QVERIFY2(outcome.code == 4, outcome.err);
        QVERIFY2(outcome.err.contains("the last good checkpoint, of step 41, is kept in " + run.toUtf8()), outcome.err);
        QCOMPARE(QDir(run).entryList({"*.safetensors"}, QDir::Files, QDir::Name),
                 (QStringList{"checkpoint-39.safetensors", "checkpoint-40.safetensors", "checkpoint-41.safetensors",
                              "checkpoint.safetensors"}));
        const Outcome resumed = elboroom({"train", "--resume", run, "--steps", "41", "--json"});
        QVERIFY2(resumed.code == 0, resumed.err);
        QCOMPARE(lastLine(resumed.out).at("step").get<int>(), 41);

        // Infinite after the first step, which only the second one meets.
        const QString wild = folder.filePath("wild");
        const Outcome none =
            elboroom(QStringList{"train", "digits", "--out", wild, "--set", "learning_rate=1e300"} + everyStep);
        QVERIFY2(none.code == 4, none.err);
        QVERIFY2(none.err.contains("no checkpoint was kept before that"), none.err);
        QVERIFY(!QFile::exists(wild + "/checkpoint.safetensors"));
    }

    void anInterruptedRunKeepsItsCheckpoint_data() {
        QTest::addColumn<int>("signal");
        QTest::newRow("SIGINT") << SIGINT;
        QTest::newRow("SIGTERM") << SIGTERM;
        QTest::newRow("SIGHUP") << SIGHUP;
    }

    void anInterruptedRunKeepsItsCheckpoint() {
        QFETCH(const int, signal);
        QTemporaryDir folder;
        const QString run = folder.filePath("run");
        QProcess process;
        process.start(ELBOROOM_BINARY, QStringList{"train", "digits", "--steps", "100000000", "--out", run} + kSmall);
        QVERIFY(process.waitForStarted());
        QTRY_VERIFY_WITH_TIMEOUT(contents(run + "/metrics.jsonl").count('\n') > 2, kPatience);
        ::kill(static_cast<pid_t>(process.processId()), signal);
        QVERIFY(process.waitForFinished(kPatience));
        QCOMPARE(process.exitStatus(), QProcess::NormalExit);
        QCOMPARE(process.exitCode(), 130);
        QVERIFY(process.readAllStandardError().contains("--resume"));
        const int reached = stepsIn(run + "/metrics.jsonl").back();
        const Outcome resumed = elboroom({"train", "--resume", run, "--steps", QString::number(reached), "--json"});
        QVERIFY2(resumed.code == 0, resumed.err);
        QVERIFY(lastLine(resumed.out).at("step").get<int>() >= reached);
    }

    void aRunWhoseFolderIsGoneIsStillInterrupted() {
        QTemporaryDir folder;
        const QString run = folder.filePath("run");
        QProcess process;
        process.start(ELBOROOM_BINARY, QStringList{"train", "digits", "--steps", "100000000", "--out", run} + kSmall);
        QVERIFY(process.waitForStarted());
        QTRY_VERIFY_WITH_TIMEOUT(contents(run + "/metrics.jsonl").count('\n') > 2, kPatience);
        // A line may come while the folder is being emptied.
        QTRY_VERIFY_WITH_TIMEOUT(QDir(run).removeRecursively() && !QDir(run).exists(), kPatience);
        ::kill(static_cast<pid_t>(process.processId()), SIGINT);
        const Outcome outcome = outcomeOf(process);
        QCOMPARE(outcome.code, 130);
        QVERIFY2(outcome.err.contains("tried again") &&
                     outcome.err.contains("could not be written to " + (run + "/checkpoint.safetensors").toUtf8()),
                 outcome.err);
    }

    void aFolderHasOneWriter() {
        QTemporaryDir folder;
        const QString run = folder.filePath("run");
        const QStringList command =
            QStringList{"train", "digits", "--steps", "100000000", "--out", run, "--overwrite"} + kSmall;
        QProcess process;
        process.start(ELBOROOM_BINARY, command);
        QVERIFY(process.waitForStarted());
        QTRY_VERIFY_WITH_TIMEOUT(contents(run + "/metrics.jsonl").count('\n') > 2, kPatience);
        const Outcome second = elboroom(command);
        QCOMPARE(second.code, 3);
        QVERIFY2(second.err.contains("process " + QByteArray::number(process.processId())), second.err);
        ::kill(static_cast<pid_t>(process.processId()), SIGINT);
        QCOMPARE(outcomeOf(process).code, 130);
        const std::vector<int> steps = stepsIn(run + "/metrics.jsonl");
        QVERIFY(std::is_sorted(steps.begin(), steps.end()));
    }

    void lagsAndDamagedLinesAreSaidOnResuming() {
        QTemporaryDir folder;
        const QString run = folder.filePath("run");
        QCOMPARE(elboroom(QStringList{"train", "digits", "--steps", "20", "--out", run} + kSmall).code, 0);
        QFile metrics(run + "/metrics.jsonl");
        QVERIFY(metrics.resize(contents(metrics.fileName()).indexOf('\n') + 30));  // what a power cut may leave
        const Outcome resumed = elboroom({"train", "--resume", run, "--steps", "25"});
        QVERIFY2(resumed.code == 0, resumed.err);
        QVERIFY2(resumed.err.contains("1 damaged line is left out") &&
                     resumed.err.contains("from step 5 to the checkpoint's step 20 are missing"),
                 resumed.err);
        QCOMPARE(stepsIn(metrics.fileName()), (std::vector<int>{5, 25}));
    }

    void figuresAreWritten() {
        QTemporaryDir folder;
        for (const char* suffix : {"pdf", "svg", "png", "csv"}) {
            const QString path = folder.filePath(QString("figure.") + suffix);
            const Outcome outcome = elboroom(
                QStringList{"figure", "digits", "--steps", "5", "--size", "185x150mm", "--out", path} + kSmall);
            QVERIFY2(outcome.code == 0, outcome.err);
            const bool table = QString(suffix) == "csv";  // one a file
            QVERIFY2(QFile(table ? folder.filePath("figure-latent-codes.csv") : path).size() > 500, suffix);
        }
        // A figure carries its experiment and is a source itself, of every command.
        const Outcome explained = elboroom({"explain", folder.filePath("figure.svg")});
        QVERIFY2(explained.code == 0 && explained.out.contains("ELBO"), explained.err);
        const Outcome trained = elboroom({"train", folder.filePath("figure.png"), "--steps", "2"});
        QVERIFY2(trained.code == 0, trained.err);
        const Outcome measured = elboroom({"measure", folder.filePath("figure.pdf")});
        QVERIFY2(measured.code == 3 && measured.err.contains("no trained model"), measured.err);
        const QString again = folder.filePath("again.svg");
        const Outcome outcome = elboroom(
            {"figure", folder.filePath("figure.pdf"), "--view", "rate-distortion", "--steps", "3", "--out", again});
        QVERIFY2(outcome.code == 0, outcome.err);
        QVERIFY(contents(again).contains("<svg"));
        QCOMPARE(elboroom({"figure", "digits", "--view", "no-such-view", "--steps", "1", "--out", again}).code, 2);
    }

    void theDecodersCurveComesWithAFigure() {
        QTemporaryDir folder;
        const QStringList figure{"figure", "digits", "--steps", "5", "--view", "rate-distortion", "--examples", "20"};
        const QStringList out{"--out", folder.filePath("fig.{svg,csv}")};
        const Outcome outcome = elboroom(figure + QStringList{"--decoder-curve"} + out + kSmall);
        QVERIFY2(outcome.code == 0, outcome.err);
        QVERIFY(contents(folder.filePath("fig.svg")).contains("best for this decoder"));
        QVERIFY(contents(folder.filePath("fig-best-for-this-decoder.csv")).contains("step,member,examples,beta"));
        const Outcome plain = elboroom(figure + out + kSmall);
        QVERIFY2(plain.code == 0, plain.err);
        QVERIFY(!contents(folder.filePath("fig.svg")).contains("best for this decoder"));
        const Outcome large =
            elboroom(figure + QStringList{"--decoder-curve", "--set", "model.latent_dim=10"} + out + kSmall);
        QVERIFY2(large.code == 3 && large.err.contains("one or two dimensions"), large.err);
    }

    void oneTrainingWritesManyFigures() {
        QTemporaryDir folder;
        const Outcome outcome =
            elboroom(QStringList{"figure", "digits", "--steps", "5", "--view", "latent,curves", "--out",
                                 folder.filePath("fig.{pdf,svg}"), "--out", folder.filePath("table.csv"), "--gray",
                                 "--font-size", "6.8", "--size", "nature-1"} +
                     kSmall);
        QVERIFY2(outcome.code == 0, outcome.err);
        for (const char* name : {"fig-latent.pdf", "fig-latent.svg", "fig-curves.pdf", "fig-curves.svg",
                                 "table-latent-codes.csv", "table-latent-densities.csv", "table-curves.csv"}) {
            QVERIFY2(QFile(folder.filePath(name)).size() > 200, name);
        }
        QVERIFY(contents(folder.filePath("fig-latent.svg")).contains("width=\"89mm\""));
    }
};

QTEST_GUILESS_MAIN(TestCommandLine)
#include "tst_command_line.moc"
