// `elboroom sweep` as a shell sees it: folders, table, interruption, resumption, divergence.
#include <signal.h>

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>
#include <cmath>
#include <nlohmann/json.hpp>

#include "app/window/opening.h"
#include "tests/app/program.h"
#include "training/experiment/input_error.h"

namespace {

constexpr int kPatience = 120000;  // ms

QByteArray contents(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

nlohmann::json jsonIn(const QByteArray& text) {
    return nlohmann::json::parse(text.trimmed().split('\n').back().toStdString(), nullptr, false);
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

QStringList members(const QString& folder) {
    return QDir(folder).entryList({"member-*"}, QDir::Dirs, QDir::Name);
}

std::vector<int> stepsIn(const QString& metrics) {
    std::vector<int> steps;
    for (const QByteArray& line : contents(metrics).trimmed().split('\n')) {
        steps.push_back(nlohmann::json::parse(line.toStdString()).at("step").get<int>());
    }
    return steps;
}

const QStringList kSmall{"--set", "data.train_size=300", "--set", "data.test_size=100", "--set", "encoder=[32]",
                         "--set", "decoder=[32]",        "--set", "report_every=10"};

QStringList sweep(const QStringList& rest) {
    return QStringList{"sweep", "digits"} + kSmall + rest;
}

}  // namespace

class TestSweepCommand : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void everyMemberHasAFolderAndALine() {
        const QTemporaryDir base;
        const QString folder = base.filePath("grid");
        const QStringList command = sweep({"--over", "beta=0.5,2", "--over", "lambda=1,10", "--seeds", "2", "--steps",
                                           "30", "--out", folder, "--json"});
        const Outcome outcome = elboroom(command);
        QVERIFY2(outcome.code == 0, outcome.err.constData());
        QCOMPARE(members(folder).size(), 8);
        QCOMPARE(members(folder)[3], "member-03_beta-0.5_lambda-10_seed-1");
        QVERIFY(QDir(folder).entryList({"fleet-*"}).isEmpty());
        const auto json = jsonIn(outcome.out);
        QCOMPARE(json.at("members").size(), std::size_t(8));
        const auto& third = json.at("members").at(3);
        QCOMPARE(third.at("beta").get<double>(), 0.5);
        QCOMPARE(third.at("lambda").get<double>(), 10.0);
        QCOMPARE(third.at("seed").get<int>(), 1);
        QCOMPARE(third.at("step").get<int>(), 30);

        const QList<QByteArray> table = contents(folder + "/sweep.csv").trimmed().split('\n');
        QCOMPARE(table.size(), 9);
        QVERIFY(table[0].startsWith("folder,beta,lambda,alpha,seed,state,step,"));
        QVERIFY(table[0].contains(",rate_test,") && table[0].contains(",distortion_train,"));
        QVERIFY(table[4].startsWith("member-03_beta-0.5_lambda-10_seed-1,0.5,10.0,0.0,1,finished,30,"));

        // Once it has ended, the same command only tells what it came to.
        const QByteArray before = contents(folder + "/member-00_beta-0.5_lambda-1_seed-0/summary.json");
        const Outcome again = elboroom(command);
        QCOMPARE(again.code, 0);
        QCOMPARE(jsonIn(again.out), json);
        QCOMPARE(contents(folder + "/member-00_beta-0.5_lambda-1_seed-0/summary.json"), before);
    }

    void anyFieldIsSwept() {
        const QTemporaryDir base;
        const QString folder = base.filePath("fields");
        const QStringList command =
            sweep({"--over", "data.train_size=100,200", "--over", "model.likelihood=bernoulli,gaussian", "--over",
                   "code_distortion=0,0.5", "--steps", "5", "--out", folder});
        const Outcome outcome = elboroom(command + QStringList{"--json"});
        QVERIFY2(outcome.code == 0, outcome.err.constData());
        QCOMPARE(members(folder).size(), 8);
        QCOMPARE(members(folder)[3], "member-03_train_size-100_likelihood-gaussian_code_distortion-0.5");
        const QByteArray experiment = contents(folder + "/" + members(folder)[7] + "/experiment.toml");
        QVERIFY(experiment.contains("\ntrain_size = 200\n") && experiment.contains("\nlikelihood = \"gaussian\"\n") &&
                experiment.contains("\ncode_distortion = 0.5\n"));
        const auto last = jsonIn(outcome.out).at("members").at(7);
        QCOMPARE(last.at("data.train_size").get<int>(), 200);
        QCOMPARE(last.at("model.likelihood").get<std::string>(), std::string("gaussian"));
        QCOMPARE(last.at("code_distortion_weight").get<double>(), 0.5);
        const QList<QByteArray> table = contents(folder + "/sweep.csv").trimmed().split('\n');
        QCOMPARE(table.size(), 9);
        QVERIFY2(table[0].startsWith(
                     "folder,beta,lambda,alpha,code_distortion_weight,data.train_size,model.likelihood,seed,"),
                 table[0].constData());
        QVERIFY2(table[8].contains(",1.0,1.0,0.0,0.5,200,gaussian,0,finished,5,"), table[8].constData());

        // Resumed: nothing is left to train, and what was swept is in the columns.
        const Outcome again = elboroom(command);
        QCOMPARE(again.code, 0);
        QVERIFY2(again.out.contains("train_size likelihood") && again.out.contains("code_distortion"),
                 again.out.constData());
        const Outcome other = elboroom(sweep({"--over", "train_size=100,300", "--over", "likelihood=bernoulli,gaussian",
                                              "--over", "code_distortion=0,0.5", "--steps", "5", "--out", folder}));
        QCOMPARE(other.code, 3);
        QVERIFY2(other.err.contains("data.train_size is 100, 200 there and 100, 300 here"), other.err.constData());
        const elbo::Opening opening = elbo::recogniseFile(folder);
        QCOMPARE(opening.sweep->points.size(), std::size_t(8));
        QCOMPARE(opening.sweep->points[7].values, (std::vector<std::string>{"200", "gaussian"}));
    }

    void namedArchitecturesAreSwept() {
        const QTemporaryDir base;
        const QString folder = base.filePath("families");
        const QStringList small{
            "sweep",         "digits",  "--set", "data.train_size=40", "--set", "data.test_size=10", "--set",
            "batch_size=10", "--steps", "2"};
        const QStringList command = small + QStringList{"--over", "architecture=rd-conv-deconv-normal-small, mlp",
                                                        "--over", "beta=0.5,1",
                                                        "--out",  folder};
        const Outcome outcome = elboroom(command);
        QVERIFY2(outcome.code == 0, outcome.err.constData());
        QCOMPARE(members(folder),
                 (QStringList{"member-00_architecture-rd-conv-deconv-normal-small_beta-0.5",
                              "member-01_architecture-rd-conv-deconv-normal-small_beta-1",
                              "member-02_architecture-mlp_beta-0.5", "member-03_architecture-mlp_beta-1"}));
        QVERIFY2(outcome.out.contains("rd-conv-deconv-normal-small") && outcome.out.contains("architecture"),
                 outcome.out.constData());
        // What an architecture leaves open is the experiment's, not the one's before it.
        const QByteArray convolutions = contents(folder + "/" + members(folder)[0] + "/experiment.toml");
        QVERIFY(convolutions.contains("\nlatent_dim = 16\n") && convolutions.contains("\nnetwork = \"gated_conv\"\n"));
        QVERIFY(contents(folder + "/" + members(folder)[2] + "/experiment.toml").contains("\nlatent_dim = 2\n"));
        const QList<QByteArray> table = contents(folder + "/sweep.csv").trimmed().split('\n');
        QVERIFY2(table[0].startsWith("folder,beta,lambda,alpha,architecture,seed,"), table[0].constData());
        QVERIFY2(table[4].contains(",1.0,1.0,0.0,mlp,0,finished,2,"), table[4].constData());
        QCOMPARE(elboroom(command).code, 0);

        // Figures of the whole sweep.
        const Outcome plane = elboroom({"figure", folder, "--out", base.filePath("plane.{csv,svg}")});
        QVERIFY2(plane.code == 0, plane.err.constData());
        const QList<QByteArray> runs = contents(base.filePath("plane-runs.csv")).trimmed().split('\n');
        QVERIFY(std::count_if(runs.begin(), runs.end(),
                              [](const QByteArray& line) { return line.contains("member-"); }) == 4);
        QVERIFY(contents(base.filePath("plane.svg")).contains("Pareto"));
        const Outcome sheets = elboroom({"figure", folder, "--view", "sheets", "--set", "architecture=mlp", "--out",
                                         base.filePath("sheets.{csv,svg}")});
        QVERIFY2(sheets.code == 0, sheets.err.constData());
        QVERIFY(contents(base.filePath("sheets.svg")).contains("MLP"));
        const QByteArray pixels = contents(base.filePath("sheets.csv"));
        QVERIFY(pixels.contains("\n0,examples,mean,0,") && pixels.contains("\n1,samples,decoding,7,"));
        for (const QStringList& wrong : {QStringList{"--steps", "3"}, QStringList{"--set", "beta=1"}}) {
            QCOMPARE(elboroom(QStringList{"figure", folder, "--out", base.filePath("wrong.svg")} + wrong).code, 2);
        }

        const Outcome unknown = elboroom(small + QStringList{"--over", "architecture=rd-conv", "--out", folder});
        QVERIFY2(unknown.code != 0 && unknown.err.contains("architecture is \"rd-conv\""), unknown.err.constData());
        // A setting that every architecture sets anew would be lost without a word.
        const Outcome lost = elboroom(small + QStringList{"--over", "architecture=rd-conv-deconv-normal-small", "--set",
                                                          "latent_dim=8", "--out", base.filePath("lost")});
        QVERIFY2(lost.code == 2 && lost.err.contains("--over model.latent_dim=..."), lost.err.constData());
        const Outcome twice = elboroom(small + QStringList{"--over", "architecture=mlp", "--set", "architecture=mlp",
                                                           "--out", base.filePath("twice")});
        QVERIFY2(twice.code == 2 && twice.err.contains("exclude each other"), twice.err.constData());
    }

    void aMemberIsALoneRun() {
        const QTemporaryDir base;
        const QString folder = base.filePath("pair"), alone = base.filePath("alone");
        QCOMPARE(elboroom(sweep({"--over", "beta=0.5,2", "--seeds", "2", "--steps", "30", "--out", folder})).code, 0);
        const QString member = folder + "/" + members(folder)[3];
        QVERIFY(member.endsWith("beta-2_seed-1"));
        QVERIFY(stepsIn(member + "/metrics.jsonl") == (std::vector<int>{10, 20, 30}));
        const QByteArray experiment = contents(member + "/experiment.toml");
        QVERIFY(experiment.contains("\nbeta = 2.0\n") && experiment.contains("\nseed = 1\n"));

        // The seed is that of weights, batches and noise: a run of its own comes to the same up to rounding.
        const Outcome lone =
            elboroom(QStringList{"train", "digits"} + kSmall +
                     QStringList{"--set", "beta=2", "--set", "seed=1", "--steps", "30", "--out", alone});
        QCOMPARE(lone.code, 0);
        const auto ofMember = jsonIn(contents(member + "/summary.json"));
        const auto ofLone = jsonIn(contents(alone + "/summary.json"));
        for (const char* name : {"rate_test", "distortion_test", "loss"}) {
            const double a = ofMember.at(name).get<double>(), b = ofLone.at(name).get<double>();
            QVERIFY2(std::abs(a - b) < 1e-3 * std::abs(b), name);
        }
        const Outcome resumed = elboroom({"train", "--resume", member, "--steps", "45", "--json"});
        QVERIFY2(resumed.code == 0, resumed.err.constData());
        QCOMPARE(jsonIn(resumed.out).at("step").get<int>(), 45);
    }

    void anInterruptedSweepGoesOn() {
        const QTemporaryDir base;
        const QString broken = base.filePath("broken"), whole = base.filePath("whole");
        const auto command = [](const QString& folder) {
            return sweep({"--over", "beta=0.5,1,2", "--seeds", "2", "--steps", "1500", "--jobs", "1", "--fleet", "2",
                          "--out", folder});
        };
        QProcess process;
        process.start(ELBOROOM_BINARY, command(broken));
        const QString firstMetrics = broken + "/member-00_beta-0.5_seed-0/metrics.jsonl";
        QTRY_VERIFY_WITH_TIMEOUT(contents(firstMetrics).count('\n') >= 3, kPatience);
        ::kill(static_cast<pid_t>(process.processId()), SIGINT);
        const Outcome outcome = outcomeOf(process);
        QCOMPARE(outcome.code, 130);
        QVERIFY2(outcome.err.contains("of 6 models finished"), outcome.err.constData());
        QCOMPARE(QDir(broken).entryList({"fleet-*"}).size(), 1);
        const QByteArray firstLine = contents(firstMetrics).split('\n').front();
        // What has been trained so far opens as a lone run too.
        const Outcome member = elboroom({"train", "--resume", broken + "/member-00_beta-0.5_seed-0", "--steps", "0"});
        QVERIFY2(member.code == 0, member.err.constData());

        QCOMPARE(elboroom(command(broken)).code, 0);
        QCOMPARE(elboroom(command(whole)).code, 0);
        QCOMPARE(members(broken), members(whole));
        QCOMPARE(members(whole).size(), 6);
        for (const QString& name : members(whole)) {
            QCOMPARE(tensorBytes(broken + "/" + name + "/checkpoint.safetensors", "parameters"),
                     tensorBytes(whole + "/" + name + "/checkpoint.safetensors", "parameters"));
            QCOMPARE(stepsIn(broken + "/" + name + "/metrics.jsonl"), stepsIn(whole + "/" + name + "/metrics.jsonl"));
        }
        QVERIFY(QDir(broken).entryList({"fleet-*"}).isEmpty());
        // It went on and did not begin again: the seconds of the first report are those of the first call.
        QCOMPARE(contents(firstMetrics).split('\n').front(), firstLine);
    }

    void damagedCheckpointsBlockNoSweep() {
        const QTemporaryDir base;
        const QString folder = base.filePath("sweep");
        const QStringList command =
            sweep({"--over", "beta=1,2", "--steps", "20", "--jobs", "1", "--fleet", "1", "--out", folder});
        QCOMPARE(elboroom(command).code, 0);
        const QString cut = folder + "/" + members(folder)[1] + "/checkpoint.safetensors";
        const QByteArray parameters = tensorBytes(cut, "parameters");
        QFile file(cut);
        QVERIFY(file.resize(file.size() / 2));
        // A fleet that was under way, by a file that cannot be read.
        QFile damaged(folder + "/fleet-0.safetensors");
        QVERIFY(damaged.open(QIODevice::WriteOnly));
        damaged.write("{\"healthy\":{\"rhape\":3}}");
        damaged.close();

        const Outcome outcome = elboroom(command);
        QVERIFY2(outcome.code == 0, outcome.err.constData());
        QVERIFY2(outcome.err.contains("cut short") && outcome.err.contains("fleet-0.safetensors.damaged"),
                 outcome.err.constData());
        QVERIFY(QFile::exists(folder + "/fleet-0.safetensors.damaged"));
        QCOMPARE(tensorBytes(cut, "parameters"), parameters);
        // Now all is well again.
        const Outcome again = elboroom(command);
        QCOMPARE(again.code, 0);
        QVERIFY2(again.err.isEmpty(), again.err.constData());
    }

    void theWindowOpensTheFolder() {
        const QTemporaryDir base;
        const QString folder = base.filePath("sweep");
        QCOMPARE(elboroom(sweep({"--over", "beta=1e39,2", "--seeds", "2", "--steps", "5", "--out", folder})).code, 0);
        QVERIFY(elbo::isSweepFolder(folder));
        const elbo::Opening opening = elbo::recogniseFile(folder);
        // The first that ended well, as a model of its own.
        QVERIFY(opening.checkpoint);
        QCOMPARE(opening.path, folder + "/member-02_beta-2_seed-0/checkpoint.safetensors");
        QVERIFY(opening.sweep != nullptr);
        QCOMPARE(opening.sweep->points.size(), std::size_t(4));
        QVERIFY(!opening.sweep->points[1].failure.empty());
        QVERIFY(std::isfinite(opening.sweep->points[3].rateTest));
        // A member's own folder is a run.
        QVERIFY(elbo::recogniseFile(folder + "/member-02_beta-2_seed-0").sweep == nullptr);
        for (const QString& member : members(folder)) {
            QVERIFY(QFile::remove(folder + "/" + member + "/summary.json"));
        }
        try {
            elbo::recogniseFile(folder);
            QFAIL("a sweep without a finished model was opened");
        } catch (const elbo::InputError& error) {
            QVERIFY2(QByteArray(error.what()).contains("elboroom sweep"), error.what());
        }
    }

    void anotherSweepIsRefused_data() {
        QTest::addColumn<QStringList>("change");
        QTest::addColumn<QByteArray>("difference");
        QTest::newRow("values") << QStringList{"--over", "beta=1,3"}
                                << QByteArray("objective.beta is [1.0, 2.0] there");
        QTest::newRow("seeds") << QStringList{"--over", "beta=1,2", "--seeds", "3"}
                               << QByteArray("number of seeds is 1");
        QTest::newRow("field") << QStringList{"--over", "beta=1,2", "--set", "batch_size=10"}
                               << QByteArray("optimiser.batch_size is 100 there and 10 here");
        QTest::newRow("steps") << QStringList{"--over", "beta=1,2", "--steps", "3"}
                               << QByteArray("run.steps is 2 there");
    }
    void anotherSweepIsRefused() {
        QFETCH(QStringList, change);
        QFETCH(QByteArray, difference);
        const QTemporaryDir base;
        const QString folder = base.filePath("sweep");
        QCOMPARE(elboroom(sweep({"--over", "beta=1,2", "--steps", "2", "--out", folder})).code, 0);
        const QStringList steps = change.contains("--steps") ? QStringList{} : QStringList{"--steps", "2"};
        const Outcome outcome = elboroom(sweep(change + steps + QStringList{"--out", folder}));
        QCOMPARE(outcome.code, 3);
        QVERIFY2(outcome.err.contains(difference), outcome.err.constData());
    }

    void otherFoldersAreLeftAlone() {
        const QTemporaryDir base;
        QFile file(base.filePath("letter.txt"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.close();
        const Outcome outcome = elboroom(sweep({"--over", "beta=1,2", "--steps", "2", "--out", base.path()}));
        QCOMPARE(outcome.code, 3);
        QVERIFY2(outcome.err.contains("not empty"), outcome.err.constData());
        QCOMPARE(QDir(base.path()).entryList(QDir::AllEntries | QDir::NoDotAndDotDot), QStringList{"letter.txt"});
    }

    void aDivergedMemberDoesNotStopTheOthers() {
        const QTemporaryDir base;
        const QString folder = base.filePath("sweep");
        const Outcome outcome =
            elboroom(sweep({"--over", "beta=1,1e39,2", "--steps", "20", "--fleet", "3", "--out", folder}));
        QVERIFY2(outcome.code == 0, outcome.err.constData());
        QVERIFY2(outcome.err.contains("member-01_beta-1e+39 diverged: member 0: the"), outcome.err.constData());
        const QList<QByteArray> table = contents(folder + "/sweep.csv").trimmed().split('\n');
        QVERIFY(table[1].contains(",finished,20,") && table[2].contains(",diverged,") &&
                table[3].contains(",finished,20,"));
        QVERIFY(jsonIn(contents(folder + "/" + members(folder)[1] + "/summary.json")).contains("failure"));
        QCOMPARE(elboroom(sweep({"--over", "beta=1e39,2e39", "--steps", "20", "--out", base.filePath("all")})).code, 4);
    }

    void mistakesAreNamed_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("code");
        QTest::addColumn<QByteArray>("said");
        QTest::newRow("unknown field") << QStringList{"--over", "latent_dims=2,3"} << 3
                                       << QByteArray("did you mean \"model.latent_dim\"");
        QTest::newRow("value") << QStringList{"--over", "latent_dim=2,0"} << 3
                               << QByteArray("model.latent_dim is 0, but must be");
        QTest::newRow("combination") << QStringList{"--over", "decoder_noise=0,2"} << 3
                                     << QByteArray("set model.likelihood");
        QTest::newRow("steps twice") << QStringList{"--over", "steps=1,2", "--steps", "3"} << 2
                                     << QByteArray("exclude each other");
        QTest::newRow("seed") << QStringList{"--over", "seed=1,2"} << 3 << QByteArray("--seeds N");
        QTest::newRow("twice") << QStringList{"--over", "beta=1", "--over", "objective.beta=2"} << 2
                               << QByteArray("already given");
        QTest::newRow("no values") << QStringList{"--over", "beta"} << 2 << QByteArray("FIELD=VALUES");
        QTest::newRow("expression") << QStringList{"--over", "beta=1:2:cube3"} << 3
                                    << QByteArray("neither logN nor linN");
        QTest::newRow("no seeds") << QStringList{"--seeds", "0"} << 2 << QByteArray("--seeds");
        QTest::newRow("too many") << QStringList{"--over", "beta=0:1:lin64", "--over", "lambda=0:1:lin65"} << 3
                                  << QByteArray("4096 members");
    }
    void mistakesAreNamed() {
        QFETCH(QStringList, arguments);
        const QTemporaryDir base;
        const Outcome outcome = elboroom(sweep(arguments + QStringList{"--out", base.filePath("x")}));
        QTEST(outcome.code, "code");
        QFETCH(QByteArray, said);
        QVERIFY2(outcome.err.contains(said), outcome.err.constData());
        QVERIFY(!QFile::exists(base.filePath("x")));
    }
};

QTEST_GUILESS_MAIN(TestSweepCommand)
#include "tst_sweep_command.moc"
