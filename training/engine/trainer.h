// The training engine as a plain object: a test, the command line or the session's training thread drives it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "training/data/dataset.h"
#include "training/engine/snapshot.h"
#include "training/experiment/experiment.h"

namespace elbo {

struct TrainerState;

/// Trains M models of one architecture in one pass (same initial weights, batches and noise; different knobs).
/// Weights and objectives that are changed on the way are noted in experiment().history, and an experiment with a
/// history is trained along it: what is moved by hand takes the place of moves that were still to come.
/// Thread: all functions from one thread at a time; snapshots may be read anywhere. Same experiment, machine and thread
/// count: same bytes.
class Trainer {
  public:
    /// Throws InputError when the experiment does not fit the data, or the machine's memory.
    Trainer(const Experiment& experiment, std::shared_ptr<const Dataset> dataset);
    ~Trainer();
    Trainer(const Trainer&) = delete;
    Trainer& operator=(const Trainer&) = delete;

    /// One Adam step of every healthy member on the next batch.
    void step();

    /// Weights for the next step, one per member [M]; throws InputError when the count differs. A knob that changes
    /// leaves its schedule for the rest of the run.
    void setKnobs(const std::vector<Knobs>& knobs);

    /// Another objective for the steps to come, without a new start: parameters and moments stay, critics that get a
    /// new task begin anew. Throws InputError, and changes nothing, when the experiment would not be valid.
    void setObjective(const Objective& objective);

    /// Goes on with another run of this model, whose state `restore` puts in place: its objective and history are in
    /// force before that, and none of it is a move.
    void takeUp(const Experiment& stored, const std::function<void(TrainerState&)>& restore);

    std::int64_t stepCount() const;
    bool finished() const;  ///< stepCount() reached RunSpec::steps
    bool failed() const;    ///< every member is paused because a term became non-finite
    /// With the objective in force.
    const Experiment& experiment() const;
    /// How many moves of experiment().history are in force or past.
    std::size_t movesMade() const;
    std::shared_ptr<const Dataset> dataset() const;

    /// A copy of the parameters and running averages. Cost: one [M, P] copy.
    std::shared_ptr<const Snapshot> snapshot() const;
    /// The same without the parameters, for whoever only wants the numbers of a run.
    Snapshot progress() const;

    /// Everything a resumed run needs (see checkpoint.h); restoring makes the next step equal to the uninterrupted one.
    TrainerState& state();
    const TrainerState& state() const;

    /// Stops the wall clock until the next step and forgets the speed: called around pauses, which are not training.
    void pauseClock();

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace elbo
