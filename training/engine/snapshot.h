// An immutable copy of a fleet at one step, published by the trainer and read by anyone.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "models/spec/objective_spec.h"
#include "training/experiment/knob_schedule.h"
#include "training/experiment/moves.h"

namespace elbo {

class FleetParameters;

struct Snapshot {
    std::int64_t step = 0;
    double epoch = 0.0;
    double wallSeconds = 0.0;                         ///< time spent training, pauses excluded
    double stepsPerSecond = 0.0;                      ///< over the last second or so
    std::chrono::steady_clock::time_point takenAt{};  ///< when the copy was made
    Objective objective;                              ///< in force at the last step
    KnobFlags scheduled;                              ///< the knobs that follow a schedule
    std::shared_ptr<const Moves> moves;               ///< by hand, of the whole run and those to come; null: none
    /// Running averages over training batches under the metric names (loss, distortion, rate, elbo, ...), [M] each.
    std::map<std::string, std::vector<double>> averages;
    std::shared_ptr<const FleetParameters> parameters;
    /// Empty, or why members were paused: "member 1: the distortion became non-finite at step 120".
    std::string failure;
};

}  // namespace elbo
