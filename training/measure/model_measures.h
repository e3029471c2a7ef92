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
#include "training/measure/quadrature/exact_results.h"

namespace elbo {

struct ModelMeasureOptions {
    std::vector<std::string> only;        ///< metric names, with or without _train and _test; empty: all
    std::vector<int> draws{5, 50, 5000};  ///< K of the importance sampling, ascending
    double varianceFactor = 1.0;          ///< of its proposal
    int examples = 0;         ///< examples per split for quadrature and importance sampling; 0: what a minute allows
    int samples = 1000;       ///< draws of the model for I_p and its bounds
    std::string cacheFolder;  ///< of the classifier; empty: none
};

/// One metric, one value per fleet member [M], nats per example unless the metric says otherwise.
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
    std::vector<MeasuredMetric> measurements;  ///< in the order in which they were measured
    std::vector<MetricByDimension> perDimension;
    std::map<std::string, std::string> unavailable;  ///< what was asked for and could not be measured, and why
    std::map<std::string, int> counts;               ///< examples and draws that went into the estimates
    std::vector<HealthFinding> health;

    /// The value of `name` for `member`; NaN when it was not measured.
    Measured value(const std::string& name, int member) const;
};

/// Names that `only` may hold: every metric measured here, without _train and _test.
std::vector<std::string> measurableNames();

/// Told what is being measured and how far that is, 0 ... 1.
using ModelMeasureProgress = std::function<void(const std::string& what, double share)>;

/// Measures on the calling thread; fixed draws, so that the same model gives the same values. Throws MeasureStopped
/// when `stop` is requested, InputError when `only` holds an unknown name.
ModelMeasures measureModel(const Snapshot& snapshot, const Experiment& experiment, const Dataset& dataset,
                           const ModelMeasureOptions& options, const ModelMeasureProgress& progress = {},
                           std::stop_token stop = {});

}  // namespace elbo
