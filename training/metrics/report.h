// Metrics of one moment of a run, under the project's metric names.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace elbo {

/// One line of metrics.jsonl and one point of every curve. Values are nats per example, one per fleet member [M].
/// Plain names (distortion, rate, elbo, marginal_divergence, loss) are running averages over training batches;
/// names ending in _train and _test are evaluations on those splits. A missing name was not measured.
struct Report {
    std::int64_t step = 0;
    double epoch = 0.0;
    double wallSeconds = 0.0;
    double stepsPerSecond = 0.0;
    std::map<std::string, std::vector<double>> values;

    /// The value of `name` for `member`, or NaN when it was not measured.
    double value(const std::string& name, int member) const;
};

/// The running average of `name`, or its evaluation on the training or the test split where there is none; NaN where
/// nothing was measured.
double measuredValue(const Report& report, const std::string& name, int member);

/// Reports of a run from its start, thinned so that its size stays bounded. Shared, never changed once published.
using ReportHistory = std::vector<std::shared_ptr<const Report>>;

/// The report as one JSON object on one line, keys as in the design (step, epoch, wall_s, steps_per_s, then values);
/// a fleet of one is written as numbers, a larger one as arrays; not-a-number becomes null.
std::string reportJson(const Report& report);

/// Name, axis label and one-sentence meaning of every metric, for `elboroom list metrics` and tooltips.
struct MetricEntry {
    std::string name;
    std::string label;  ///< as on an axis: "rate R"
    std::string meaning;
    bool measured = false;  ///< reported by this version; the others are names kept for what is still to come
};
/// In the order of the design: the clock, running averages with their _train and _test evaluations, then the rest.
const std::vector<MetricEntry>& metricEntries();

}  // namespace elbo
