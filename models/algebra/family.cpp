#include "models/algebra/family.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "models/algebra/agreement.h"
#include "models/algebra/basis.h"
#include "models/algebra/model_names.h"

namespace elbo {

namespace {

using IntegerMatrix = Eigen::Matrix<std::int64_t, Eigen::Dynamic, Eigen::Dynamic>;

constexpr double kZero = 1e-9;      ///< of what was added up: the rest of 0.1 + 0.2 - 0.3
constexpr int kTractableTerms = 8;  ///< all but JointQp
constexpr int kTransformations = 10;

/// The Lagrangian form of Theorems 2 and 3: a basis of R modulo P.
constexpr std::array<Multiplier, 8> kCanonical{
    Multiplier::Iq, Multiplier::XGivenZQp, Multiplier::ZQp, Multiplier::ZPq,
    Multiplier::Ip, Multiplier::ZGivenXPq, Multiplier::XPq, Multiplier::XQp,
};

/// The changes of coordinates, found once: all integer, exact.
struct Maps {
    IntegerMatrix tractable;   ///< [8 + 10, 12] multipliers to terms, then elementary transformations
    IntegerMatrix lagrangian;  ///< [8, 12] multipliers to the canonical ones
    IntegerMatrix ofTerms;     ///< [8, 9] terms to the canonical multipliers
};

const Maps& maps() {
    static const Maps found = [] {
        const BasisMatrix moves = elementaryTransformations();
        const BasisMatrix lagrangian = lagrangianColumns();
        const BasisMatrix terms = termColumns();
        BasisMatrix canonical(kBasisSize, static_cast<Eigen::Index>(kCanonical.size()));
        for (std::size_t i = 0; i < kCanonical.size(); ++i) {
            canonical.col(static_cast<Eigen::Index>(i)) = lagrangian.col(static_cast<Eigen::Index>(kCanonical[i]));
        }
        const Eigen::Index size = canonical.cols();
        return Maps{coordinates(beside(terms.leftCols(kTractableTerms), moves), lagrangian),
                    coordinates(beside(canonical, moves), lagrangian).topRows(size),
                    coordinates(beside(canonical, moves), terms).topRows(size)};
    }();
    return found;
}

/// A sum in which what cancelled is zero, and what rounding added at the end is gone.
double tidySum(const IntegerMatrix& matrix, Eigen::Index row, const double* values) {
    double sum = 0.0, size = 0.0;
    for (Eigen::Index column = 0; column < matrix.cols(); ++column) {
        const double part = static_cast<double>(matrix(row, column)) * values[column];
        sum += part;
        size += std::abs(part);
    }
    if (std::abs(sum) <= kZero * size) {
        return 0.0;
    }
    const std::string text = fmt::format("{:.12g}", sum);
    std::from_chars(text.data(), text.data() + text.size(), sum);  // strtod would go through the locale
    return sum;
}

MultiplierWeights canonicalForm(const IntegerMatrix& matrix, const double* values) {
    MultiplierWeights form;
    for (std::size_t i = 0; i < kCanonical.size(); ++i) {
        form[kCanonical[i]] = tidySum(matrix, static_cast<Eigen::Index>(i), values);
    }
    return form;
}

Tractability smallestClass(const TermWeights& terms, const std::vector<OtherDivergence>& others) {
    const auto compares = [&](Place place) {
        return std::any_of(others.begin(), others.end(),
                           [&](const auto& other) { return other.place == place && other.weight != 0.0; });
    };
    if (terms[Term::JointPq] != 0.0 || compares(Place::Joint)) {
        return Tractability::Binary;
    }
    const bool marginal = terms[Term::ZQp] != 0.0 || terms[Term::ZPq] != 0.0 || terms[Term::XQp] != 0.0 ||
                          terms[Term::XPq] != 0.0 || compares(Place::Z) || compares(Place::X);
    return marginal ? Tractability::Unary : Tractability::Likelihood;
}

/// Where p and q agree I_p and I_q are one number, so their weights add up [Family, Eq. 4].
Information preference(const MultiplierWeights& lagrangian) {
    const double ip = lagrangian[Multiplier::Ip], iq = lagrangian[Multiplier::Iq];
    const double sum = ip + iq;
    if (std::abs(sum) <= kZero * (std::abs(ip) + std::abs(iq))) {
        return Information::Neutral;
    }
    return sum < 0.0 ? Information::Maximised : Information::Minimised;
}

}  // namespace

bool Explanation::constant() const {
    const auto zero = [](double weight) { return weight == 0.0; };
    return others.empty() && excess.weight == 0.0 &&
           std::all_of(tractable.values.begin(), tractable.values.end(), zero);
}

Explanation explain(const FamilyObjective& objective) {
    const double* values = objective.multipliers.values.data();
    const Maps& map = maps();
    Explanation answer;
    for (int term = 0; term < kTractableTerms; ++term) {
        answer.tractable.values[static_cast<std::size_t>(term)] = tidySum(map.tractable, term, values);
    }
    // The last two transformations add E_q log q(x) = -H[p*(x)] and E_p log p(z) = -H[p(z)].
    constexpr int kLast = kTractableTerms + kTransformations - 1;
    answer.tractableConstants = {objective.constants.dataEntropy - tidySum(map.tractable, kLast - 1, values),
                                 objective.constants.priorEntropy - tidySum(map.tractable, kLast, values)};
    answer.lagrangianConstants = objective.constants;
    answer.lagrangian = canonicalForm(map.lagrangian, values);
    for (const OtherDivergence& other : objective.others) {
        if (other.weight != 0.0) {
            answer.others.push_back(other);
        }
    }
    answer.excess = objective.excess;
    answer.adversarialRate = objective.adversarialRate;
    answer.tractability = smallestClass(answer.tractable, answer.others);
    answer.information = preference(answer.lagrangian);
    answer.agreement = agreementOf(answer);
    answer.names = modelNames(answer);
    return answer;
}

Explanation explain(const MultiplierWeights& multipliers) {
    FamilyObjective objective;
    objective.multipliers = multipliers;
    return explain(objective);
}

MultiplierWeights multipliersOf(const TermWeights& terms) {
    return canonicalForm(maps().ofTerms, terms.values.data());
}

FamilyObjective objectiveOf(const TermWeights& terms, const std::vector<OtherDivergence>& others) {
    FamilyObjective objective;
    objective.multipliers = multipliersOf(terms);
    objective.others = others;
    objective.constants = {terms[Term::Distortion], terms[Term::CodeDistortion]};
    return objective;
}

const std::array<std::string, kMultiplierCount>& multiplierNames() {
    static const std::array<std::string, kMultiplierCount> names{
        "i_p",
        "i_q",
        "kl_joint_pq",
        "kl_joint_qp",
        "kl_z_given_x_pq",
        "kl_z_given_x_qp",
        "kl_x_given_z_pq",
        "kl_x_given_z_qp",
        "kl_x_pq",
        "kl_x_qp",
        "kl_z_pq",
        "kl_z_qp",
    };
    return names;
}

const std::array<std::string, kFamilyTermCount>& termNames() {
    static const std::array<std::string, kFamilyTermCount> names{
        "distortion", "rate",    "code_distortion", "kl_z_qp",     "kl_z_pq",
        "kl_x_qp",    "kl_x_pq", "kl_joint_pq",     "kl_joint_qp",
    };
    return names;
}

std::string keyOf(const OtherDivergence& divergence) {
    switch (divergence.place) {
        case Place::Z:
            return divergence.kind + "_z";
        case Place::X:
            return divergence.kind + "_x";
        case Place::Joint:
            break;
    }
    return divergence.kind + "_joint";
}

}  // namespace elbo
