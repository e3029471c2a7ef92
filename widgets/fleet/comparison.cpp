#include "widgets/fleet/comparison.h"

#include <algorithm>

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
    struct Entry {
        const char* metric;
        QString name;
        QString explanation;
    };
    const Entry entries[] = {
        {"rate", QStringLiteral("rate R"), QStringLiteral("What the codes say beyond the prior, in nats.")},
        {"distortion", QStringLiteral("distortion D"), QStringLiteral("The error of the reconstruction, in nats.")},
        {"elbo", QStringLiteral("ELBO"), QStringLiteral("The evidence lower bound, −(D + R), in nats.")},
        {"marginal_divergence", QStringLiteral("divergence Δ"),
         QStringLiteral("How far all codes together are from the prior.")},
    };
    ComparedNumbers numbers;
    const Report* report = newestWith(frame, "rate_test");
    numbers.onTest = report != nullptr;
    if (report == nullptr) {
        report = &frame.report;
    }
    numbers.step = report->step;
    for (const Entry& entry : entries) {
        const std::string metric = entry.metric + std::string(numbers.onTest ? "_test" : "");
        numbers.quantities.push_back(
            {entry.name, entry.explanation, report->value(metric, pair.a), report->value(metric, pair.b)});
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
