// Explanations against the forms in [Family] and, for any multipliers, against finite sums.
#include <QtTest>
#include <algorithm>
#include <cmath>
#include <random>

#include "models/algebra/basis.h"
#include "models/algebra/family.h"
#include "models/algebra/family_text.h"
#include "tests/models/algebra/finite_model.h"

using namespace elbo;

namespace {

using M = Multiplier;
using T = Term;

MultiplierWeights weights(std::initializer_list<std::pair<M, double>> values) {
    MultiplierWeights multipliers;
    for (const auto& [name, value] : values) {
        multipliers[name] = value;
    }
    return multipliers;
}

TermWeights terms(std::initializer_list<std::pair<T, double>> values) {
    TermWeights weights;
    for (const auto& [name, value] : values) {
        weights[name] = value;
    }
    return weights;
}

QStringList namesOf(const Explanation& explanation) {
    QStringList names;
    for (const ModelName& name : explanation.names) {
        names << QString::fromStdString(name.text());
    }
    return names;
}

/// A published objective: its Lagrangian form, the tractable form it is trained in, and its names.
struct Member {
    const char* title;
    MultiplierWeights lagrangian;
    TermWeights tractable;
    Tractability tractability;
    Information information;
    QStringList names;
};

std::vector<Member> members() {
    const auto likelihood = Tractability::Likelihood;
    const auto unary = Tractability::Unary;
    const auto binary = Tractability::Binary;
    const auto neutral = Information::Neutral;
    const auto more = Information::Maximised;
    const auto less = Information::Minimised;
    return {
        {"ELBO, Eq. 12",
         weights({{M::XGivenZQp, 1}, {M::ZQp, 1}}),
         terms({{T::Distortion, 1}, {T::Rate, 1}}),
         likelihood,
         neutral,
         {"ELBO", "beta-VAE (beta = 1)", "InfoVAE (alpha = 0, lambda = 1)"}},
        {"ELBO, Eq. 13",
         weights({{M::ZGivenXQp, 1}, {M::XQp, 1}}),
         terms({{T::Distortion, 1}, {T::Rate, 1}}),
         likelihood,
         neutral,
         {"ELBO", "AVB (the ELBO, its rate by an adversary)"}},
        {"ELBO, Eq. 9",
         weights({{M::JointQp, 1}}),
         terms({{T::Distortion, 1}, {T::Rate, 1}}),
         likelihood,
         neutral,
         {"ELBO", "ALI/BiGAN (with KL(q(x,z) || p(x,z)))"}},
        {"beta-VAE, Eq. 15",
         weights({{M::Iq, 3}, {M::XGivenZQp, 1}, {M::ZQp, 4}}),
         terms({{T::Distortion, 1}, {T::Rate, 4}}),
         likelihood,
         less,
         {"beta-VAE (beta = 4)", "InfoVAE (alpha = -3, lambda = 4)"}},
        {"beta-VAE below 1",
         weights({{M::Iq, -0.75}, {M::XGivenZQp, 1}, {M::ZQp, 0.25}}),
         terms({{T::Distortion, 1}, {T::Rate, 0.25}}),
         likelihood,
         more,
         {"beta-VAE (beta = 0.25)"}},
        {"autoencoder",
         weights({{M::Iq, -1}, {M::XGivenZQp, 1}}),
         terms({{T::Distortion, 1}}),
         likelihood,
         more,
         {"autoencoder", "beta-VAE (beta = 0)"}},
        {"VMI, Theorem 1",
         weights({{M::Ip, -1}, {M::ZGivenXPq, 1}}),
         terms({{T::CodeDistortion, 1}}),
         likelihood,
         more,
         {"VMI", "InfoBiGAN (alpha = -1, lambda_1 = 0, lambda_2 = 0)"}},
        {"InfoVAE/AAE, 2.5",
         weights({{M::Iq, -1}, {M::XGivenZQp, 1}, {M::ZQp, 1}}),
         terms({{T::Distortion, 1}, {T::ZQp, 1}}),
         unary,
         more,
         {"AAE", "InfoVAE (alpha = 1, lambda = 1)"}},
        {"AAE, other direction",
         weights({{M::Iq, -1}, {M::XGivenZQp, 1}, {M::ZPq, 1}, {M::ZQp, 0}}),
         terms({{T::Distortion, 1}, {T::ZPq, 1}}),
         unary,
         more,
         {"AAE", "InfoVAE (alpha = 1, lambda = 1, with KL(p(z) || q(z)))"}},
        {"InfoVAE, lambda 1000",
         weights({{M::XGivenZQp, 1}, {M::ZQp, 1000}}),
         terms({{T::Distortion, 1}, {T::Rate, 1}, {T::ZQp, 999}}),
         unary,
         neutral,
         {"InfoVAE (alpha = 0, lambda = 1000)"}},
        {"KL InfoVAE, Theorem 2",
         weights({{M::Iq, 2}, {M::XGivenZQp, 1}, {M::ZQp, 7}, {M::ZPq, 5}}),
         terms({{T::Distortion, 1}, {T::Rate, 3}, {T::ZQp, 4}, {T::ZPq, 5}}),
         unary,
         less,
         {"KL InfoVAE (alpha = 2, lambda_1 = 7, lambda_2 = 5)"}},
        {"InfoGAN, 2.5",
         weights({{M::Ip, -1}, {M::ZGivenXPq, 1}, {M::XPq, 1}}),
         terms({{T::CodeDistortion, 1}, {T::XPq, 1}}),
         unary,
         more,
         {"InfoGAN (lambda = 1)", "InfoBiGAN (alpha = -1, lambda_1 = 1, lambda_2 = 0)"}},
        {"KL InfoGAN, Theorem 2",
         weights({{M::Ip, -1}, {M::ZGivenXPq, 1}, {M::XPq, 2}, {M::XQp, 3}}),
         terms({{T::CodeDistortion, 1}, {T::XPq, 2}, {T::XQp, 3}}),
         unary,
         more,
         {"KL InfoGAN (lambda_1 = 2, lambda_2 = 3)"}},
        {"ALI/BiGAN, 2.5",
         weights({{M::JointPq, 1}}),
         terms({{T::JointPq, 1}}),
         binary,
         neutral,
         {"ALI/BiGAN (with KL(p(x,z) || q(x,z)))", "InfoBiGAN (alpha = 0, lambda_1 = 1, lambda_2 = 0)"}},
        {"ALI/BiGAN, both",
         weights({{M::JointPq, 1}, {M::JointQp, 1}}),
         terms({{T::Distortion, 1}, {T::Rate, 1}, {T::JointPq, 1}}),
         binary,
         neutral,
         {"ALI/BiGAN (with KL in both directions)"}},
        {"ALICE, 2.5",
         weights({{M::Iq, -1}, {M::XGivenZQp, 1}, {M::JointPq, 1}}),
         terms({{T::Distortion, 1}, {T::JointPq, 1}}),
         binary,
         more,
         {"ALICE (with KL(p(x,z) || q(x,z)))"}},
        {"ALICE, as written",
         weights({{M::Iq, -1}, {M::XGivenZQp, 1}, {M::JointQp, 1}}),
         terms({{T::Distortion, 2}, {T::Rate, 1}}),
         likelihood,
         more,
         {"beta-VAE (beta = 0.5, times 2)", "ALICE (with KL(q(x,z) || p(x,z)))"}},
        {"CycleGAN, 2.5",
         weights({{M::Iq, -1}, {M::Ip, -1}, {M::XGivenZQp, 1}, {M::ZGivenXPq, 1}, {M::XQp, 1}, {M::ZQp, 1}}),
         terms({{T::Distortion, 1}, {T::CodeDistortion, 1}, {T::XQp, 1}, {T::ZQp, 1}}),
         unary,
         more,
         {"CycleGAN/DiscoGAN"}},
        {"InfoBiGAN, Theorem 3",
         weights({{M::Ip, 2}, {M::ZGivenXPq, 1}, {M::XPq, 5}, {M::XQp, 4}}),
         terms({{T::JointPq, 3}, {T::XPq, 2}, {T::XQp, 4}, {T::CodeDistortion, -2}}),
         binary,
         less,
         {"InfoBiGAN (alpha = 2, lambda_1 = 5, lambda_2 = 4)"}},
        {"GAN",
         weights({{M::XPq, 2}, {M::XQp, 2}}),
         terms({{T::XPq, 2}, {T::XQp, 2}}),
         unary,
         neutral,
         {"GAN (times 2)"}},
        {"nothing", {}, {}, likelihood, neutral, {}},
    };
}

}  // namespace

class TestFamily : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void namedMembersHaveTheFormsOfThePaper() {
        for (const Member& member : members()) {
            const Explanation answer = explain(member.lagrangian);
            const QByteArray title = member.title;
            QVERIFY2(answer.tractable == member.tractable, title + ": " + tractableFormula(answer).c_str());
            QVERIFY2(answer.tractability == member.tractability, title);
            QVERIFY2(answer.information == member.information, title);
            for (const QString& name : member.names) {
                QVERIFY2(namesOf(answer).contains(name), title + ": " + namesOf(answer).join("; ").toUtf8());
            }
            QCOMPARE(answer.names.empty(), member.names.isEmpty());
        }
    }

    void canonicalFormIsThatOfTheTheorems() {
        // Written in the eight quantities of Theorems 2 and 3 already, a form comes back as it is.
        for (const Member& member : members()) {
            const bool canonical = member.lagrangian[M::JointPq] == 0.0 && member.lagrangian[M::JointQp] == 0.0 &&
                                   member.lagrangian[M::ZGivenXQp] == 0.0 && member.lagrangian[M::XGivenZPq] == 0.0;
            if (canonical) {
                QVERIFY2(explain(member.lagrangian).lagrangian == member.lagrangian, member.title);
            }
        }
        QVERIFY(explain(weights({{M::JointQp, 1}})).lagrangian == weights({{M::XGivenZQp, 1}, {M::ZQp, 1}}));
        QVERIFY(explain(weights({{M::JointPq, 1}})).lagrangian == weights({{M::ZGivenXPq, 1}, {M::XPq, 1}}));
    }

    void allFormsAreTheSameNumber() {
        std::mt19937 generator(11);
        std::uniform_real_distribution<> weight(-3.0, 3.0);
        for (unsigned trial = 0; trial < 200; ++trial) {
            FamilyObjective objective;
            for (double& value : objective.multipliers.values) {
                value = generator() % 3 == 0 ? 0.0 : weight(generator);
            }
            const Explanation answer = explain(objective);
            for (unsigned seed = 1; seed <= 3; ++seed) {
                const FiniteModel model(trial * 3 + seed);
                const double truth = model.value(objective.multipliers);
                const double constants = answer.tractableConstants.dataEntropy * model.dataEntropy() +
                                         answer.tractableConstants.priorEntropy * model.priorEntropy();
                QVERIFY(std::abs(model.value(answer.tractable) + constants - truth) < 1e-9);
                QVERIFY(std::abs(model.value(answer.lagrangian) - truth) < 1e-9);
            }
            QCOMPARE(answer.tractable[T::JointQp], 0.0);
        }
    }

    void noSmallerClassWouldDo() {
        std::mt19937 generator(5);
        std::array<int, 3> seen{};
        for (int trial = 0; trial < 120; ++trial) {
            // Objectives that live in a class by construction, hidden behind random rewritings.
            TermWeights drawn;
            const int terms = trial % 3 == 0 ? 3 : trial % 3 == 1 ? 7 : kFamilyTermCount;
            for (int i = 0; i < terms; ++i) {
                drawn.values[static_cast<std::size_t>(i)] = static_cast<int>(generator() % 7) - 3;
            }
            MultiplierWeights multipliers = multipliersOf(drawn);
            const auto rewrite = [&](M joint, M marginal, M conditional) {
                const double by = static_cast<int>(generator() % 5) - 2;
                multipliers[joint] += by;
                multipliers[marginal] -= by;
                multipliers[conditional] -= by;
            };
            rewrite(M::JointPq, M::XPq, M::ZGivenXPq);
            rewrite(M::JointPq, M::ZPq, M::XGivenZPq);
            rewrite(M::JointQp, M::XQp, M::ZGivenXQp);
            rewrite(M::JointQp, M::ZQp, M::XGivenZQp);

            BasisMatrix vector = BasisMatrix::Zero(kBasisSize, 1);
            const BasisMatrix columns = lagrangianColumns();
            for (int i = 0; i < kMultiplierCount; ++i) {
                vector += columns.col(i) * static_cast<std::int64_t>(std::lround(multipliers.values[i]));
            }
            const auto holds = [&](int tractability) {
                const BasisMatrix tools =
                    beside(toolBox(static_cast<Tractability>(tractability)), elementaryTransformations());
                return exactRank(beside(tools, vector)) == exactRank(tools);
            };
            const int found = static_cast<int>(explain(multipliers).tractability);
            QVERIFY(holds(found));
            QVERIFY(found == 0 || !holds(found - 1));
            ++seen[static_cast<std::size_t>(found)];
        }
        QVERIFY(seen[0] >= 30 && seen[1] >= 30 && seen[2] >= 30);
    }

    void termsAndBack() {
        // Closed forms of MATH, section 2 and [Family] Theorems 1 to 3.
        QVERIFY(multipliersOf(terms({{T::Distortion, 1}})) == weights({{M::XGivenZQp, 1}, {M::Iq, -1}}));
        QVERIFY(multipliersOf(terms({{T::Rate, 1}})) == weights({{M::Iq, 1}, {M::ZQp, 1}}));
        QVERIFY(multipliersOf(terms({{T::CodeDistortion, 1}})) == weights({{M::ZGivenXPq, 1}, {M::Ip, -1}}));
        QVERIFY(multipliersOf(terms({{T::JointPq, 1}})) == weights({{M::ZGivenXPq, 1}, {M::XPq, 1}}));
        QVERIFY(multipliersOf(terms({{T::JointQp, 1}})) == weights({{M::XGivenZQp, 1}, {M::ZQp, 1}}));
        std::mt19937 generator(2);
        for (int trial = 0; trial < 50; ++trial) {
            TermWeights drawn;
            for (int i = 0; i + 1 < kFamilyTermCount; ++i) {
                drawn.values[static_cast<std::size_t>(i)] = static_cast<int>(generator() % 9) - 4;
            }
            QVERIFY(explain(multipliersOf(drawn)).tractable == drawn);
            const FamilyObjective objective = objectiveOf(drawn);
            const FiniteModel model(static_cast<unsigned>(trial));
            const double lagrangian = model.value(objective.multipliers) +
                                      objective.constants.dataEntropy * model.dataEntropy() +
                                      objective.constants.priorEntropy * model.priorEntropy();
            QVERIFY(std::abs(lagrangian - model.value(drawn)) < 1e-9);
            QVERIFY(explain(objective).tractableConstants == Constants());
        }
    }

    void whatCancelsIsZero() {
        // 0.1 + 0.2 - 0.3 is 5.6e-17 in binary: it must not make the objective likelihood free.
        const Explanation rate = explain(weights({{M::Iq, 0.3}, {M::ZQp, 0.1 + 0.2}}));
        QVERIFY(rate.tractability == Tractability::Likelihood);
        QVERIFY(rate.tractable == terms({{T::Rate, 0.3}}));
        const Explanation cancelled = explain(weights({{M::Ip, 0.1 + 0.2}, {M::ZGivenXPq, -0.3}}));
        QVERIFY(cancelled.tractability == Tractability::Likelihood);
        QVERIFY(cancelled.tractable == terms({{T::CodeDistortion, -0.3}}));
    }

    void mixedInformationIsTheSum() {
        const auto information = [](double ip, double iq) {
            return explain(weights({{M::Ip, ip}, {M::Iq, iq}})).information;
        };
        QVERIFY(information(-1, 0.5) == Information::Maximised);
        QVERIFY(information(1, -0.5) == Information::Minimised);
        QVERIFY(information(0.1 + 0.2, -0.3) == Information::Neutral);
        const Explanation mixed = explain(weights({{M::Ip, -1}, {M::Iq, 0.5}}));
        QVERIFY(informationSentence(mixed).find("of weight \u22120.5") != std::string::npos);
    }

    void otherDivergencesStandInBothForms() {
        // MMD-VAE [Family, 3.4]: the divergence is no KL, so the rate keeps its own KL(q(z) || p(z)).
        const auto d = [](double rate) { return terms({{T::Distortion, 1}, {T::Rate, rate}}); };
        const auto onCodes = [&](double rate, const char* kind, double weight) {
            return explain(objectiveOf(d(rate), {{Place::Z, kind, weight}}));
        };
        const Explanation infoVae = onCodes(1.0, "mmd", 999.0);
        QVERIFY(infoVae.tractability == Tractability::Unary);
        QVERIFY(infoVae.tractable == d(1.0));
        QVERIFY(infoVae.lagrangian == weights({{M::XGivenZQp, 1}, {M::ZQp, 1}}));
        QCOMPARE(infoVae.others.size(), std::size_t(1));
        QCOMPARE(keyOf(infoVae.others[0]), std::string("mmd_z"));
        QCOMPARE(infoVae.others[0].weight, 999.0);
        QCOMPARE(namesOf(infoVae), QStringList{"InfoVAE (alpha = 0, lambda = 1000, with MMD)"});

        QVERIFY(namesOf(onCodes(0.0, "mmd", 1000.0)).contains("MMD-VAE (lambda = 1000)"));
        QVERIFY(namesOf(onCodes(0.0, "js", 1.0)).contains("AAE"));
        // Equal moments are not equal distributions: neither a model of the family nor an agreement follows.
        const Explanation moments = onCodes(0.0, "moments", 1.0);
        QVERIFY(namesOf(moments).isEmpty());
        QVERIFY(moments.agreement != Agreement::Enforced);
        const Explanation elbo = onCodes(1.0, "mmd", 0.0);
        QVERIFY(elbo.others.empty() && elbo.tractability == Tractability::Likelihood);

        FamilyObjective bigan;
        bigan.others.push_back({Place::Joint, "js", 1.0});
        QVERIFY(explain(bigan).tractability == Tractability::Binary);
        QVERIFY(namesOf(explain(bigan)).contains("ALI/BiGAN"));
        bigan.multipliers = multipliersOf(terms({{T::Distortion, 1}}));
        QVERIFY(namesOf(explain(bigan)).contains("ALICE"));
    }

    void theRateIsNamedByHowItIsHad() {
        FamilyObjective avb = objectiveOf(terms({{T::Distortion, 1}, {T::Rate, 1}}));
        QCOMPARE(namesOf(explain(avb)).front(), QString("ELBO"));
        QVERIFY(circumstanceSentences(explain(avb)).empty());
        avb.adversarialRate = true;
        QCOMPARE(namesOf(explain(avb)).first(2), (QStringList{"AVB", "ELBO (its rate by an adversary)"}));
        QCOMPARE(circumstanceSentences(explain(avb)).size(), std::size_t(1));
    }

    void aCapIsAnExcess() {
        // [Family, 4.1]: D + R / 4 with the excess is E KL(q(x|z) || p(x|z)) - 3/4 min(I_q, 2) + KL(q(z) || p(z)) / 4.
        FamilyObjective capped = objectiveOf(terms({{T::Distortion, 1}, {T::Rate, 0.25}}));
        capped.excess = {0.75, 2.0};
        const Explanation answer = explain(capped);
        QCOMPARE(answer.lagrangian[M::Iq] + answer.excess.weight, 0.0);
        QCOMPARE(namesOf(answer).front(), QString("beta-VAE (beta = 0.25, information capped at 2 nats)"));
        QVERIFY(circumstanceSentences(answer).front().ends_with("so more information is no gain."));
        QCOMPARE(QString::fromStdString(plainFormula(tractableFormula(answer))),
                 QString::fromUtf8("D + 0.25 R + 0.75 max(0, I_q \u2212 2)"));
        QVERIFY(!explain(FamilyObjective{{}, {}, {}, {0.75, 2.0}}).constant());
    }

    void agreementOfTheNamedMembers() {
        const auto agreement = [](const char* name) {
            for (const Member& member : members()) {
                if (std::string(member.title) == name) {
                    return explain(member.lagrangian).agreement;
                }
            }
            return Agreement::Rewarded;
        };
        for (const char* name : {"ELBO, Eq. 12", "ELBO, Eq. 13", "ELBO, Eq. 9", "beta-VAE, Eq. 15", "InfoVAE/AAE, 2.5",
                                 "AAE, other direction", "InfoGAN, 2.5", "ALI/BiGAN, 2.5", "ALICE, 2.5",
                                 "CycleGAN, 2.5", "InfoBiGAN, Theorem 3"}) {
            QVERIFY2(agreement(name) == Agreement::Enforced, name);
        }
        for (const char* name : {"autoencoder", "VMI, Theorem 1", "GAN", "nothing"}) {
            QVERIFY2(agreement(name) == Agreement::Partial, name);
        }
        QVERIFY(explain(weights({{M::XGivenZQp, 1}, {M::ZQp, -1}})).agreement == Agreement::Rewarded);
        QVERIFY(explain(objectiveOf(terms({{T::Distortion, 1}, {T::Rate, 1}}), {{Place::Z, "mmd", -0.5}})).agreement ==
                Agreement::Rewarded);
        QVERIFY(explain(objectiveOf(terms({{T::Distortion, 1}}), {{Place::Z, "mmd", 1.0}})).agreement ==
                Agreement::Enforced);
    }

    void presetsCarryTheirNames() {
        for (const FamilyPreset& preset : familyPresets()) {
            const QString name = QString::fromStdString(preset.name).section(' ', 0, 0);
            const QStringList names = namesOf(explain(preset.multipliers));
            const bool found = std::any_of(names.begin(), names.end(), [&](const QString& other) {
                return other.startsWith(name, Qt::CaseInsensitive);
            });
            QVERIFY2(found, qPrintable(name + ": " + names.join("; ")));
            QVERIFY(preset.explanation.ends_with('.'));
        }
    }

    void formulasAreLegible() {
        const Explanation aae = explain(weights({{M::Iq, -1}, {M::XGivenZQp, 1}, {M::ZQp, 1}}));
        QCOMPARE(QString::fromStdString(plainFormula(tractableFormula(aae))),
                 QString::fromUtf8("D + KL(q(z) \u2016 p(z)) \u2212 H(x)"));
        QCOMPARE(QString::fromStdString(plainFormula(lagrangianFormula(aae))),
                 QString::fromUtf8("\u2212I_q + E_q(z) KL(q(x|z) \u2016 p(x|z)) + KL(q(z) \u2016 p(z))"));
        const Explanation mmd =
            explain(objectiveOf(terms({{T::Distortion, 1}, {T::Rate, 3.5}}), {{Place::Z, "mmd", 499.5}}));
        QCOMPARE(QString::fromStdString(plainFormula(tractableFormula(mmd))),
                 QString("D + 3.5 R + 499.5 MMD(q(z), p(z))"));
        QVERIFY(lagrangianFormula(mmd).ends_with("H(x)"));
        QCOMPARE(QString::fromStdString(plainFormula(tractableFormula(explain(MultiplierWeights{})))), QString("0"));
        for (int i = 0; i < kMultiplierCount; ++i) {
            QVERIFY(!symbolOf(static_cast<M>(i)).empty() && meaningOf(static_cast<M>(i)).ends_with('.'));
        }
        const Explanation sum = explain(weights({{M::Ip, -1}, {M::ZGivenXPq, 1}, {M::JointQp, 1}}));
        QVERIFY(sum.names.empty());
        QVERIFY(namesSentence(sum).find("Theorem 1") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestFamily)
#include "tst_family.moc"
