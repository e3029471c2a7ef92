#include "training/experiment/morph.h"

#include <QtTest>

#include "training/experiment/input_error.h"
#include "training/experiment/objective_preset.h"

using namespace elbo;

/// The way between two objectives weighs every term in proportion, and says where there is no way.
class TestMorph : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void everyTermIsWeighedInProportion();
    void anUnusedDivergenceGivesItsPlace();
    void twoDivergencesStandSideBySide();
    void aThirdDivergenceIsRefused();
    void otherModelsAreRefused();
    void twoRatesAreRefused();
};

namespace {

Experiment with(const std::vector<std::string>& settings) {
    Experiment base;
    base.knobs = {Knobs{}, Knobs{}};
    return withPreset(base, {"own", "Own", "none", "none", settings});
}

std::string refusal(const Experiment& from, const Experiment& to) {
    try {
        planMorph(from, to);
    } catch (const InputError& error) {
        return error.what();
    }
    return "";
}

}  // namespace

void TestMorph::everyTermIsWeighedInProportion() {
    const Experiment from = with({"objective.beta=4"});
    const Experiment to = with({"objective.lambda=1000", "objective.alpha=1", "objective.data_divergence=3",
                                "objective.code_distortion=2", "objective.joint_divergence=5"});
    const Morph morph = planMorph(from, to);
    for (const double share : {0.0, 0.125, 0.5, 1.0}) {
        const std::vector<Knobs> knobs = morph.at(share);
        QCOMPARE(knobs.size(), std::size_t{2});
        const auto between = [&](double a, double b) { return (1.0 - share) * a + share * b; };
        for (const Knobs& k : knobs) {
            QVERIFY(std::abs(k.rateWeight() - between(4.0, 0.0)) < 1e-12);
            QVERIFY(std::abs(k.divergenceWeight() - between(0.0, 1000.0)) < 1e-9);
            QVERIFY(std::abs(k.dataDivergence - between(0.0, 3.0)) < 1e-12);
            QVERIFY(std::abs(k.codeDistortion - between(0.0, 2.0)) < 1e-12);
            QVERIFY(std::abs(k.jointDivergence - between(0.0, 5.0)) < 1e-12);
        }
    }
    QVERIFY(morph.at(1.0) == to.knobs);
    QVERIFY(morph.at(0.0) == from.knobs);
}

void TestMorph::anUnusedDivergenceGivesItsPlace() {
    const Morph morph =
        planMorph(with({"objective.beta=4"}), with({"objective.divergence=adversarial", "objective.alpha=1"}));
    QVERIFY(morph.objective.divergence == DivergenceKind::Adversarial);
    QCOMPARE(morph.at(0.5).front().secondDivergence, 0.0);
    QCOMPARE(morph.at(1.0).front().divergenceWeight(), 1.0);
}

void TestMorph::twoDivergencesStandSideBySide() {
    const Experiment mmd = with({"objective.lambda=1000", "objective.alpha=1"});
    const Experiment aae = with({"objective.divergence=adversarial", "objective.alpha=1"});
    const Morph morph = planMorph(mmd, aae);
    QVERIFY(morph.objective.divergence == DivergenceKind::Mmd);
    QVERIFY(morph.objective.second == DivergenceKind::Adversarial);
    const Knobs half = morph.at(0.5).front(), end = morph.at(1.0).front();
    QCOMPARE(half.divergenceWeight(), 500.0);
    QCOMPARE(half.secondDivergence, 0.5);
    QCOMPARE(end.divergenceWeight(), 0.0);
    QCOMPARE(end.secondDivergence, 1.0);
    // And back again from what is now in force.
    Experiment there = mmd;
    there.objective = morph.objective;
    there.knobs = morph.to;
    const Morph back = planMorph(there, mmd);
    QCOMPARE(back.at(0.5).front().divergenceWeight(), 500.0);
    QCOMPARE(back.at(0.5).front().secondDivergence, 0.5);
    QCOMPARE(back.at(1.0).front().secondDivergence, 0.0);
}

void TestMorph::aThirdDivergenceIsRefused() {
    Experiment two = with({"objective.lambda=1000", "objective.alpha=1"});
    two.objective.second = DivergenceKind::Adversarial;
    for (Knobs& member : two.knobs) {
        member.secondDivergence = 1.0;
    }
    const std::string message = refusal(two, with({"objective.divergence=stein", "objective.lambda=10"}));
    QVERIFY2(message.find("third") != std::string::npos, message.c_str());
}

void TestMorph::otherModelsAreRefused() {
    QVERIFY(refusal(with({}), with({"model.encoder_noise=4"})).find("other models") != std::string::npos);
    QVERIFY(refusal(with({}), with({"constraints.rate_at_least=2"})).find("constraints") != std::string::npos);
}

void TestMorph::twoRatesAreRefused() {
    const Experiment target = with({"objective.rate_term=target", "objective.rate_target=3"});
    QVERIFY(refusal(with({}), target).find("rate") != std::string::npos);
    const Experiment five = with({"objective.importance_samples=5", "objective.rate_estimate=log_ratio"});
    QVERIFY(refusal(with({"objective.rate_estimate=log_ratio"}), five).find("numbers of codes") != std::string::npos);
    // Without a rate there is nothing in the way.
    QVERIFY(planMorph(with({"objective.beta=0"}), target).objective.rateTerm == RateTerm::Target);
}

QTEST_GUILESS_MAIN(TestMorph)
#include "tst_morph.moc"
