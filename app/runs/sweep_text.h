// What a sweep came to, as the command line prints it.
#pragma once

#include <string>

#include "training/frame/sweep_point.h"
#include "training/sweep/sweep.h"

namespace elbo {

/// One line per setting: what was swept and its knobs, then rate and distortion over the seeds, on test data where
/// there are any. On standard output.
void printSettings(const Sweep& sweep);

/// The summaries of all members as one line of JSON on standard output. `folder` is that of the sweep.
void printMembers(const SweepPlan& plan, const std::string& folder);

}  // namespace elbo
