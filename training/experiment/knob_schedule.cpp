#include "training/experiment/knob_schedule.h"

#include <algorithm>
#include <cmath>

namespace elbo {

namespace {

double valueAt(const std::vector<SchedulePoint>& points, double step) {
    const auto after =
        std::find_if(points.begin(), points.end(), [step](const SchedulePoint& point) { return point.step > step; });
    if (after == points.begin()) {
        return points.front().value;
    }
    if (after == points.end()) {
        return points.back().value;
    }
    const SchedulePoint& before = *(after - 1);
    const double share = (step - before.step) / (after->step - before.step);
    return std::lerp(before.value, after->value, share);  // the difference of two numbers may be larger than any
}

}  // namespace

bool any(const KnobFlags& flags) {
    for (std::size_t knob = 0; knob < kKnobCount; ++knob) {
        if (flags[knob]) {
            return true;
        }
    }
    return false;
}

bool KnobSchedule::empty() const {
    return !any(following({}));
}

KnobFlags KnobSchedule::following(const KnobFlags& held) const {
    KnobFlags result;
    for (std::size_t knob = 0; knob < kKnobCount; ++knob) {
        result[knob] = !(*this)[knob].empty() && !held[knob];
    }
    return result;
}

std::vector<Knobs> KnobSchedule::inForce(const std::vector<Knobs>& knobs, const KnobFlags& held,
                                         std::int64_t step) const {
    std::vector<Knobs> result = knobs;
    const KnobFlags follows = following(held);
    const auto time = static_cast<double>(period > 0 ? step % period : step);
    for (std::size_t knob = 0; knob < kKnobCount; ++knob) {
        if (follows[knob]) {
            const double value = valueAt((*this)[knob], time);
            for (Knobs& member : result) {
                double& weight = member.*kKnobNames[knob].value;
                weight = kind == ScheduleValues::Shares ? value * weight : value;
            }
        }
    }
    return result;
}

}  // namespace elbo
