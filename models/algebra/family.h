// The Information-Autoencoding family: an objective as twelve Lagrange multipliers, and what they mean (MATH: section
// 3; [Family] Theorems 1 to 3). Plain data: views include this header.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace elbo {

/// The twelve quantities of the Lagrangian form [Family, Eq. 16]: mutual information under p(x,z) = p(z) p(x|z) and
/// under q(x,z) = p*(x) q(z|x), and the KL divergences on five atoms. Pq is KL(p || q), Qp is KL(q || p); conditional
/// ones are averaged under their first argument.
enum class Multiplier {
    Ip,
    Iq,
    JointPq,
    JointQp,
    ZGivenXPq,
    ZGivenXQp,
    XGivenZPq,
    XGivenZQp,
    XPq,
    XQp,
    ZPq,
    ZQp,
};
inline constexpr int kMultiplierCount = 12;

/// What can be estimated [Family, Definition 7].
enum class Term {
    Distortion,      ///< D = -E_q log p(x|z)
    Rate,            ///< R = E_q(x) KL(q(z|x) || p(z))
    CodeDistortion,  ///< C = -E_p log q(z|x)
    ZQp,
    ZPq,
    XQp,
    XPq,
    JointPq,
    JointQp,  ///< the same as D + R up to a constant; no tractable form needs it
};
inline constexpr int kFamilyTermCount = 9;

/// Where a divergence compares p and q.
enum class Place { Z, X, Joint };

/// A divergence that is not KL stands in both forms unchanged [Family, section 3.4]; all but "moments" are strict.
struct OtherDivergence {
    Place place = Place::Z;
    std::string kind;  ///< "mmd", "moments", "stein", "adversarial", "wgan", and "js" as papers write it
    double weight = 0.0;

    bool operator==(const OtherDivergence&) const = default;
};

/// Values by name: `values[Term::Rate]`.
template <typename Name, int Count>
struct NamedValues {
    std::array<double, Count> values{};

    double& operator[](Name name) { return values[static_cast<std::size_t>(name)]; }
    double operator[](Name name) const { return values[static_cast<std::size_t>(name)]; }
    bool operator==(const NamedValues&) const = default;
};
using MultiplierWeights = NamedValues<Multiplier, kMultiplierCount>;
using TermWeights = NamedValues<Term, kFamilyTermCount>;

/// Entropies that no training changes: part of a number, not of a choice.
struct Constants {
    double dataEntropy = 0.0;   ///< weight of H(x) = -E_q log q(x)
    double priorEntropy = 0.0;  ///< weight of H(z) = -E_p log p(z)

    bool operator==(const Constants&) const = default;
};

/// weight max(0, I_q - above): information that is no gain [Family, section 4.1]. It stands in both forms unchanged.
struct InformationExcess {
    double weight = 0.0;
    double above = 0.0;  ///< nats

    bool operator==(const InformationExcess&) const = default;
};

/// An objective of the family, to be minimised.
struct FamilyObjective {
    MultiplierWeights multipliers;
    std::vector<OtherDivergence> others;
    Constants constants;
    InformationExcess excess;
    bool adversarialRate = false;  ///< the same number R, estimated by an adversary: the encoder needs no density

    bool operator==(const FamilyObjective&) const = default;
};

/// The smallest tool box that an objective can be estimated with [Family, Definition 7].
enum class Tractability { Likelihood, Unary, Binary };

/// What the objective does to the mutual information of x and z where p and q agree.
enum class Information { Maximised, Minimised, Neutral };

/// Whether the divergences make p and q agree [Family, Definition 5 and its sets C_1 to C_3].
enum class Agreement {
    Enforced,  ///< with weights that are not negative, and where all of them vanish p(x,z) = q(x,z)
    Partial,   ///< they can vanish while p and q differ
    Rewarded,  ///< however it is written, some divergence gains by growing
};

/// A published model and the parameters at which it is this objective.
struct ModelName {
    std::string name;                                        ///< "beta-VAE"
    std::vector<std::pair<std::string, double>> parameters;  ///< {"beta", 4}; "times" is a factor of the whole
    std::string note;                                        ///< "with KL(p(x,z) || q(x,z))"; may be empty
    std::string citation;                                    ///< "Higgins et al. 2017"

    /// "beta-VAE (beta = 4)"
    std::string text() const;
};

struct Explanation {
    Tractability tractability = Tractability::Likelihood;
    Information information = Information::Neutral;
    Agreement agreement = Agreement::Partial;
    std::vector<ModelName> names;  ///< most specific first; empty where no published model has this form
    TermWeights tractable;         ///< unique: JointQp is never used
    MultiplierWeights lagrangian;  ///< unique: in the eight quantities of Theorems 2 and 3
    std::vector<OtherDivergence> others;
    InformationExcess excess;
    bool adversarialRate = false;
    Constants tractableConstants;   ///< with these the tractable form is the same number as the objective
    Constants lagrangianConstants;  ///< those of the objective

    /// Whether nothing is left that training could change.
    bool constant() const;
};

/// Answers for any multipliers. Weights that are zero up to rounding (1e-9 of what was added up) count as zero.
Explanation explain(const FamilyObjective& objective);
Explanation explain(const MultiplierWeights& multipliers);

/// The inverse: the multipliers, in the Lagrangian form of explain(), of an objective given by its terms.
MultiplierWeights multipliersOf(const TermWeights& terms);

/// The same with its constants: D holds H(x) and C holds H(z), which the Lagrangian form leaves out.
FamilyObjective objectiveOf(const TermWeights& terms, const std::vector<OtherDivergence>& others = {});

/// Names in files and on the command line: "i_q", "kl_x_given_z_qp"; in the order of Multiplier.
const std::array<std::string, kMultiplierCount>& multiplierNames();
/// "distortion", "rate", "code_distortion", "kl_z_qp"; in the order of Term.
const std::array<std::string, kFamilyTermCount>& termNames();
/// "mmd_z": the key of a divergence other than KL.
std::string keyOf(const OtherDivergence& divergence);

/// An entry of the menu: a model as the paper writes it, with KL in both directions where the paper has Jensen-Shannon.
struct FamilyPreset {
    std::string name;
    std::string explanation;  ///< one sentence
    MultiplierWeights multipliers;
};
const std::vector<FamilyPreset>& familyPresets();

}  // namespace elbo
