#include "training/step/multipliers.h"

#include <algorithm>
#include <cmath>

namespace elbo {

namespace {

constexpr double kDecay = 0.9;
constexpr double kEpsilon = 1e-10;
constexpr std::array<Constraint, kConstraints> kAll{Constraint::Rate, Constraint::NegativeElbo, Constraint::Divergence};

}  // namespace

const std::string& multiplierMetric(Constraint constraint) {
    static const std::array<std::string, kConstraints> kNames{"multiplier_rate", "multiplier_elbo",
                                                              "multiplier_divergence"};
    return kNames[static_cast<std::size_t>(constraint)];
}

const std::string& multiplierTensor(Constraint constraint) {
    static const std::array<std::string, kConstraints> kNames{"multipliers.rate", "multipliers.elbo",
                                                              "multipliers.divergence"};
    return kNames[static_cast<std::size_t>(constraint)];
}

Multipliers::Multipliers(const ConstraintSpec& spec, int members) : spec_(spec) {
    for (const Constraint constraint : kAll) {
        if (active(constraint)) {
            const auto count = static_cast<std::size_t>(members);
            const double initial = std::clamp(spec.initial, spec.least, spec.most);
            entry(constraint) = {std::vector<double>(count, initial), std::vector<double>(count, 0.0), 0.0};
        }
    }
}

const std::optional<double>& Multipliers::bound(Constraint constraint) const {
    return constraint == Constraint::Rate           ? spec_.rateAtLeast
           : constraint == Constraint::NegativeElbo ? spec_.negativeElboAtMost
                                                    : spec_.divergenceAtMost;
}

void Multipliers::addTo(Coefficients& coefficients) const {
    const auto add = [this](std::vector<double>& weights, Constraint constraint, double sign) {
        const std::vector<double>& values = entry(constraint).values;
        for (std::size_t member = 0; member < values.size(); ++member) {
            weights[member] += sign * values[member];
        }
    };
    add(coefficients[LossTerm::Rate], Constraint::Rate, -1.0);
    add(coefficients[LossTerm::Distortion], Constraint::NegativeElbo, 1.0);
    add(coefficients[LossTerm::Rate], Constraint::NegativeElbo, 1.0);
    add(coefficients[LossTerm::MarginalDivergence], Constraint::Divergence, 1.0);
}

double Multipliers::constant(std::size_t member) const {
    double sum = 0.0;
    for (const Constraint constraint : kAll) {
        if (const std::optional<double>& limit = bound(constraint)) {
            sum += (constraint == Constraint::Rate ? 1.0 : -1.0) * entry(constraint).values[member] * *limit;
        }
    }
    return sum;
}

void Multipliers::ascend(const StepTerms& terms, double share, const std::vector<bool>& healthy) {
    const std::vector<double>& rate = terms.weighedRate();
    for (const Constraint constraint : kAll) {
        const bool computed = constraint != Constraint::Divergence || !terms[LossTerm::MarginalDivergence].empty();
        if (!active(constraint) || !computed) {
            continue;
        }
        Entry& own = entry(constraint);
        own.weight = kDecay * own.weight + (1.0 - kDecay);
        for (std::size_t member = 0; member < healthy.size(); ++member) {
            if (!healthy[member]) {
                continue;
            }
            const double limit = *bound(constraint);
            const double violation = constraint == Constraint::Rate ? limit - rate[member]
                                     : constraint == Constraint::NegativeElbo
                                         ? terms[LossTerm::Distortion][member] + rate[member] - limit
                                         : terms[LossTerm::MarginalDivergence][member] - limit;
            double& square = own.meanSquares[member];
            square = kDecay * square + (1.0 - kDecay) * violation * violation;
            const double climb = violation / std::sqrt(square / own.weight + kEpsilon);
            own.values[member] =
                std::clamp(own.values[member] + spec_.learningRate * share * climb, spec_.least, spec_.most);
        }
    }
}

}  // namespace elbo
