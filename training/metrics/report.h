// Metrics of one moment of a run, under the project's metric names.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace elbo {

/// One line of metrics.jsonl and one point of every curve. Values are one per fleet member [M], under the names and in
/// the units of the table of metrics (metric_table.h). Plain names are running averages over training batches, or
/// weights in force (beta, multiplier_rate, ...); names ending in _train and _test are evaluations on those splits. A
/// missing name was not measured.
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

/// The report as one JSON object on one line: step, epoch, wall_s, steps_per_s, then the values in order of name;
/// a fleet of one is written as numbers, a larger one as arrays; not-a-number becomes null.
std::string reportJson(const Report& report);

/// The report of such a line; nothing where the line is none, or cut short.
std::optional<Report> parseReport(const std::string& line);

}  // namespace elbo
