// The members of a sweep after training: one table for all, and points for the rate-distortion plane.
#pragma once

#include <string>
#include <vector>

#include "training/frame/sweep_point.h"
#include "training/sweep/sweep.h"

namespace elbo {

/// The summaries of all members as JSON text, in the order of the plan; empty for those that have not ended yet.
std::vector<std::string> readSummaries(const std::string& folder, const SweepPlan& plan);

/// One CSV line per member that has ended: folder, namedWeights(), swept fields, seed, state (finished, diverged), then
/// every number of the summaries under its name, empty where it was not measured, and the reason of a failure.
std::string sweepTable(const SweepPlan& plan, const std::vector<std::string>& summaries);

/// The sweep in `folder`, finished or not. Throws InputError when it holds none.
Sweep readSweep(const std::string& folder);

}  // namespace elbo
