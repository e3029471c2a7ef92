// Everything that changes while a fleet trains: what a checkpoint stores.
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "models/fleet/fleet_parameters.h"
#include "models/spec/knobs.h"
#include "training/engine/running_averages.h"
#include "training/experiment/knob_schedule.h"
#include "training/step/adam.h"
#include "training/step/multipliers.h"
#include "training/step/soft_free_bits.h"
#include "training/step/trained_critics.h"

namespace elbo {

/// Batches and noise are functions of (seed, step) and need no state of their own. Thread: the training thread.
struct TrainerState {
    FleetParameters parameters;  ///< trainable, [M, P]
    Adam adam;
    std::vector<Knobs> knobs;           ///< in force at the last step, [M]
    KnobFlags held{};                   ///< knobs taken off their schedule by hand
    std::vector<bool> healthy;          ///< [M]; false once a term became non-finite
    std::vector<std::string> failures;  ///< [M]; why a member is paused, empty while it is healthy
    RunningAverages averages;
    std::int64_t step = 0;
    double wallSeconds = 0.0;
    TrainedCritics critics;     ///< of the adversarial terms
    Multipliers multipliers;    ///< of the constraints
    SoftFreeBits softFreeBits;  ///< in force where RateTerm says so
};

}  // namespace elbo
