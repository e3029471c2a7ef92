// Measures for machines and for people.
#pragma once

#include <string>
#include <vector>

#include "training/engine/snapshot.h"
#include "training/experiment/experiment.h"
#include "training/measure/measures/model_measures.h"
#include "training/measure/points/point_measures.h"

namespace elbo {

/// "1.23 +- 0.04" with the error's sign as it is printed; "not measured" for NaN.
std::string measuredText(const Measured& measured);
/// Of the table of metrics: "nats", "share", or empty.
std::string metricUnit(const std::string& name);
/// Its sentence there; empty for a name that it does not hold.
std::string metricMeaning(const std::string& name);

/// One JSON object of the values by metric, an MMD by kernel (biased, unbiased). What is not finite is null.
std::string pointMeasuresJson(const std::vector<PointValue>& values);

/// The same as a table with a line of explanation each.
std::string pointMeasuresText(const std::vector<PointValue>& values);

/// One JSON object: the experiment, its knobs, every metric under its name (a number for a fleet of one, else an array
/// of M), then "errors" (standard or quadrature errors by metric), "counts", "unavailable" (why) and "health".
std::string modelMeasuresJson(const ModelMeasures& measures, const Snapshot& snapshot, const Experiment& experiment);

/// A table with units and a line of explanation each.
std::string modelMeasuresText(const ModelMeasures& measures, const Snapshot& snapshot, const Experiment& experiment);

}  // namespace elbo
