#include <QTemporaryDir>
#include <QtTest>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <random>

#include "tests/training/message_of.h"
#include "training/experiment/experiment_text.h"

using namespace elbo;

namespace {

/// Every field away from its default but those of unusualWeights(), with numbers that have no short decimal form.
Experiment unusual() {
    Experiment e;
    e.name = "odd one";
    e.title = "Quotes \" and \\ and \xce\xb2";
    e.data.name = "linear-gaussian";
    e.data.path = "/some where/data = 1.gz";
    e.data.trainSize = 1;
    e.data.validationSize = 7;
    e.data.testSize = 0;
    e.data.binarisation = Binarisation::Threshold;
    e.data.shrink = 3;
    e.data.seed = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    e.data.spectrum = {1.0 / 3.0, 1e-300, 1e300, 5.0};
    e.data.separation = 0.1 + 0.2;
    e.data.variance = std::numeric_limits<double>::min();
    e.data.noise = 0.0;
    e.model.latentDim = 4096;
    e.model.encoder = {};
    e.model.decoder = {1, 65536, 3};
    e.model.encoderChannels = {7};
    e.model.decoderChannels = {};
    e.model.network = "residual_mlp";
    e.model.posterior = "implicit";
    e.model.prior = "gaussian_mixture";
    e.model.priorComponents = 7;
    e.model.flowSteps = 3;
    e.model.flowHidden = {};
    e.model.flowPermutation = FlowPermutation::None;
    e.model.flowContext = FlowContext::H;
    e.model.activation = Activation::Elu;
    e.model.likelihood = LikelihoodKind::Gaussian;
    e.model.variance = VarianceKind::Network;
    e.model.noiseVariance = 2.0 / 7.0;
    e.model.scale = ScaleKind::Sigmoid;
    e.model.minimumStddev = 0.01;
    e.model.encoderNoise = 3;
    e.model.decoderNoise = 2;
    e.objective = {DivergenceKind::Wasserstein,
                   DivergenceKind::Stein,
                   DivergenceKind::RatioKl,
                   DivergenceKind::RatioReverseKl,
                   DivergenceKernel::MultiScale,
                   0.7,
                   RateTerm::Cap,
                   RateEstimate::Adversarial,
                   3.25,
                   0.125,
                   0.75,
                   {7, 5},
                   3,
                   1e-5,
                   0.1};
    e.knobs = {{0.1, 1.0, -0.5, 0.5, 0.1, 0.2, 0.3, 0.4},
               {1.0 / 3.0, 2.0, -0.5, 0.5, 0.1, 0.2, 0.3, -0.4},
               {1e-17, 500.0, -0.5, 0.5, 0.1, 0.2, 0.3, 0.4}};
    e.schedule[Knob::Beta] = {{0.0, 0.0}, {0.5, 1.0 / 3.0}, {1e300, -2.0}};
    e.schedule[Knob::Lambda] = {{7.0, 1.0}};
    e.schedule[Knob::Alpha] = {{3.0, 0.25}};
    for (std::size_t knob = 3; knob < kKnobCount; ++knob) {
        e.schedule[knob] = {{0.0, 1.0}, {9.0, static_cast<double>(knob)}};
    }
    e.schedule.kind = ScheduleValues::Shares;
    e.schedule.period = 12;
    e.constraints = {2.5, 90.0, -1e-3, 1e-4, 2.0, 0.25, 50.0};
    e.optimiser = {3e-4, 0.5, 0.99, 1e-7, Normalise::Block, 64, Schedule::LinearDecay, 4, 1000};
    e.run = {123456789012, 42, 16, Precision::Float64, Engine::Plain, Device::Cuda, 1, 0.125, 3};
    Objective first;
    first.knobs.assign(e.knobs.size(), Knobs{});
    e.history = {1'000'000, {{0, first}, {77, e.whole()}}};
    return e;
}

/// The fields that need densities, which the unusual encoder and decoder do not have.
Experiment unusualWeights() {
    Experiment e;
    e.objective.rateEstimate = RateEstimate::LogRatio;
    e.objective.importanceSamples = 7;
    e.objective.gradient = CodeGradient::Dreg;
    return e;
}

}  // namespace

class TestExperimentText : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void roundTripOfDefaults() {
        const Experiment e;
        QVERIFY(parseExperiment(writeExperiment(e), "x") == e);
    }

    void roundTripOfEveryField() {
        const Experiment e = unusual();
        e.validate();
        const std::string text = writeExperiment(e);
        QVERIFY2(parseExperiment(text, "x") == e, text.c_str());
        QCOMPARE(writeExperiment(parseExperiment(text, "x")), text);
        // The unusual experiment is unusual in every field.
        const Experiment defaults, weights = unusualWeights();
        weights.validate();
        QVERIFY(parseExperiment(writeExperiment(weights), "x") == weights);
        for (const std::string& key : experimentKeys()) {
            const std::string usual = fieldText(defaults, key);
            QVERIFY2(fieldText(e, key) != usual || fieldText(weights, key) != usual, key.c_str());
        }
    }

    void fieldsRoundTripThroughAssign() {
        const Experiment e = unusual();
        Experiment other;
        for (const std::string& key : experimentKeys()) {
            assignField(other, key + "=" + fieldText(e, key));
        }
        QVERIFY2(other == e, writeExperiment(other).c_str());
    }

    void numbersRoundTripExactly() {
        std::mt19937_64 random(7);
        for (int i = 0; i < 2000; ++i) {
            Experiment e;
            double value = 0.0;
            do {
                const std::uint64_t bits = random();
                std::memcpy(&value, &bits, sizeof value);
            } while (!std::isfinite(value));
            e.knobs = {{value, 1.0, 0.0}};
            const double back = parseExperiment(writeExperiment(e), "x").knobs[0].beta;
            QCOMPARE(std::memcmp(&back, &value, sizeof value), 0);
        }
    }

    void emptyFileGivesDefaults() { QVERIFY(parseExperiment("", "x") == Experiment{}); }

    void fleet_data() {
        QTest::addColumn<QString>("objective");
        QTest::addColumn<QString>("beta");
        QTest::addColumn<QString>("lambda");
        QTest::addColumn<int>("members");
        QTest::newRow("scalars") << "beta = 2\nlambda = 3.5"
                                 << "2.0"
                                 << "3.5" << 1;
        QTest::newRow("list") << "beta = [1, 2.0, 4]\nlambda = 3"
                              << "[1.0, 2.0, 4.0]"
                              << "3.0" << 3;
        QTest::newRow("one-list") << "beta = [1, 2, 4]\nlambda = [3]"
                                  << "[1.0, 2.0, 4.0]"
                                  << "3.0" << 3;
        QTest::newRow("two lists") << "beta = [1, 2]\nlambda = [3, 4]"
                                   << "[1.0, 2.0]"
                                   << "[3.0, 4.0]" << 2;
        QTest::newRow("range") << "beta = \"0.1:10:log3\"\nlambda = \"x 1, 5\""
                               << "[0.1, 0.1, 1.0, 1.0, 10.0, 10.0]"
                               << "[1.0, 5.0, 1.0, 5.0, 1.0, 5.0]" << 6;
        QTest::newRow("all equal") << "lambda = [3, 3]"
                                   << "[1.0, 1.0]"
                                   << "3.0" << 2;
    }
    void fleet() {
        QFETCH(QString, objective);
        const Experiment e = parseExperiment("[objective]\n" + objective.toStdString(), "x");
        QTEST(QString::fromStdString(fieldText(e, "beta")), "beta");
        QTEST(QString::fromStdString(fieldText(e, "lambda")), "lambda");
        QTEST(e.fleetSize(), "members");
        QVERIFY(parseExperiment(writeExperiment(e), "x") == e);
    }

    void assignBehavesAsAnEditOfTheFile() {
        Experiment e;
        assignField(e, "beta=[0.5, 1, 2]");
        QCOMPARE(e.fleetSize(), 3);
        QCOMPARE(e.knobs[2].beta, 2.0);
        assignField(e, "lambda = 10");
        QCOMPARE(e.fleetSize(), 3);
        QCOMPARE(e.knobs[1].lambda, 10.0);
        const Experiment before = e;
        const QString message = messageOf([&] { assignField(e, "alpha=[0, 1]"); });
        QVERIFY2(message.contains("objective.alpha has 2 values") && message.contains("3"), qPrintable(message));
        QVERIFY(e == before);
        assignField(e, "beta=0:1:lin5");
        QCOMPARE(e.fleetSize(), 5);
        assignField(e, "lambda=x1,10");
        QCOMPARE(e.fleetSize(), 10);
        assignField(e, "lambda=x 2, 3, 4");  // in place of the grid that was there
        QCOMPARE(e.fleetSize(), 15);
        assignField(e, "beta=4");
        assignField(e, "lambda=10");
        assignField(e, "beta=4");
        QCOMPARE(e.fleetSize(), 1);
        QVERIFY((e.knobs[0] == Knobs{4.0, 10.0, 0.0}));
    }

    void leafNames() {
        Experiment e;
        assignField(e, "seed=5");
        assignField(e, "learning_rate=0.25");
        QCOMPARE(e.optimiser.learningRate, 0.25);
        QCOMPARE(e.run.seed, 5U);
        QCOMPARE(e.data.seed, 1U);
        assignField(e, "data.seed=6");
        QCOMPARE(e.data.seed, 6U);
        assignField(e, "name=my run");
        QCOMPARE(e.name, std::string("my run"));
        assignField(e, "data.name=\"ring\"");
        QCOMPARE(e.data.name, std::string("ring"));
        assignField(e, "steps=1_000");
        QCOMPARE(e.run.steps, 1000);
        assignField(e, "encoder=[]");
        QVERIFY(e.model.encoder.empty());
        assignField(e, "title=");
        QVERIFY(e.title.empty());
        const QString message = messageOf([&] { assignField(e, "variance=1"); });
        QVERIFY2(message.contains("data.variance") && message.contains("model.variance"), qPrintable(message));
    }

    void schedulesAreRead() {
        Experiment e;
        assignField(e, "schedule.beta=[[0, 0], [1000, 1.5]]");
        QVERIFY((e.schedule[Knob::Beta] == std::vector<SchedulePoint>{{0.0, 0.0}, {1000.0, 1.5}}));
        QCOMPARE(fieldText(e, "schedule.beta"), std::string("[[0, 0.0], [1000, 1.5]]"));
        assignField(e, "beta=0.5");  // the knob, not its schedule
        QCOMPARE(e.knobs[0].beta, 0.5);
    }

    void keysAreInFileOrder() {
        const std::vector<std::string> keys = experimentKeys();
        QCOMPARE(keys.front(), std::string("name"));
        QCOMPARE(keys.back(), std::string("history.moves"));
        QCOMPARE(keys.size(), std::size_t{97});
    }

    void anExperimentIsLoadedFromItsFile() {
        const QTemporaryDir folder;
        const std::string path = folder.filePath("lab.toml").toStdString();
        std::ofstream(path) << writeExperiment(unusual());
        QVERIFY(loadExperiment(path) == unusual());
    }

    void namesFollowTheEnumerations() {
        QCOMPARE(std::string(keyOf(Activation::Gelu)), std::string("gelu"));
        QCOMPARE(namesOf<Activation>.size(), static_cast<std::size_t>(Activation::Elu) + 1);
        QCOMPARE(std::string(keyOf(DivergenceKernel::InverseMultiquadratic)), std::string("imq"));
        QCOMPARE(namesOf<DivergenceKernel>.size(), static_cast<std::size_t>(DivergenceKernel::MultiScale) + 1);
        QCOMPARE(std::string(keyOf(DivergenceKind::Stein)), std::string("stein"));
        QCOMPARE(namesOf<DivergenceKind>.size(), static_cast<std::size_t>(DivergenceKind::RatioReverseKl) + 1);
        QCOMPARE(std::string(keyOf(RateTerm::Information)), std::string("information"));
        QCOMPARE(namesOf<RateTerm>.size(), static_cast<std::size_t>(RateTerm::Cap) + 1);
        QCOMPARE(std::string(keyOf(Binarisation::Static)), std::string("static"));
        QCOMPARE(std::string(keyOf(VarianceKind::Learned)), std::string("learned"));
        QCOMPARE(std::string(keyOf(Precision::Float64)), std::string("float64"));
        QCOMPARE(std::string(keyOf(Engine::Plain)), std::string("plain"));
        QCOMPARE(std::string(keyOf(Schedule::LinearDecay)), std::string("linear_decay"));
    }

    void aTitleThatWasNeverWrittenIsTheName() {
        QCOMPARE(parseExperiment("name = \"linear fleet\"", "x").title, std::string("linear fleet"));
        const Experiment both = parseExperiment("title = \"A fleet\"\nname = \"fleet\"", "x");
        QCOMPARE(both.title, std::string("A fleet"));
        QCOMPARE(parseExperiment("title = \"\"\nname = \"fleet\"", "x").title, std::string());
        QCOMPARE(parseExperiment("", "x").title, Experiment().title);
        QCOMPARE(parseExperiment("name = \"digits\"", "x").title, std::string("digits"));
        QCOMPARE(parseExperiment("title = \"T\"", "x").name, Experiment().name);

        Experiment e;
        assignField(e, "name=mine");
        QCOMPARE(e.title, std::string("mine"));
        assignField(e, "name=yours");
        QCOMPARE(e.title, std::string("yours"));
        assignField(e, "title=A title of its own");
        assignField(e, "name=ours");
        QCOMPARE(e.title, std::string("A title of its own"));
    }
};

QTEST_GUILESS_MAIN(TestExperimentText)
#include "tst_experiment_text.moc"
