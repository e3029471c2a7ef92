// Metrics of a snapshot on a split of the data.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "models/closed_form/linear_gaussian.h"
#include "training/data/dataset.h"
#include "training/engine/snapshot.h"
#include "training/experiment/experiment.h"
#include "training/metrics/report.h"

namespace elbo {

class LatentModel;
class ModelInputs;

struct EvaluationBudget {
    int examples = 0;  ///< of each split, the first of its representative order; 0: all of them
    int draws = 1;  ///< z draws per example for the distortion; 0: as many as make the noise negligible for small data
    int divergenceCodes = 2000;       ///< codes for the reported (unbiased) MMD
    std::function<bool()> goOn = {};  ///< asked between blocks; false: nobody waits for the values any more
};

/// What an evaluation while training can afford: fewer examples for images, shared by a large fleet, and few codes for
/// the divergence, whose cost is their square.
EvaluationBudget liveBudget(int dataDim, int fleetSize);

/// Fills distortion, rate, elbo, marginal_divergence (unbiased MMD), log_det_cov (per latent dimension),
/// active_units, reconstruction_error (mean square per data dimension) and `examples` (how many), each with the
/// suffixes _train and _test, into `report`. Nats per example. Fixed draws: the same snapshot gives the same values,
/// and a part sees of every example what the whole split sees.
///
/// distortion_error, rate_error and elbo_error are standard errors: how far the value may be from that of the whole
/// split, 0 where all examples were used, and how far that may be off for want of more draws of z (left out where a
/// small part or a fixed number of draws does not tell).
///
/// False when budget.goOn() said so: the report is as it was.
bool evaluateInto(Report& report, const Snapshot& snapshot, const Experiment& experiment, const Dataset& dataset,
                  const EvaluationBudget& budget);

/// The same of one split, of which `inputs` are made once for many evaluations; `suffix` is "_train" or "_test".
/// Without examples there is nothing to fill.
bool evaluateSplitInto(Report& report, const Snapshot& snapshot, const LatentModel& model, const ModelInputs& inputs,
                       const std::string& suffix, const EvaluationBudget& budget);

/// A report with the snapshot's step, clock, knobs and running averages, without evaluations.
Report runningReport(const Snapshot& snapshot);

/// Rate and distortion at the optimum, where a closed form is known: linear Gaussian data, a linear model and a
/// Gaussian likelihood of fixed variance (MATH: section 5, reverse water-filling).
std::optional<RateDistortionPoint> closedForm(const Experiment& experiment, const Knobs& knobs);

}  // namespace elbo
