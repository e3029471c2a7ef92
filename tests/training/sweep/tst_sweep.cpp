#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QtTest>
#include <cmath>
#include <set>

#include "models/tensor/torch.h"
#include "tests/training/message_of.h"
#include "tests/training/small_experiments.h"
#include "training/engine/failures.h"
#include "training/engine/trainer_state.h"
#include "training/experiment/experiment_text.h"
#include "training/measure/evaluation.h"
#include "training/run/checkpoint.h"
#include "training/run/member_state.h"
#include "training/step/worker_thread.h"
#include "training/sweep/sweep.h"
#include "training/sweep/sweep_budget.h"
#include "training/sweep/sweep_results.h"

using namespace elbo;

namespace {

Experiment grid() {
    Experiment experiment = smallDigits();
    experiment.run.seed = 7;
    assignField(experiment, "beta=0.5,1,2,4,8");
    assignField(experiment, "lambda=x 1,10");
    return experiment;
}

void write(const QString& path, const QByteArray& bytes) {
    QDir().mkpath(QFileInfo(path).path());
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(bytes);
}

}  // namespace

class TestSweep : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { prepareWorkerThread(1, true); }

    void everyMemberIsInOneFleet_data() {
        QTest::addColumn<int>("seeds");
        QTest::addColumn<int>("size");
        QTest::addColumn<int>("fleets");
        QTest::newRow("one fleet") << 1 << 10 << 1;
        QTest::newRow("larger than needed") << 1 << 64 << 1;
        QTest::newRow("uneven") << 1 << 4 << 3;
        QTest::newRow("alone") << 2 << 1 << 20;
        QTest::newRow("seeds") << 3 << 6 << 6;
    }
    void everyMemberIsInOneFleet() {
        QFETCH(int, seeds);
        QFETCH(int, size);
        const SweepPlan plan = SweepPlan::make(grid(), seeds, size);
        QTEST(static_cast<int>(plan.fleets.size()), "fleets");
        QCOMPARE(plan.members.size(), std::size_t(10) * static_cast<std::size_t>(seeds));
        std::set<std::size_t> met;
        std::size_t least = plan.members.size(), most = 0;
        for (std::size_t f = 0; f < plan.fleets.size(); ++f) {
            const Experiment fleet = plan.ofFleet(f);
            least = std::min(least, plan.fleets[f].members.size());
            most = std::max(most, plan.fleets[f].members.size());
            QCOMPARE(fleet.run.seed, plan.fleets[f].seed);
            for (std::size_t i = 0; i < plan.fleets[f].members.size(); ++i) {
                const std::size_t m = plan.fleets[f].members[i];
                QVERIFY(met.insert(m).second);
                QCOMPARE(plan.members[m].seed, fleet.run.seed);
                QVERIFY(plan.members[m].knobs == fleet.knobs[i]);
                QVERIFY(plan.ofMember(m).knobs == std::vector<Knobs>{fleet.knobs[i]});
            }
        }
        QCOMPARE(met.size(), plan.members.size());
        QVERIFY(most <= static_cast<std::size_t>(size) && most - least <= 1);
    }

    void foldersSayWhatTellsMembersApart() {
        const SweepPlan plan = SweepPlan::make(grid(), 2, 4);
        QCOMPARE(QString::fromStdString(plan.members[0].folder), "member-00_beta-0.5_lambda-1_seed-7");
        QCOMPARE(QString::fromStdString(plan.members[19].folder), "member-19_beta-8_lambda-10_seed-8");
        std::set<std::string> names;
        for (const auto& member : plan.members) {
            QVERIFY(names.insert(member.folder).second);
        }
        // Equal members and a lone one have folders of their own too.
        Experiment equal = smallDigits();
        equal.knobs = {Knobs{}, Knobs{}};
        QCOMPARE(QString::fromStdString(SweepPlan::make(equal, 1, 1).members[1].folder), "member-01");
    }

    void everyWeightThatIsSweptHasItsColumn() {
        const QTemporaryDir folder;
        const std::string path = folder.path().toStdString();
        for (const KnobName& knob : kKnobNames) {
            Experiment experiment = smallDigits();
            assignField(experiment, std::string(knob.name) + "=0.25,2");
            const SweepPlan plan = SweepPlan::make(experiment, 1, 2);
            QCOMPARE(plan.members[1].folder, std::string("member-01_") + knob.name + "-2");
            const std::vector<std::string> summaries{"{\"step\":1}", "{\"step\":2}"};
            const auto lines = QString::fromStdString(sweepTable(plan, summaries)).split('\n');
            const QStringList names = lines[0].split(',');
            QCOMPARE(names.count(knob.metric), 1);
            QCOMPARE(lines[1].split(',')[names.indexOf(knob.metric)], "0.25");
            QCOMPARE(lines[2].split(',')[names.indexOf(knob.metric)], "2.0");
            const bool always = names.indexOf(knob.metric) < 4;  // beta, lambda and alpha
            QCOMPARE(names.size(), always ? 8 : 9);
        }
        // One that all models share is no default either: whoever reads the table has to know it.
        Experiment shared = smallDigits();
        assignField(shared, "data_divergence=0.5");
        assignField(shared, "beta=1,2");
        const std::string table = sweepTable(SweepPlan::make(shared, 1, 2), {"{\"step\":1}", ""});
        QVERIFY2(
            QString::fromStdString(table).startsWith("folder,beta,lambda,alpha,data_divergence_weight,seed,state,"),
            table.c_str());
    }

    void aWeightDoesNotHideTheTermThatItWeighs() {
        Experiment experiment = smallDigits();
        assignField(experiment, "distortion=0.25,2");
        const SweepPlan plan = SweepPlan::make(experiment, 1, 2);
        const std::string table = sweepTable(plan, {"{\"step\":1,\"distortion\":90.5,\"distortion_weight\":0.25}", ""});
        QCOMPARE(QString::fromStdString(table),
                 "folder,beta,lambda,alpha,distortion_weight,seed,state,step,distortion,failure\n"
                 "member-00_distortion-0.25,1.0,1.0,0.0,0.25,0,finished,1,90.5,\n");
    }

    void namesThatASummaryBringsAreCells() {
        const SweepPlan plan = SweepPlan::make(smallDigits(), 1, 1);
        QCOMPARE(QString::fromStdString(sweepTable(plan, {"{\"a,b\":1,\"c\\nd\":2,\"e\\\"f\\\";\":3,\"step\":4}"})),
                 "folder,beta,lambda,alpha,seed,state,\"a,b\",\"c\nd\",\"e\"\"f\"\";\",step,failure\n" +
                     QString::fromStdString(plan.members[0].folder) + ",1.0,1.0,0.0,0,finished,1,2,3,4,\n");
    }

    void anyFieldIsSwept() {
        Experiment experiment = smallDigits();
        assignField(experiment, "beta=1,2,4");
        const std::vector<SweptField> over{parseSweptField("train_size", "50,200"),
                                           parseSweptField("encoder", "[64,32],[]"),
                                           parseSweptField("precision", "float64")};
        const SweepPlan plan = SweepPlan::make(experiment, 2, 2, over);
        QCOMPARE(plan.members.size(), std::size_t(2 * 2 * 3 * 2));
        QCOMPARE(plan.fleets.size(), std::size_t(2 * 2 * 2 * 2));
        QCOMPARE(plan.members[1].folder,
                 std::string("member-01_train_size-50_encoder-64-32_precision-float64_beta-1_seed-1"));
        QCOMPARE(plan.members[23].folder,
                 std::string("member-23_train_size-200_encoder-none_precision-float64_beta-4_seed-1"));
        std::set<std::size_t> met;
        for (std::size_t f = 0; f < plan.fleets.size(); ++f) {
            // What differs within a fleet are its weights alone.
            const Experiment fleet = plan.ofFleet(f);
            for (const std::size_t m : plan.fleets[f].members) {
                QVERIFY(met.insert(m).second);
                Experiment member = plan.ofMember(m);
                QCOMPARE(member.fleetSize(), 1);
                member.knobs = fleet.knobs;
                QVERIFY(member == fleet);
            }
        }
        QCOMPARE(met.size(), plan.members.size());
        QCOMPARE(plan.ofMember(23).data.trainSize, 200);
        QVERIFY(plan.ofMember(23).model.encoder.empty());

        const QTemporaryDir folder;
        const std::string path = folder.path().toStdString();
        writeSweepPlan(path, plan, "abc");
        const StoredSweep stored = readSweepPlan(path);
        QVERIFY(stored.plan.over == over);
        QCOMPARE(stored.plan.members[23].folder, plan.members[23].folder);
        requireSameSweep(stored.plan, SweepPlan::make(experiment, 2, 3, over), path);
        const auto refusal = [&](const std::vector<SweptField>& other) {
            return messageOf([&] { requireSameSweep(stored.plan, SweepPlan::make(experiment, 2, 2, other), path); });
        };
        QString message = refusal({parseSweptField("train_size", "50,100"), over[1], over[2]});
        QVERIFY2(message.contains("data.train_size is 50, 200 there and 50, 100 here"), qPrintable(message));
        message = refusal({over[0], over[2]});
        QVERIFY2(message.contains("model.encoder is [64, 32], [] there and"), qPrintable(message));

        std::vector<std::string> summaries(plan.members.size());
        summaries[23] = "{\"step\":7}";
        const std::string table = sweepTable(plan, summaries);
        QCOMPARE(table,
                 "folder,beta,lambda,alpha,data.train_size,model.encoder,run.precision,seed,state,step,failure\n" +
                     plan.members[23].folder + ",4.0,1.0,0.0,200,[],float64,1,finished,7,\n");
        write(QString::fromStdString(path + "/" + plan.members[1].folder + "/summary.json"), "{\"rate_test\":2.5}");
        const Sweep sweep = readSweep(path);
        QCOMPARE(sweep.points.size(), std::size_t(1));
        QCOMPARE(sweep.points[0].values, (std::vector<std::string>{"50", "[64, 32]", "float64"}));
        QVERIFY(sweep.over == over);
    }

    void architecturesAreSweptByTheirNames() {
        Experiment experiment = smallDigits();
        assignField(experiment, "beta=0.5,1");
        const std::vector<ArchitecturePreset> presets{
            {"narrow", "(-, -)", {}, {}, {"model.encoder=[8]", "model.decoder=[8]"}},
            {"wide", "(+, -)", {}, {}, {"model.encoder=[16]", "model.decoder=[8]", "model.latent_dim=3"}},
            {"narrow", "(-, -)", {}, {}, {"model.encoder=[8]", "model.decoder=[8]"}}};
        const SweptField latents = sweptField("model.latent_dim", {"4", "5"});
        const std::vector<SweptField> over{latents, sweptArchitectures(presets)};
        QCOMPARE(over[1].values, (std::vector<std::string>{"narrow", "wide"}));
        const SweepPlan plan = SweepPlan::make(experiment, 1, 2, over);
        QCOMPARE(plan.members.size(), std::size_t(8));
        QCOMPARE(plan.members[3].folder, std::string("member-03_latent_dim-4_architecture-wide_beta-1"));
        QVERIFY(plan.ofMember(0).model.encoder == std::vector<int>{8});
        QVERIFY(plan.ofMember(3).model.encoder == std::vector<int>{16});
        // A field of the architecture that is swept too has its own value, in whatever order they were given.
        QCOMPARE(plan.ofMember(3).model.latentDim, 4);
        QCOMPARE(SweepPlan::make(experiment, 1, 2, {over[1]}).ofMember(3).model.latentDim, 3);
        QCOMPARE(shownValue(over[1], "wide"), std::string("(+, -)"));
        QCOMPARE(shownValue(over[0], "5"), std::string("5"));

        // The folder says itself what the names stand for.
        const QTemporaryDir folder;
        const std::string path = folder.path().toStdString();
        writeSweepPlan(path, plan, "abc");
        const SweepPlan stored = readSweepPlan(path).plan;
        QVERIFY(stored.over == plan.over);
        QVERIFY(stored.ofMember(7) == plan.ofMember(7));
        requireSameSweep(stored, plan, path);
        QString message = messageOf([&] {
            requireSameSweep(stored, SweepPlan::make(experiment, 1, 2, {latents, sweptArchitectures({presets[1]})}),
                             path);
        });
        QVERIFY2(message.contains("architecture is narrow, wide there and wide here"), qPrintable(message));
        std::vector<ArchitecturePreset> renewed = presets;
        renewed[1].settings.back() = "model.latent_dim=2";
        message = messageOf([&] {
            requireSameSweep(stored, SweepPlan::make(experiment, 1, 2, {latents, sweptArchitectures(renewed)}), path);
        });
        QVERIFY2(message.contains("wide is ") && message.contains("model.latent_dim=2"), qPrintable(message));
        message = messageOf([] { sweptArchitectures({{"odd", "", {}, {}, {"data.name=mnist"}}}); });
        QVERIFY2(message.contains("no field of [model]"), qPrintable(message));
        QVERIFY(messageOf([] { sweptArchitectures({}); }).contains("no values"));
        // Two that would read the same in a legend keep their names.
        SweptField twins = over[1];
        twins.architectures[1].label = "(-, -)";
        QCOMPARE(shownValue(twins, "wide"), std::string("wide"));

        write(folder.filePath("member-00_latent_dim-4_architecture-narrow_beta-0.5/summary.json"),
              "{\"rate_test\":2.5,\"rate_error_test\":0.5}");
        QCOMPARE(readSweep(path).points.at(0).rateErrorTest, 0.5);
        const auto table = QString::fromStdString(sweepTable(plan, readSummaries(path, plan)));
        QVERIFY2(table.startsWith("folder,beta,lambda,alpha,model.latent_dim,architecture,seed,"), qPrintable(table));
        QVERIFY2(table.contains(",0.5,1.0,0.0,4,narrow,0,finished,2.5,0.5,"), qPrintable(table));
    }

    void aVariantThatIsNoExperimentIsRefused() {
        const Experiment experiment = smallDigits();
        const QString message =
            messageOf([&] { SweepPlan::make(experiment, 1, 1, {parseSweptField("model.decoder_noise", "0,3")}); });
        QVERIFY2(message.contains("model.decoder_noise is 3"), qPrintable(message));
        QVERIFY(messageOf([&] {
                    SweepPlan::make(
                        experiment, 1, 1,
                        {parseSweptField("latent_dim", "1:4096:lin4096"), parseSweptField("train_size", "1,2")});
                }).contains("8192 settings"));
    }

    void limitsAreNamed() {
        QVERIFY(messageOf([] { SweepPlan::make(grid(), 500, 1); }).contains("10 settings of 500 seeds"));
        QVERIFY(messageOf([] { SweepPlan::make(grid(), 0, 1); }).contains("at least one seed"));
        Experiment last = grid();
        assignField(last, "run.seed=9223372036854775807");
        QVERIFY(messageOf([&] { SweepPlan::make(last, 2, 1); }).contains("run.seed"));
    }

    void aStoredPlanComesBack() {
        const QTemporaryDir folder;
        const std::string path = folder.path().toStdString();
        const SweepPlan plan = SweepPlan::make(grid(), 3, 4);
        writeSweepPlan(path, plan, "abc");
        const StoredSweep stored = readSweepPlan(path);
        QVERIFY(stored.plan.experiment == plan.experiment);
        QCOMPARE(stored.plan.seeds, 3);
        QCOMPARE(stored.plan.fleetSize, 4);
        QCOMPARE(stored.plan.members[5].folder, plan.members[5].folder);
        QCOMPARE(stored.dataSha256, std::string("abc"));
        requireSameSweep(stored.plan, SweepPlan::make(grid(), 3, 2), path);
        Experiment other = grid();
        assignField(other, "learning_rate=0.5");
        QString message = messageOf([&] { requireSameSweep(stored.plan, SweepPlan::make(other, 3, 4), path); });
        QVERIFY2(message.contains("optimiser.learning_rate is 0.001 there and 0.5 here"), qPrintable(message));
        message = messageOf([&] { requireSameSweep(stored.plan, SweepPlan::make(grid(), 2, 4), path); });
        QVERIFY2(message.contains("seeds is 3 there and 2 here"), qPrintable(message));
    }

    void aFolderOfVersion01GoesOn() {
        const QTemporaryDir folder;
        const std::string path = folder.path().toStdString();
        write(folder.filePath("sweep.json"),
              QByteArray("{'format':'elboroom-sweep-1','version':'0.1.0','seeds':1,'fleet_size':2,'data_sha256':'abc',"
                         "'experiment':'[objective]\\nbeta = [1.0, 4.0]\\n'}")
                  .replace('\'', '"'));
        write(folder.filePath("member-01_beta-4/summary.json"), "{\"beta\":4.0,\"rate_test\":2.5}");
        const Sweep sweep = readSweep(path);
        QCOMPARE(sweep.planned, std::size_t(2));
        QCOMPARE(sweep.points.size(), std::size_t(1));
        QVERIFY(sweep.over.empty() && sweep.points[0].values.empty());
        Experiment wanted;
        assignField(wanted, "beta=1,4");
        const StoredSweep stored = readSweepPlan(path);
        requireSameSweep(stored.plan, SweepPlan::make(wanted, 1, 1), path);
        writeSweepPlan(path, stored.plan, "abc");
        QFile file(folder.filePath("sweep.json"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray text = file.readAll();
        QVERIFY2(text.contains("\"elboroom-sweep-1\"") && !text.contains("\"over\""), text.constData());
    }

    void damagedPlansAreRefused_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("no JSON") << QByteArray("{\"format\":");
        QTest::newRow("a list") << QByteArray("[1]");
        QTest::newRow("another format") << QByteArray("{\"format\":\"x\"}");
        QTest::newRow("format of another type") << QByteArray("{\"format\":3}");
        QTest::newRow("seeds") << QByteArray(
            "{\"format\":\"elboroom-sweep-1\",\"seeds\":-1,\"fleet_size\":1,"
            "\"data_sha256\":\"\",\"experiment\":\"\"}");
        QTest::newRow("swept fields") << QByteArray(
            "{\"format\":\"elboroom-sweep-2\",\"seeds\":1,\"fleet_size\":1,"
            "\"data_sha256\":\"\",\"experiment\":\"\",\"over\":[3]}");
        QTest::newRow("a swept weight") << QByteArray(
            "{\"format\":\"elboroom-sweep-2\",\"seeds\":1,\"fleet_size\":1,\"data_sha256\":\"\","
            "\"experiment\":\"\",\"over\":[{\"field\":\"objective.beta\",\"values\":[\"1\"]}]}");
        QTest::newRow("an architecture without its settings") << QByteArray(
            "{\"format\":\"elboroom-sweep-2\",\"seeds\":1,\"fleet_size\":1,\"data_sha256\":\"\",\"experiment\":\"\","
            "\"over\":[{\"field\":\"architecture\",\"values\":[\"a\"],\"labels\":[\"A\"],\"settings\":[]}]}");
        QTest::newRow("experiment") << QByteArray(
            "{\"format\":\"elboroom-sweep-1\",\"seeds\":1,\"fleet_size\":1,"
            "\"data_sha256\":\"\",\"experiment\":\"beta\"}");
    }
    void damagedPlansAreRefused() {
        QFETCH(QByteArray, text);
        const QTemporaryDir folder;
        write(folder.filePath("sweep.json"), text);
        const QString message = messageOf([&] { readSweepPlan(folder.path().toStdString()); });
        QVERIFY2(message.startsWith(folder.filePath("sweep.json") + ":"), qPrintable(message));
    }

    void theTableHasALinePerEndedMember() {
        const QTemporaryDir folder;
        const std::string path = folder.path().toStdString();
        Experiment experiment = smallDigits();
        assignField(experiment, "beta=1,2,4");
        const SweepPlan plan = SweepPlan::make(experiment, 1, 3);
        writeSweepPlan(path, plan, "");
        write(folder.filePath("member-00_beta-1/summary.json"),
              QByteArray("{'experiment':'digits','step':40,'beta':1.0,'rate_test':2.5,'distortion_test':90.25,"
                         "'mmd':null}\n")
                  .replace('\'', '"'));
        write(folder.filePath("member-01_beta-2/summary.json"), "{\"step\":7,\"rate_tes");
        write(folder.filePath("member-02_beta-4/summary.json"),
              "{\"step\":12,\"rate_test\":null,\"failure\":\"a \\\"b\\\", c\",\"extra\":1}");
        const auto table = QString::fromStdString(sweepTable(plan, readSummaries(path, plan)));
        QCOMPARE(table,
                 "folder,beta,lambda,alpha,seed,state,step,rate_test,distortion_test,mmd,extra,failure\n"
                 "member-00_beta-1,1.0,1.0,0.0,0,finished,40,2.5,90.25,,,\n"
                 "member-02_beta-4,4.0,1.0,0.0,0,diverged,12,,,,1,\"a \"\"b\"\", c\"\n");
        const Sweep sweep = readSweep(path);
        QCOMPARE(sweep.planned, std::size_t(3));
        QCOMPARE(sweep.points.size(), std::size_t(2));
        QCOMPARE(sweep.points[0].distortionTest, 90.25);
        QVERIFY(std::isnan(sweep.points[0].rateTrain) && std::isnan(sweep.points[1].rateTest));
        QCOMPARE(QString::fromStdString(sweep.points[1].failure), "a \"b\", c");
        QCOMPARE(QString::fromStdString(sweep.points[1].folder), folder.filePath("member-02_beta-4"));
    }

    void theBudgetFollowsTheMachine() {
        const Experiment experiment = grid();  // ten settings
        const DataShape digits = DataShape::image(28, 28);
        const auto budget = [&](int seeds, int cores, std::uint64_t memory, int jobs = 0, int size = 0) {
            const SweepBudget b = sweepBudget(experiment, digits, seeds, {cores, memory}, jobs, size);
            return std::pair(b.jobs, b.fleetSize);
        };
        constexpr std::uint64_t kPlenty = 1ULL << 40;
        QCOMPARE(budget(1, 1, kPlenty), std::pair(1, 10));   // one core: one fleet
        QCOMPARE(budget(1, 2, kPlenty), std::pair(2, 5));    // two halves
        QCOMPARE(budget(2, 2, kPlenty), std::pair(2, 10));   // a fleet per seed
        QCOMPARE(budget(1, 64, kPlenty), std::pair(10, 1));  // more cores than models
        QCOMPARE(budget(1, 1, 7 * memberBytes(experiment, digits)), std::pair(1, 3));
        QCOMPARE(budget(1, 1, 0), std::pair(1, 1));  // never less than one
        QCOMPARE(budget(1, 8, kPlenty, 3, 2), std::pair(3, 2));
        Experiment two = experiment;
        two.run.threads = 2;
        QCOMPARE(sweepBudget(two, digits, 1, {2, kPlenty}).jobs, 1);
        Experiment card = experiment;
        card.run.device = Device::Cuda;
        QCOMPARE(sweepBudget(card, digits, 2, {8, kPlenty}).jobs, 1);
        QVERIFY(Machine::here().cores >= 1 && Machine::here().memoryBytes > (1U << 20));
    }

    void memoryIsThatOfParametersAndActivations() {
        // 784-32-4 and 2-32-784 in float32 with batches of 50.
        const std::uint64_t weights = 785 * 32 + 33 * 4 + 3 * 32 + 33 * 784;
        const std::uint64_t outputs = 32 + 4 + 32 + 784;
        QCOMPARE(memberBytes(smallDigits(), DataShape::image(28, 28)), 4 * (4 * weights + 3 * 50 * outputs));
    }

    void aMemberIsARunOfItsOwn() {
        Experiment experiment = smallDigits();
        experiment.optimiser.schedule = Schedule::LinearDecay;
        assignField(experiment, "beta=1,2,4");
        assignField(experiment, "lambda=1,50,1");
        const auto dataset = loadDataset(experiment.data);
        const SweepPlan plan = SweepPlan::make(experiment, 1, 3);
        Trainer fleet(plan.ofFleet(0), dataset);
        Trainer lone(plan.ofMember(0), dataset);
        for (int i = 0; i < 10; ++i) {
            fleet.step();
        }
        copyMember(fleet, 1, lone);
        QCOMPARE(lone.stepCount(), 10);
        QVERIFY(lone.experiment() == plan.ofMember(1));
        const QTemporaryDir folder;
        const std::string path = folder.filePath("checkpoint.safetensors").toStdString();
        saveCheckpoint(path, lone);
        Trainer resumed(checkpointExperiment(path), dataset);
        restoreCheckpoint(path, resumed);
        for (int i = 0; i < 10; ++i) {
            fleet.step();
            resumed.step();
        }
        // The same weights, batches and noise: what a lone run does is what the member does.
        const torch::Tensor member = fleet.state().parameters.values().narrow(0, 1, 1);
        QVERIFY(torch::allclose(resumed.state().parameters.values(), member, 1e-4, 1e-6));
        const Report ofFleet = memberReport(runningReport(*fleet.snapshot()), 1);
        const Report ofLone = runningReport(*resumed.snapshot());
        QCOMPARE(ofFleet.values.size(), ofLone.values.size());
        for (const auto& [name, values] : ofLone.values) {
            QVERIFY2(std::abs(values[0] - ofFleet.value(name, 0)) <= 1e-3 * (1.0 + std::abs(values[0])), name.c_str());
        }
        QVERIFY_EXCEPTION_THROWN(copyMember(fleet, 3, lone), std::invalid_argument);
    }

    void aFailureFollowsItsMember() {
        Experiment experiment = smallDigits();
        assignField(experiment, "beta=1,2,4");
        const auto dataset = loadDataset(experiment.data);
        const SweepPlan plan = SweepPlan::make(experiment, 1, 3);
        Trainer fleet(plan.ofFleet(0), dataset);
        Trainer lone(plan.ofMember(0), dataset);
        fleet.setKnobs({{1, 1, 0}, {1e39, 1, 0}, {-1e39, 1, 0}});
        fleet.step();
        copyMember(fleet, 0, lone);
        QVERIFY(!lone.failed() && failureText(lone.state().failures).empty());
        for (const int member : {1, 2}) {
            copyMember(fleet, member, lone);
            QVERIFY(lone.failed());
            const QString failure = QString::fromStdString(failureText(lone.state().failures));
            QVERIFY2(failure.startsWith("member 0: the ") && failure.endsWith("parameters are kept"),
                     qPrintable(failure));
            QCOMPARE(failure.count("member"), 1);
        }
    }

    void membersSettleOnTheClosedForm() {
        // [MATH 5]: the members of a fleet over beta end on the reverse water-filling curve.
        Experiment experiment = linearGaussian(1.0);
        experiment.run.steps = 3000;
        experiment.optimiser.batchSize = 250;
        assignField(experiment, "beta=0.2:4:log4");
        const auto dataset = loadDataset(experiment.data);
        const SweepPlan plan = SweepPlan::make(experiment, 1, 4);
        Trainer fleet(plan.ofFleet(0), dataset);
        Trainer lone(plan.ofMember(0), dataset);
        while (!fleet.finished()) {
            fleet.step();
        }
        for (std::size_t m = 0; m < plan.members.size(); ++m) {
            copyMember(fleet, static_cast<int>(m), lone);
            const Experiment own = plan.ofMember(m);
            Report report;
            evaluateInto(report, *lone.snapshot(), own, *dataset, {.examples = 0, .draws = 0});
            const auto optimum = closedForm(own, own.knobs[0]);
            QVERIFY(optimum.has_value());
            QVERIFY2(std::abs(report.value("rate_train", 0) - optimum->rate) < 0.03,
                     qPrintable(QString("%1 %2").arg(report.value("rate_train", 0)).arg(optimum->rate)));
            QVERIFY2(std::abs(report.value("distortion_train", 0) - optimum->distortion) < 0.05,
                     qPrintable(QString("%1 %2").arg(report.value("distortion_train", 0)).arg(optimum->distortion)));
        }
    }
};

QTEST_GUILESS_MAIN(TestSweep)
#include "tst_sweep.moc"
