#include "training/experiment/input_error.h"
#include "training/experiment/objective_preset.h"

#include <QtTest>

using namespace elbo;

/// Named objectives are data: what they set, what they leave, and how a bad list is refused.
class TestObjectivePreset : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void setsTheObjectiveAndLeavesTheRest();
    void aRunGoesOnWhenOnlyTheObjectiveDiffers();
    void isFoundAgain();
    void anOpenFieldKeepsTheName();
    void oneCodeIsNotWeighed();
    void badListsAreRefused_data();
    void badListsAreRefused();
};

namespace {

const char* const kList = R"(
[[objective]]
name = "one"
title = "One"
citation = "Somebody 2020"
explanation = "A sentence."
settings = ["objective.beta=4", "objective.divergence=stein"]
[[objective]]
name = "two"
title = "Two"
citation = "Somebody 2021"
explanation = "A sentence."
settings = ["model.encoder_noise=2", "objective.rate_estimate=adversarial"]
)";

}  // namespace

void TestObjectivePreset::setsTheObjectiveAndLeavesTheRest() {
    const auto presets = parsePresets(kList, "list");
    QCOMPARE(presets.size(), std::size_t{2});
    QCOMPARE(presets[0].citation, std::string("Somebody 2020"));
    Experiment before;
    before.data.trainSize = 77;
    before.optimiser.learningRate = 0.5;
    before.objective.rateTerm = RateTerm::Target;
    before.schedule[Knob::Beta] = {{0.0, 0.0}, {5.0, 1.0}};
    before.constraints.rateAtLeast = 2.0;
    before.objective.rateTerm = RateTerm::Rate;
    before.knobs = {{2.0, 7.0, 0.5}, {3.0, 1.0, 0.0}, {1.0, 1.0, 0.0}};
    const Experiment after = withPreset(before, presets[0]);
    QVERIFY(after.data == before.data && after.model == before.model && after.optimiser == before.optimiser);
    QVERIFY(after.objective.divergence == DivergenceKind::Stein);
    QVERIFY(after.schedule.empty() && !after.constraints.any());
    QVERIFY(after.knobs == std::vector<Knobs>(3, Knobs{4.0, 1.0, 0.0}));
}

void TestObjectivePreset::aRunGoesOnWhenOnlyTheObjectiveDiffers() {
    const auto presets = parsePresets(kList, "list");
    const Experiment base;
    QVERIFY(objectiveOnlyDiffers(base, withPreset(base, presets[0])));
    QVERIFY(!objectiveOnlyDiffers(base, withPreset(base, presets[1])));
}

void TestObjectivePreset::isFoundAgain() {
    const auto presets = parsePresets(kList, "list");
    Experiment experiment = withPreset(Experiment(), presets[0]);
    QCOMPARE(presetOf(experiment, presets), &presets[0]);
    // However it was come to.
    experiment.history.step = 700;
    recordMove(experiment.history.moves, 600, Experiment().whole(), experiment.whole(), true);
    QCOMPARE(presetOf(experiment, presets), &presets[0]);
    experiment.knobs.front().beta = 4.5;
    QVERIFY(presetOf(experiment, presets) == nullptr);
}

void TestObjectivePreset::anOpenFieldKeepsTheName() {
    const auto presets = parsePresets(
        "[[objective]]\nname=\"elbo\"\ntitle=\"ELBO\"\ncitation=\"C\"\nexplanation=\"E\"\nsettings=[]\n"
        "[[objective]]\nname=\"beta-vae\"\ntitle=\"B\"\ncitation=\"C\"\nexplanation=\"E\"\n"
        "settings=[\"objective.beta=4\"]\nopen=[\"objective.beta\"]\n",
        "list");
    Experiment experiment;
    QCOMPARE(presetOf(experiment, presets), &presets[0]);
    for (const double beta : {0.5, 4.0, 30.0}) {
        experiment.knobs = {Knobs{beta, 1.0, 0.0}};
        QCOMPARE(presetOf(experiment, presets), &presets[1]);
    }
    // A divergence that weighs nothing does not matter, one that weighs something does.
    experiment.objective.divergence = DivergenceKind::Stein;
    QCOMPARE(presetOf(experiment, presets), &presets[1]);
    experiment.knobs.front().beta = 1.0;
    QCOMPARE(presetOf(experiment, presets), &presets[0]);
    experiment.knobs.front().lambda = 2.0;
    QVERIFY(presetOf(experiment, presets) == nullptr);
    experiment.knobs = {Knobs{0.5, 1.0, 0.0}, Knobs{2.0, 1.0, 0.0}};
    QCOMPARE(presetOf(experiment, presets), &presets[1]);
}

void TestObjectivePreset::oneCodeIsNotWeighed() {
    const auto presets = parsePresets(
        "[[objective]]\nname=\"iwae\"\ntitle=\"I\"\ncitation=\"C\"\nexplanation=\"E\"\n"
        "settings=[\"objective.importance_samples=5\", \"objective.rate_estimate=log_ratio\"]\n"
        "open=[\"objective.importance_samples\", \"objective.gradient\"]\n",
        "list");
    Experiment experiment;
    experiment.objective.rateEstimate = RateEstimate::LogRatio;
    QVERIFY(presetOf(experiment, presets) == nullptr);
    for (const int codes : {2, 5, 50}) {
        experiment.objective.importanceSamples = codes;
        QCOMPARE(presetOf(experiment, presets), &presets[0]);
        experiment.objective.gradient = CodeGradient::Dreg;
        QCOMPARE(presetOf(experiment, presets), &presets[0]);
    }
    experiment.knobs.front().beta = 2.0;
    QVERIFY(presetOf(experiment, presets) == nullptr);
}

void TestObjectivePreset::badListsAreRefused_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("part");
    const QString head = "[[objective]]\nname=\"a\"\ntitle=\"A\"\ncitation=\"C\"\nexplanation=\"E\"\n";
    QTest::newRow("no list") << "x = 1"
                             << "[[objective]]";
    QTest::newRow("no toml") << "[[objective"
                             << "line 1";
    QTest::newRow("no settings") << head << "settings";
    QTest::newRow("misspelt field") << head + "settings = [\"objective.beat=4\"]"
                                    << "beat";
    QTest::newRow("out of range") << head + "settings = [\"objective.critic_steps=0\"]"
                                  << "critic_steps";
    QTest::newRow("open field that is none") << head + "settings = []\nopen = [\"objective.beat\"]"
                                             << "beat";
    QTest::newRow("number for a text") << head + "settings = [4]"
                                       << "line 6";
    QTest::newRow("unknown key") << head + "settings = []\ncolour = \"red\""
                                 << "colour";
    QTest::newRow("twice") << (head + "settings = []\n").repeated(2) << "two objectives named";
    QTest::newRow("without a title") << "[[objective]]\nname=\"a\"\nsettings=[]"
                                     << "title";
}

void TestObjectivePreset::badListsAreRefused() {
    QFETCH(QString, text);
    QFETCH(QString, part);
    try {
        parsePresets(text.toStdString(), "list.toml");
        QFAIL("accepted");
    } catch (const InputError& error) {
        const QString message = QString::fromUtf8(error.what());
        QVERIFY2(message.contains(part) && message.contains("list.toml"), qPrintable(message));
    }
}

QTEST_GUILESS_MAIN(TestObjectivePreset)
#include "tst_objective_preset.moc"
