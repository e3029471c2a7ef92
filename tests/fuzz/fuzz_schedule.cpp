// Ramps and cycles of a weight, and lists of points as a field takes them.
#include "tests/fuzz/fuzz_target.h"
#include "training/experiment/experiment_text.h"
#include "training/experiment/schedule_expression.h"

namespace elbo::fuzz {
namespace {

bool grows(const std::vector<SchedulePoint>& points) {
    double before = -1.0;
    for (const SchedulePoint& point : points) {
        if (!(point.step > before)) {
            return false;
        }
        before = point.step;
    }
    return true;
}

}  // namespace

std::vector<std::string> seeds() {
    std::string list = "[";
    for (int i = 0; i < 1001; ++i) {
        list += "[" + std::to_string(i) + ", 1],";
    }
    return {list + "]", "0:1:" + std::string(100'000, '1'), std::string(100'000, ' ') + "0:1:1"};
}

}  // namespace elbo::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace elbo;
    using namespace elbo::fuzz;
    const std::string text = textOf(data, size);
    if (const auto points = accepted([&] { return parseSchedule(text); })) {
        require(!points->empty() && points->size() <= kMostSchedulePoints, "a schedule has its bounds");
        require(points->front().step == 0.0 && grows(*points), "the steps of a schedule grow from 0");
    }
    const auto scheduled = accepted([&] {
        Experiment experiment;
        assignField(experiment, "schedule.beta=" + text);
        return experiment;
    });
    if (scheduled) {
        require(parseExperiment(writeExperiment(*scheduled), "written.toml") == *scheduled,
                "a schedule reads back as it was written");
        const std::vector<Knobs> begun = scheduled->schedule.inForce(scheduled->knobs, {}, 0);
        const std::vector<SchedulePoint>& points = scheduled->schedule[Knob::Beta];
        require(points.empty() || points.front().step > 0.0 || begun.front().beta == points.front().value,
                "a schedule begins with its first value");
    }
    return 0;
}
