// Metrics of a snapshot on a split of the data.
#pragma once

#include <cstdint>
#include <optional>

#include "models/closed_form/linear_gaussian.h"
#include "training/data/dataset.h"
#include "training/engine/snapshot.h"
#include "training/experiment/experiment.h"
#include "training/metrics/report.h"

namespace elbo {

struct EvaluationBudget {
    int examples = 0;  ///< first examples of each split; 0: all of them
    int draws = 1;  ///< z draws per example for the distortion; 0: as many as make the noise negligible for small data
    int divergenceCodes = 2000;  ///< codes for the reported (unbiased) MMD
};

/// Fills distortion, rate, elbo, marginal_divergence (unbiased MMD), log_det_cov (per latent dimension) and
/// active_units, reconstruction_error (mean square per data dimension), each with the suffixes _train and _test, into
/// `report`. Nats per example. Fixed draws: the same snapshot gives the same values.
void evaluateInto(Report& report, const Snapshot& snapshot, const Experiment& experiment, const Dataset& dataset,
                  const EvaluationBudget& budget);

/// A report with the snapshot's step, clock, knobs and running averages, without evaluations.
Report runningReport(const Snapshot& snapshot);

/// Rate and distortion at the optimum, where a closed form is known: linear Gaussian data, a linear model and a
/// Gaussian likelihood of fixed variance (MATH: section 5, reverse water-filling).
std::optional<RateDistortionPoint> closedForm(const Experiment& experiment, const Knobs& knobs);

}  // namespace elbo
