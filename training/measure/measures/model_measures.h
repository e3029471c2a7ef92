// Every metric of a stored model: `elboroom measure CHECKPOINT`, and what the window measures on demand.
#pragma once

#include <functional>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

#include "training/data/dataset.h"
#include "training/engine/snapshot.h"
#include "training/experiment/experiment.h"
#include "training/frame/exact_frame.h"
#include "training/measure/measures/measure_options.h"
#include "training/metrics/measured.h"

namespace elbo {

/// One metric, one value per fleet member [M], in the unit of its row in the table of metrics.
struct MeasuredMetric {
    std::string name;
    std::vector<Measured> values;
};

/// One number per latent dimension of every member, [M][Z].
struct MetricByDimension {
    std::string name;
    std::vector<std::vector<double>> values;
};

struct ModelMeasures {
    std::vector<MeasuredMetric> measurements;  ///< in the order of the registry (measures.h)
    std::vector<MetricByDimension> perDimension;
    std::map<std::string, std::string> unavailable;  ///< what was asked for and could not be measured, and why
    std::map<std::string, int> counts;               ///< examples and draws that went into the estimates
    std::vector<HealthFinding> health;

    /// The value of `name` for `member`; NaN when it was not measured.
    Measured value(const std::string& name, int member) const;
};

/// Throws InputError with the names there are for one that no measure gives, as measureModel() does.
void requireMeasurable(const std::vector<std::string>& only);

/// Told what is being measured and how far that is, 0 ... 1.
using ModelMeasureProgress = std::function<void(const std::string& what, double share)>;

/// Runs the registry on the calling thread; fixed draws, so that the same model gives the same values, whatever else is
/// asked for. Throws MeasureStopped when `stop` is requested, InputError when `only` holds an unknown name.
ModelMeasures measureModel(const Snapshot& snapshot, const Experiment& experiment, const Dataset& dataset,
                           const ModelMeasureOptions& options, const ModelMeasureProgress& progress = {},
                           std::stop_token stop = {});

}  // namespace elbo
