#include "training/knob_schedule.h"

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

KnobFlags KnobSchedule::following(const KnobFlags& held) const {
    return {!beta.empty() && !held.beta, !lambda.empty() && !held.lambda, !alpha.empty() && !held.alpha};
}

std::vector<Knobs> KnobSchedule::inForce(const std::vector<Knobs>& knobs, const KnobFlags& held,
                                         std::int64_t step) const {
    std::vector<Knobs> result = knobs;
    const KnobFlags follows = following(held);
    const auto time = static_cast<double>(period > 0 ? step % period : step);
    const auto set = [&](bool follow, const std::vector<SchedulePoint>& points, double Knobs::*knob) {
        if (!follow) {
            return;
        }
        const double value = valueAt(points, time);
        for (Knobs& member : result) {
            member.*knob = value;
        }
    };
    set(follows.beta, beta, &Knobs::beta);
    set(follows.lambda, lambda, &Knobs::lambda);
    set(follows.alpha, alpha, &Knobs::alpha);
    return result;
}

}  // namespace elbo
