// How a sweep is cut into fleets and how many of them train at once.
#pragma once

#include <cstdint>

#include "training/engine/memory.h"
#include "training/experiment/experiment.h"

namespace elbo {

struct SweepBudget {
    int jobs = 1;       ///< fleets that train at the same time, each on RunSpec::threads threads
    int fleetSize = 1;  ///< members of the largest fleet
};

/// The rule. Jobs: one per core that the threads of a run leave, since independent fleets scale better than threads
/// within a step; one where the fleet trains on a graphics card. Fleet size: the cut of the settings into equal fleets
/// that ends first when `jobs` of them run at once, counting a step of a fleet as one unit per member and one for the
/// batch and noise that its members share; fewer and larger fleets where that makes no difference. All jobs together
/// may take half the memory and 512 members, each of which keeps a file open. `wishedJobs` and `wishedSize` replace the
/// rule's figures where they are above 0.
SweepBudget sweepBudget(const Experiment& experiment, const DataShape& data, int seeds, const Machine& machine,
                        int wishedJobs = 0, int wishedSize = 0);

}  // namespace elbo
