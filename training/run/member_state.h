// One member of a fleet as a run of its own.
#pragma once

#include "training/engine/trainer.h"
#include "training/metrics/report.h"

namespace elbo {

/// Puts the state of one member of `fleet` (knobs, parameters, optimiser, averages, step, clock, health) into `lone`, a
/// trainer of the same experiment with a fleet of one: its snapshot, summary and checkpoint are then that member's. The
/// thread of both trainers. Throws std::invalid_argument when the two do not fit.
void copyMember(const Trainer& fleet, int member, Trainer& lone);

/// The values of one member of a fleet's report.
Report memberReport(const Report& fleet, int member);

}  // namespace elbo
