// The engine's objective as a member of the family and back, against finite sums and for random members.
#include <QtTest>
#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <string>

#include "models/algebra/family.h"
#include "models/algebra/family_training.h"
#include "tests/models/algebra/finite_model.h"

using namespace elbo;

namespace {

using M = Multiplier;
using T = Term;
using K = DivergenceKind;

constexpr K kEverywhere[] = {K::Mmd, K::Adversarial, K::Wasserstein, K::RatioKl, K::RatioReverseKl};
constexpr K kOnCodes[] = {K::Mmd, K::Moments, K::Stein, K::Adversarial, K::Wasserstein, K::RatioKl, K::RatioReverseKl};

MultiplierWeights weights(std::initializer_list<std::pair<M, double>> values) {
    MultiplierWeights multipliers;
    for (const auto& [name, value] : values) {
        multipliers[name] = value;
    }
    return multipliers;
}

QStringList nameTexts(const Explanation& explanation) {
    QStringList names;
    for (const ModelName& name : explanation.names) {
        names << QString::fromStdString(name.text());
    }
    return names;
}

/// Everything that tells objectives apart: the tractable form, which is unique, and what stands in both forms.
std::map<std::string, double> contents(const Explanation& explanation) {
    std::map<std::string, double> found;
    for (std::size_t i = 0; i < termNames().size(); ++i) {
        found[termNames()[i]] = explanation.tractable.values[i];
    }
    for (const OtherDivergence& other : explanation.others) {
        found[keyOf(other)] += other.weight;
    }
    found["excess"] = explanation.excess.weight;
    found["above"] = explanation.excess.weight == 0.0 ? 0.0 : explanation.excess.above;
    return found;
}

bool sameObjective(const Explanation& a, const Explanation& b) {
    std::map<std::string, double> left = contents(a), right = contents(b);
    for (const auto& [key, value] : left) {
        right.try_emplace(key, 0.0);
    }
    return std::all_of(right.begin(), right.end(),
                       [&left](const auto& entry) { return std::abs(left[entry.first] - entry.second) < 1e-8; });
}

Explanation trained(const KnobsAnswer& answer) {
    return explain(objectiveOf(answer.knobs, answer.objective));
}

double klAt(K kind, const FiniteModel& model, M forward, M backward) {
    return model.value(kind == K::RatioKl ? forward : backward);
}

}  // namespace

class TestFamilyTraining : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void densityRatiosAreTheSameNumber() {
        // J as the engine adds it up, with KL in both directions at every place, against both forms.
        std::mt19937 generator(4);
        std::uniform_real_distribution<> draw(-2.0, 4.0);
        const auto ratio = [&generator] { return generator() % 2 == 0 ? K::RatioKl : K::RatioReverseKl; };
        for (unsigned trial = 0; trial < 60; ++trial) {
            Knobs knobs;
            for (const KnobName& knob : kKnobNames) {
                knobs.*knob.value = draw(generator);
            }
            ObjectiveSpec spec;
            spec.divergence = ratio();
            spec.second = ratio();
            spec.dataDivergence = ratio();
            spec.jointDivergence = ratio();
            const FiniteModel model(trial);
            const double loss = knobs.distortion * model.value(T::Distortion) +
                                knobs.rateWeight() * model.value(T::Rate) +
                                knobs.codeDistortion * model.value(T::CodeDistortion) +
                                knobs.divergenceWeight() * klAt(spec.divergence, model, M::ZQp, M::ZPq) +
                                knobs.secondDivergence * klAt(spec.second, model, M::ZQp, M::ZPq) +
                                knobs.dataDivergence * klAt(spec.dataDivergence, model, M::XQp, M::XPq) +
                                knobs.jointDivergence * klAt(spec.jointDivergence, model, M::JointQp, M::JointPq);
            const Explanation answer = explain(objectiveOf(knobs, spec));
            const auto with = [&model](const Constants& constants) {
                return constants.dataEntropy * model.dataEntropy() + constants.priorEntropy * model.priorEntropy();
            };
            QVERIFY(answer.others.empty());
            QVERIFY(std::abs(model.value(answer.tractable) + with(answer.tractableConstants) - loss) < 1e-9);
            QVERIFY(std::abs(model.value(answer.lagrangian) + with(answer.lagrangianConstants) - loss) < 1e-9);
        }
    }

    void secondFormOfTheThreeSliders() {
        ObjectiveSpec spec;
        spec.divergence = K::RatioKl;
        const Knobs knobs{3.0, 5.0, 0.5};
        const Explanation answer = explain(objectiveOf(knobs, spec));
        QCOMPARE(answer.lagrangian[M::Iq], knobs.informationWeight());
        QCOMPARE(answer.lagrangian[M::ZQp], knobs.marginalWeight());
        // Weights that cancel are none: 0.3 - (0.1 + 0.2), and 0.1 + 0.2 + 0.7 - 1.
        const Explanation none = explain(objectiveOf({0.3, 0.7, 0.1 + 0.2}, spec));
        QCOMPARE(none.tractable[T::Rate], 0.0);
        QCOMPARE(none.tractable[T::ZQp], 0.0);
    }

    void everyTractableMemberIsTrained() {
        // All multipliers but those that fit the data in both directions with different weights.
        std::mt19937 generator(8);
        std::uniform_real_distribution<> draw(-3.0, 3.0);
        int possible = 0, refused = 0;
        for (int trial = 0; trial < 2000; ++trial) {
            MultiplierWeights multipliers;
            for (double& value : multipliers.values) {
                value = generator() % 3 == 0 ? draw(generator) : generator() % 3 == 0 ? 1.0 : 0.0;
            }
            const Explanation asked = explain(multipliers);
            const KnobsAnswer answer = knobsOf(asked);
            const double forward = asked.tractable[T::XQp], backward = asked.tractable[T::XPq];
            const bool both = forward != 0.0 && backward != 0.0;
            const bool alike = both && forward > 0.0 && std::abs(forward - backward) < 1e-9;
            QCOMPARE(answer.possible, !asked.constant() && (!both || alike));
            QCOMPARE(answer.reason.empty(), answer.possible);
            QCOMPARE(answer.standIn.empty(), !alike || !answer.possible);
            if (answer.possible && answer.standIn.empty()) {
                QVERIFY(sameObjective(trained(answer), asked));
                ++possible;
            } else {
                ++refused;
            }
        }
        QVERIFY(possible > 500 && refused > 100);
    }

    void everyObjectiveOfTheEngineIsFoundAgain() {
        std::mt19937 generator(15);
        std::uniform_real_distribution<> draw(-3.0, 3.0);
        const auto any = [&](const auto& kinds) { return kinds[generator() % std::size(kinds)]; };
        for (int trial = 0; trial < 2000; ++trial) {
            Knobs knobs;
            for (const KnobName& knob : kKnobNames) {
                knobs.*knob.value = generator() % 3 == 0 ? draw(generator) : knobs.*knob.value;
            }
            ObjectiveSpec spec;
            spec.divergence = any(kOnCodes);
            spec.second = any(kOnCodes);
            spec.dataDivergence = any(kEverywhere);
            spec.jointDivergence = any(kEverywhere);
            spec.rateTerm = trial % 4 == 0 ? RateTerm::Cap : RateTerm::Rate;
            spec.rateTarget = 2.0;
            const Explanation asked = explain(objectiveOf(knobs, spec));
            const KnobsAnswer answer = knobsOf(asked);
            if (asked.constant()) {
                QVERIFY(!answer.possible);
                continue;
            }
            QVERIFY2(answer.possible && answer.standIn.empty(), answer.reason.c_str());
            QVERIFY(sameObjective(trained(answer), asked));
            // In a fleet of its own the objective in force has no say.
            const KnobsAnswer again = knobsOf(asked, spec);
            QVERIFY(again.possible && sameObjective(trained(again), asked));
        }
    }

    void kindsOfTheOthersAreKept() {
        ObjectiveSpec inForce;  // MMD on codes
        inForce.criticSteps = 5;
        const Explanation aae = explain(weights({{M::Iq, -1}, {M::XGivenZQp, 1}, {M::ZQp, 1}}));
        // Nobody else weighs it: the first place is free.
        QVERIFY(knobsOf(aae, inForce, {Knobs{}}).objective.divergence == K::RatioKl);
        // Others do: the second place.
        const std::vector<Knobs> others{{1.0, 1000.0, 0.0}};
        const KnobsAnswer beside = knobsOf(aae, inForce, others);
        QVERIFY(beside.possible && beside.objective.divergence == K::Mmd && beside.objective.second == K::RatioKl);
        QCOMPARE(beside.objective.criticSteps, 5);
        QCOMPARE(beside.knobs.divergenceWeight(), 0.0);
        QCOMPARE(beside.knobs.secondDivergence, 1.0);
        QVERIFY(sameObjective(trained(beside), aae));
        QVERIFY(
            sameObjective(explain(objectiveOf(others[0], beside.objective)), explain(objectiveOf(others[0], inForce))));
        // Both directions want both places.
        const Explanation both = explain(weights({{M::Iq, -1}, {M::XGivenZQp, 1}, {M::ZQp, 1}, {M::ZPq, 2}}));
        QVERIFY(knobsOf(both, inForce, {Knobs{}}).possible);
        const KnobsAnswer refused = knobsOf(both, inForce, others);
        QVERIFY(!refused.possible && refused.reason.starts_with("The other models of the fleet use another"));
        // A kind that is there already is shared.
        inForce.divergence = K::RatioReverseKl;
        const KnobsAnswer shared = knobsOf(both, inForce, others);
        QVERIFY(shared.possible && shared.objective.divergence == K::RatioReverseKl);
        QVERIFY(sameObjective(trained(shared), both));
    }

    void theRateOfTheOthersIsKept() {
        ObjectiveSpec inForce;
        inForce.rateTerm = RateTerm::FreeBits;
        const Explanation elbo = explain(weights({{M::JointQp, 1}}));
        QVERIFY(knobsOf(elbo, inForce, {}).objective.rateTerm == RateTerm::Rate);
        QVERIFY(!knobsOf(elbo, inForce, {Knobs{}}).possible);
        QVERIFY(knobsOf(elbo, inForce, {Knobs{0.0, 1.0, 0.0}}).possible);
        const Explanation autoencoder = explain(weights({{M::Iq, -1}, {M::XGivenZQp, 1}}));
        const KnobsAnswer untouched = knobsOf(autoencoder, inForce, {Knobs{}});
        QVERIFY(untouched.possible && untouched.objective.rateTerm == RateTerm::FreeBits);
    }

    void adversariesStandForBothDirectionsOnData() {
        const Explanation infoGan = explain(weights({{M::Ip, -1}, {M::ZGivenXPq, 1}, {M::XPq, 2}, {M::XQp, 2}}));
        const KnobsAnswer answer = knobsOf(infoGan);
        QVERIFY(answer.possible && !answer.standIn.empty());
        QVERIFY(answer.objective.dataDivergence == K::Adversarial);
        QCOMPARE(answer.knobs.dataDivergence, 2.0);
        QVERIFY(nameTexts(trained(answer)).contains(nameTexts(infoGan).front()));
        const KnobsAnswer uneven = knobsOf(explain(weights({{M::XPq, 1}, {M::XQp, 2}})));
        QVERIFY(!uneven.possible && uneven.reason.find("between data and samples") != std::string::npos);
        for (const FamilyPreset& preset : familyPresets()) {
            QVERIFY2(knobsOf(explain(preset.multipliers)).possible || preset.name.starts_with("InfoBiGAN"),
                     preset.name.c_str());
        }
    }

    void divergencesOfOneKindAddUp() {
        ObjectiveSpec spec;
        spec.second = K::Mmd;
        Knobs knobs{0.0, 3.0, 0.0};
        knobs.secondDivergence = 5.0;
        const Explanation answer = explain(objectiveOf(knobs, spec));
        QCOMPARE(answer.others.size(), std::size_t(1));
        QCOMPARE(answer.others[0].weight, 7.0);
        knobs.secondDivergence = -2.0;
        QVERIFY(explain(objectiveOf(knobs, spec)).others.empty());
    }

    void objectivesOfTheEngineHaveTheirNames_data() {
        QTest::addColumn<QList<double>>("weights");  // D, rate, Delta, C, x, pairs
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("name");
        const auto row = [](const char* name, QList<double> values, K kind) {
            QTest::newRow(name) << values << static_cast<int>(kind) << QString(name);
        };
        row("InfoVAE (alpha = 0, lambda = 100, with Stein descent)", {1, 1, 99, 0, 0, 0}, K::Stein);
        row("InfoVAE (alpha = 0, lambda = 10, with an adversary)", {1, 1, 9, 0, 0, 0}, K::Adversarial);
        row("InfoVAE (alpha = 0, lambda = 10, with a Wasserstein critic)", {1, 1, 9, 0, 0, 0}, K::Wasserstein);
        row("InfoVAE (alpha = 0, lambda = 10)", {1, 1, 9, 0, 0, 0}, K::RatioKl);
        row("InfoVAE (alpha = 0, lambda = 10, with KL(p(z) || q(z)))", {1, 1, 9, 0, 0, 0}, K::RatioReverseKl);
        row("AAE", {1, 0, 1, 0, 0, 0}, K::Adversarial);
        row("VMI", {0, 0, 0, 1, 0, 0}, K::Adversarial);
        row("GAN", {0, 0, 0, 0, 1, 0}, K::Adversarial);
        row("WGAN-GP", {0, 0, 0, 0, 1, 0}, K::Wasserstein);
        row("GMMN", {0, 0, 0, 0, 1, 0}, K::Mmd);
        row("InfoGAN (lambda = 1)", {0, 0, 0, 1, 1, 0}, K::Adversarial);
        row("InfoGAN (lambda = 1, with MMD in place of the adversary)", {0, 0, 0, 1, 1, 0}, K::Mmd);
        row("ALI/BiGAN", {0, 0, 0, 0, 0, 1}, K::Adversarial);
        row("ALI/BiGAN (with a Wasserstein critic in place of the adversary)", {0, 0, 0, 0, 0, 1}, K::Wasserstein);
        row("ALI/BiGAN (with KL(q(x,z) || p(x,z)))", {0, 0, 0, 0, 0, 1}, K::RatioKl);
        row("ALICE", {1, 0, 0, 0, 0, 1}, K::Adversarial);
        row("CycleGAN/DiscoGAN", {1, 0, 1, 1, 1, 0}, K::Adversarial);
    }
    void objectivesOfTheEngineHaveTheirNames() {
        QFETCH(QList<double>, weights);
        QFETCH(int, kind);
        QFETCH(QString, name);
        Knobs knobs;
        knobs.distortion = weights[0];
        knobs.beta = weights[1];
        knobs.lambda = 1.0 + weights[2];
        knobs.codeDistortion = weights[3];
        knobs.dataDivergence = weights[4];
        knobs.jointDivergence = weights[5];
        ObjectiveSpec spec;
        spec.divergence = spec.dataDivergence = spec.jointDivergence = static_cast<K>(kind);
        const QStringList names = nameTexts(explain(objectiveOf(knobs, spec)));
        QVERIFY2(names.contains(name), qPrintable(names.join("; ")));
    }

    void formsOfTheRate() {
        ObjectiveSpec spec;
        spec.rateEstimate = RateEstimate::LogRatio;
        QVERIFY(!objectiveOf(Knobs{}, spec).adversarialRate);
        spec.rateEstimate = RateEstimate::Adversarial;
        QVERIFY(objectiveOf(Knobs{}, spec).adversarialRate);
        QVERIFY(!objectiveOf(Knobs{0.0, 1.0, 0.0}, spec).adversarialRate);
        spec.rateTerm = RateTerm::Cap;
        spec.rateTarget = 3.0;
        QVERIFY(insideFamily(spec));
        QVERIFY((objectiveOf(Knobs{0.25, 1.0, 0.0}, spec).excess == InformationExcess{0.75, 3.0}));
        QVERIFY(objectiveOf(Knobs{2.0, 1.0, 0.0}, spec).excess.weight == 0.0);
        spec.rateTerm = RateTerm::Target;
        QVERIFY(!insideFamily(spec));
    }
};

QTEST_GUILESS_MAIN(TestFamilyTraining)
#include "tst_family_training.moc"
