#include <QTemporaryDir>
#include <QtTest>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <random>

#include "training/experiment/experiment_text.h"
#include "training/experiment/input_error.h"

using namespace elbo;

namespace {

/// The message of the InputError that `action` throws; empty when it throws none.
template <typename Action>
std::string messageOf(const Action& action) {
    try {
        action();
    } catch (const InputError& error) {
        return error.what();
    }
    return "";
}

std::string parseMessage(const std::string& toml) {
    return messageOf([&] { parseExperiment(toml, "lab.toml"); });
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

/// Every field away from its default, with numbers that have no short decimal form.
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
    e.schedule.period = 12;
    e.schedule.betaRise = 34;
    e.constraints = {2.5, 90.0, -1e-3, 1e-4, 2.0, 0.25, 50.0};
    e.optimiser = {3e-4, 0.5, 0.99, 1e-7, 64, Schedule::LinearDecay, 4, 1000};
    e.run = {123456789012, 42, 16, Precision::Float64, Engine::Plain, Device::Cuda, 1, 0.125};
    Objective first;
    first.knobs.assign(e.knobs.size(), Knobs{});
    e.history = {1'000'000, {{0, first}, {77, e.whole()}}};
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
        const Experiment defaults;
        for (const std::string& key : experimentKeys()) {
            QVERIFY2(fieldText(e, key) != fieldText(defaults, key), key.c_str());
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
        const std::string message = messageOf([&] { assignField(e, "alpha=[0, 1]"); });
        QVERIFY2(contains(message, "objective.alpha has 2 values") && contains(message, "3"), message.c_str());
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
        const std::string message = messageOf([&] { assignField(e, "variance=1"); });
        QVERIFY2(contains(message, "data.variance") && contains(message, "model.variance"), message.c_str());
    }

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
        const std::string message = messageOf([&] { assignField(e, assignment.toStdString()); });
        QVERIFY2(contains(message, part.toStdString()), message.c_str());
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
        const std::string message = parseMessage(toml.toStdString());
        QVERIFY2(contains(message, "lab.toml") && contains(message, place.toStdString()) &&
                     contains(message, part.toStdString()),
                 message.c_str());
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
        const std::string message = messageOf([&] { bad.validate(); });
        QVERIFY2(contains(message, key.toStdString()) && contains(message, part.toStdString()), message.c_str());
    }

    void schedulesAreReadAndRefused() {
        Experiment e;
        assignField(e, "schedule.beta=[[0, 0], [1000, 1.5]]");
        QVERIFY((e.schedule[Knob::Beta] == std::vector<SchedulePoint>{{0.0, 0.0}, {1000.0, 1.5}}));
        QCOMPARE(fieldText(e, "schedule.beta"), std::string("[[0, 0.0], [1000, 1.5]]"));
        assignField(e, "beta=0.5");  // the knob, not its schedule
        QCOMPARE(e.knobs[0].beta, 0.5);
        for (const char* bad : {"[[5, 1], [5, 2]]", "[[5, 1], [4, 2]]", "[[-1, 1]]", "[[0, inf]]", "[[0]]", "[0, 1]",
                                "[[0, 1, 2]]", "1"}) {
            const std::string message = messageOf([&] { assignField(e, std::string("schedule.beta=") + bad); });
            QVERIFY2(contains(message, "schedule.beta") && contains(message, "[step, value]"), bad);
        }
        QVERIFY(contains(parseMessage("[schedule]\nbeta = [[1, 1], [0, 0]]"), "line 2"));
        // A step that fits into no integer is shown as it is.
        QVERIFY(contains(parseMessage("[schedule]\nbeta = [[-1e300, 0.0]]"), "[[-1e+300, 0.0]]"));
    }

    void informationBeyondTheBatchIsRefused() {
        Experiment e;
        e.objective.rateTerm = RateTerm::Information;
        e.objective.rateTarget = 5.0;  // log(100) = 4.6
        const std::string message = messageOf([&] { e.validate(); });
        QVERIFY2(contains(message, "objective.rate_target is 5.0") && contains(message, "optimiser.batch_size"),
                 message.c_str());
        e.optimiser.batchSize = 200;
        e.validate();
    }

    void messagesQuoteLittle() {
        Experiment e;
        const std::string many = "[" + std::string(400'000, '1') + "]";
        for (const std::string& assignment :
             {"beta=" + many, std::string(1'000'000, 'k') + "=1", std::string(1'000'000, 'k'),
              "title=" + std::string(5000, 'x'), "beta=\"" + std::string(5000, 'x') + "\""}) {
            const std::string message = messageOf([&] { assignField(e, assignment); });
            QVERIFY2(!message.empty() && message.size() < 500, message.substr(0, 600).c_str());
        }
        e.knobs.assign(4096, Knobs{std::nan(""), 1.0, 0.0});
        e.knobs[0].beta = 1.0;
        QVERIFY(messageOf([&] { e.validate(); }).size() < 500);
        const std::string message = parseMessage("[" + std::string(200, 'k') + "]");
        QVERIFY2(contains(message, "unknown key \"kkkk") && message.size() < 300, message.c_str());
    }

    void numbersTooSmallForTrainingAreNamed() {
        const std::string message = parseMessage("[optimiser]\nlearning_rate = 1e-320");
        QVERIFY2(contains(message, "line 2") && contains(message, "optimiser.learning_rate is 1e-320"),
                 message.c_str());
    }

    void emptyFleetIsRefused() {
        Experiment e;
        e.knobs.clear();
        QVERIFY(contains(messageOf([&] { e.validate(); }), "fleet"));
    }

    void keysAreInFileOrder() {
        const std::vector<std::string> keys = experimentKeys();
        QCOMPARE(keys.front(), std::string("name"));
        QCOMPARE(keys.back(), std::string("history.moves"));
        QCOMPARE(keys.size(), std::size_t{85});
    }

    void loadRefusesWhatIsNoExperiment() {
        const QTemporaryDir folder;
        const std::string path = folder.filePath("big.toml").toStdString();
        QVERIFY(contains(messageOf([&] { loadExperiment(folder.path().toStdString()); }), "a folder"));
        QVERIFY(contains(messageOf([&] { loadExperiment(path); }), "no such file"));
        std::ofstream(path) << std::string(2 * 1024 * 1024, '#');
        QVERIFY(contains(messageOf([&] { loadExperiment(path); }), "at most"));
        std::ofstream(path, std::ios::binary) << "\x89PNG\r\n\x1a\n";
        QVERIFY(contains(messageOf([&] { loadExperiment(path); }), path));
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
