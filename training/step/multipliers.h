// Dual ascent: constraints whose multipliers are learned while the model trains ([Family] 4.1; LagVAE). J gains
// L_r (R* - R) + L_e (D + R - e1) + L_d (Delta - e2).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "models/objective/fused_objective.h"
#include "training/experiment/experiment.h"

namespace elbo {

/// R >= R*, D + R <= e1, Delta <= e2.
enum class Constraint { Rate, NegativeElbo, Divergence };
constexpr std::size_t kConstraints = 3;
/// The metric of a multiplier, and its tensor: "multiplier_rate", "multipliers.rate".
const std::string& multiplierMetric(Constraint constraint);
const std::string& multiplierTensor(Constraint constraint);

/// The multipliers of a fleet. Each climbs along the violation of its constraint in the batch as RMSProp would: by
/// rate * violation / sqrt(mean of its squares), the mean running over about ten steps; then it is clipped to what
/// ConstraintSpec allows. Thread: the training thread. Allocates when it is built, never in between.
class Multipliers {
  public:
    Multipliers(const ConstraintSpec& spec, int members);

    bool any() const { return spec_.any(); }
    bool active(Constraint constraint) const { return bound(constraint).has_value(); }

    /// Adds the multipliers to the weights of the terms they bear on.
    void addTo(Coefficients& coefficients) const;
    /// What is left of a member's constraints in J: L_r R* - L_e e1 - L_d e2.
    double constant(std::size_t member) const;

    /// One step along the terms of a batch; `share` of the learning rate, which decays with the model's. Members that
    /// are not healthy keep their multipliers, and so does a constraint whose term was not computed.
    void ascend(const StepTerms& terms, double share, const std::vector<bool>& healthy);

    struct Entry {
        std::vector<double> values;       ///< [M]
        std::vector<double> meanSquares;  ///< [M], of the violation; to be divided by the weight
        double weight = 0.0;              ///< of the past in them: 0 at first, then close to 1
    };
    Entry& entry(Constraint constraint) { return entries_[static_cast<std::size_t>(constraint)]; }
    const Entry& entry(Constraint constraint) const { return entries_[static_cast<std::size_t>(constraint)]; }

  private:
    const std::optional<double>& bound(Constraint constraint) const;

    ConstraintSpec spec_;
    std::array<Entry, kConstraints> entries_;
};

}  // namespace elbo
