// What travels between the threads of a session: orders down, a run's status and snapshots up. Plain values.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "training/data/dataset.h"
#include "training/engine/milestones.h"
#include "training/engine/snapshot.h"
#include "training/experiment/experiment.h"
#include "training/frame/frame.h"
#include "training/frame/measurement.h"
#include "training/frame/view_request.h"
#include "training/metrics/report.h"

namespace elbo {

/// One training run from its opening or reset to the next. Immutable once published.
struct Run {
    std::uint64_t number = 0;  ///< a new one with every opening and reset; a run that is returned to has its old one
    Experiment experiment;     ///< as opened; knobs may have moved since
    std::shared_ptr<const Dataset> dataset;
    ReportHistory history{};  ///< of the steps before it was opened; empty for a run from its first weights
};

/// Where the training thread is. Written by the training thread only: it owns the one RunState of a session.
struct RunStatus {
    RunState state = RunState::Idle;
    std::string message;             ///< why the run failed or which members were paused; empty when all is well
    std::shared_ptr<const Run> run;  ///< null until something was opened
};

/// What the window wants of the training thread. Written by the GUI thread, taken whole by the training thread; what a
/// later order makes pointless is dropped, so that a storm of orders costs no more than the last of them.
struct Orders {
    std::optional<Experiment> open;
    bool atRest = false;  ///< what is opened waits to be played
    std::optional<std::string> openCheckpoint;
    std::optional<std::uint64_t> returnTo;  ///< a run that was replaced; `open` is what to do when it is kept no more
    bool reset = false;
    bool replay = false;  ///< the run in force from its first weights, along the moves that were made by hand
    std::optional<ObjectiveSpec> objective;  ///< for a run that goes on
    std::optional<std::vector<Knobs>> knobs;
    std::optional<bool> run;                   ///< true: play, false: pause
    int steps = 0;                             ///< single steps to take before resting
    std::vector<std::string> savesBeforeOpen;  ///< checkpoints of the run that an order to open will replace
    std::vector<std::string> saves;            ///< checkpoints of the run in force after all other orders
    std::optional<std::size_t> keptBytes;      ///< most memory for runs that were replaced, from now on
    std::optional<std::string> keepIn;         ///< the run folder in which the session is kept from now on
};

/// What the analyst and measuring threads work on: the newest snapshot and the latest request.
struct Assignment {
    RunStatus status;
    std::shared_ptr<const Snapshot> snapshot;
    Snapshots passed;  ///< of steps before it, for curves without holes
    ViewRequest request;
    std::shared_ptr<const Measurement> measurement;  ///< the newest one; null until there is one
    std::uint64_t measuredRun = 0;                   ///< the run it belongs to
};

}  // namespace elbo
