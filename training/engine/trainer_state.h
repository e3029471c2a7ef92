// Everything that changes while a fleet trains: what a checkpoint stores.
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "models/fleet/fleet_parameters.h"
#include "models/spec/knobs.h"
#include "training/experiment/knob_schedule.h"
#include "training/step/adam.h"
#include "training/step/multipliers.h"
#include "training/step/soft_free_bits.h"
#include "training/step/trained_critics.h"

namespace elbo {

/// Exponential moving averages of the training terms with bias correction, so that the first value counts fully.
class RunningAverages {
  public:
    /// Adds one batch; values [M]. A value that is not finite stays in the average of its member for good: that member
    /// is paused from then on. Of a term that is switched off the average is forgotten, so that it does not grow stale.
    void add(const std::string& name, const std::vector<double>& values);
    void forget(const std::string& name) { entries_.erase(name); }
    /// Corrected averages by name, [M] each.
    std::map<std::string, std::vector<double>> values() const;

    struct Entry {
        std::vector<double> sums;
        double weight = 0.0;
    };
    std::map<std::string, Entry>& entries() { return entries_; }
    const std::map<std::string, Entry>& entries() const { return entries_; }

    /// Weight of the past after one step: a window of about fifty steps.
    static constexpr double kDecay = 0.98;

  private:
    std::map<std::string, Entry> entries_;
};

/// Batches and noise are functions of (seed, step) and need no state of their own. Thread: the training thread.
struct TrainerState {
    FleetParameters parameters;  ///< trainable, [M, P]
    Adam adam;
    std::vector<Knobs> knobs;   ///< in force at the last step, [M]
    KnobFlags held{};           ///< knobs taken off their schedule by hand
    std::vector<bool> healthy;  ///< [M]; false once a term became non-finite
    std::string failure;
    RunningAverages averages;
    std::int64_t step = 0;
    double wallSeconds = 0.0;
    TrainedCritics critics;     ///< of the adversarial terms
    Multipliers multipliers;    ///< of the constraints
    SoftFreeBits softFreeBits;  ///< in force where RateTerm says so
};

}  // namespace elbo
