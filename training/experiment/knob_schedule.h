// Knobs as functions of the step: annealing, once or in cycles.
#pragma once

#include <cstdint>
#include <vector>

#include "models/spec/knobs.h"

namespace elbo {

struct SchedulePoint {
    double step = 0.0;
    double value = 0.0;

    bool operator==(const SchedulePoint&) const = default;
};

/// Which knobs something is true of.
using KnobFlags = PerKnob<bool>;
bool any(const KnobFlags& flags);

/// Piecewise-linear functions of the step, the same for all members but for the rise of beta; constant before the first
/// point and after the last. An empty list leaves the knob to the experiment and the sliders.
struct KnobSchedule : PerKnob<std::vector<SchedulePoint>> {
    std::int64_t period = 0;  ///< steps after which the functions begin again; 0: never
    /// Steps over which beta rises from 0 to what it else is, of each member its own; 0: none. Annealing that a fleet
    /// of several betas has in common.
    std::int64_t betaRise = 0;

    bool operator==(const KnobSchedule&) const = default;

    bool empty() const;

    /// The scheduled knobs which are not `held` by hand.
    KnobFlags following(const KnobFlags& held) const;

    /// The knobs in force in step `step` (0 is the first), given those of the experiment.
    std::vector<Knobs> inForce(const std::vector<Knobs>& knobs, const KnobFlags& held, std::int64_t step) const;
};

}  // namespace elbo
