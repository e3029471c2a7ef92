#include "training/experiment/knob_schedule.h"

#include <algorithm>

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
    return before.value + share * (after->value - before.value);
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
        const bool rises = betaRise > 0 && kKnobNames[knob].value == &Knobs::beta;
        result[knob] = (!(*this)[knob].empty() || rises) && !held[knob];
    }
    return result;
}

std::vector<Knobs> KnobSchedule::inForce(const std::vector<Knobs>& knobs, const KnobFlags& held,
                                         std::int64_t step) const {
    std::vector<Knobs> result = knobs;
    const KnobFlags follows = following(held);
    const auto time = static_cast<double>(period > 0 ? step % period : step);
    for (std::size_t knob = 0; knob < kKnobCount; ++knob) {
        if (follows[knob] && !(*this)[knob].empty()) {
            const double value = valueAt((*this)[knob], time);
            for (Knobs& member : result) {
                member.*kKnobNames[knob].value = value;
            }
        }
        if (follows[knob] && betaRise > 0 && kKnobNames[knob].value == &Knobs::beta) {
            for (Knobs& member : result) {
                member.beta *= std::min(1.0, time / static_cast<double>(betaRise));
            }
        }
    }
    return result;
}

}  // namespace elbo
