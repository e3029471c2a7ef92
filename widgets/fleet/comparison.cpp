#include "widgets/fleet/comparison.h"

#include <algorithm>

#include "training/metrics/metric_table.h"

namespace elbo {
namespace {

const Report* newestWith(const Frame& frame, const std::string& name) {
    if (frame.report.values.count(name) > 0) {
        return &frame.report;
    }
    const auto found = std::find_if(frame.history.rbegin(), frame.history.rend(),
                                    [&](const auto& report) { return report && report->values.count(name) > 0; });
    return found == frame.history.rend() ? nullptr : found->get();
}

}  // namespace

ComparedNumbers compareMembers(const Frame& frame, const Comparison& pair) {
    ComparedNumbers numbers;
    const Report* report = newestWith(frame, "rate_test");
    numbers.onTest = report != nullptr;
    if (report == nullptr) {
        report = &frame.report;
    }
    numbers.step = report->step;
    for (const std::string metric : {"rate", "distortion", "elbo", "marginal_divergence"}) {
        const MetricRow& row = *findMetric(metric);
        const std::string name = metric + (numbers.onTest ? "_test" : "");
        numbers.quantities.push_back({QString::fromStdString(row.briefLabel()), QString::fromStdString(row.meaning),
                                      report->value(name, pair.a), report->value(name, pair.b)});
    }
    return numbers;
}

Comparison comparisonOf(int one, int other) {
    return one == other || one < 0 || other < 0 ? Comparison{} : Comparison{std::min(one, other), std::max(one, other)};
}

Comparison withFocus(const Comparison& pair, int before, int focus) {
    if (!pair.active() || pair.holds(focus)) {
        return pair;
    }
    return comparisonOf(focus, pair.a == before ? pair.b : pair.a);
}

}  // namespace elbo
