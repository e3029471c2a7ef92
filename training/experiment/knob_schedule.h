// Knobs as functions of the step: annealing, once or in cycles.
#pragma once

#include <cstdint>
#include <vector>

#include "models/spec/knobs.h"
#include "models/spec/names.h"

namespace elbo {

/// What the values of a schedule are.
enum class ScheduleValues {
    Weights,  ///< the weights themselves, the same for all members
    Shares,   ///< factors of every member's own weight: annealing leads each member to its own
};

template <>
inline constexpr std::array<EnumName<ScheduleValues>, 2> namesOf<ScheduleValues>{{
    {ScheduleValues::Weights, "weights", "weights", "the weights themselves, the same for all members"},
    {ScheduleValues::Shares, "shares", "shares", "shares of the weight that a member has of its own"},
}};
static_assert(wellNamed(ScheduleValues::Shares));

struct SchedulePoint {
    double step = 0.0;
    double value = 0.0;

    bool operator==(const SchedulePoint&) const = default;
};

/// Which knobs something is true of.
using KnobFlags = PerKnob<bool>;
bool any(const KnobFlags& flags);

/// Piecewise-linear functions of the step, the same for all members; constant before the first point and after the
/// last. An empty list leaves the knob to the experiment and the sliders.
struct KnobSchedule : PerKnob<std::vector<SchedulePoint>> {
    ScheduleValues kind = ScheduleValues::Weights;
    std::int64_t period = 0;  ///< steps after which the functions begin again; 0: never

    bool operator==(const KnobSchedule&) const = default;

    bool empty() const;

    /// The scheduled knobs which are not `held` by hand.
    KnobFlags following(const KnobFlags& held) const;

    /// The knobs in force in step `step` (0 is the first), given those of the experiment.
    std::vector<Knobs> inForce(const std::vector<Knobs>& knobs, const KnobFlags& held, std::int64_t step) const;
};

}  // namespace elbo
