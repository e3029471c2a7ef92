// Trained models that something else took the place of, kept for a while so that they can be had again.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <set>

#include "app/session/run.h"
#include "training/engine/trainer.h"

namespace elbo {

/// A run with its trainer; `run` holds its reports so far.
struct KeptRun {
    std::shared_ptr<const Run> run;
    std::unique_ptr<Trainer> trainer;
};

/// The newest runs that were replaced, as many as the memory set aside for them holds. Thread: the training thread.
class KeptRuns {
  public:
    /// `bytes`: most that they may take together; a single run that needs more is not kept.
    explicit KeptRuns(std::size_t bytes) : most_(bytes) {}

    void keep(KeptRun run);
    /// Another bound from now on; runs that it leaves no room for go at once.
    void setMost(std::size_t bytes);
    /// The run of this number, which is then no longer kept; nothing when it is not, or not any more.
    std::optional<KeptRun> take(std::uint64_t number);
    /// Whether the run of this number was kept once and had to make room.
    bool droppedForRoom(std::uint64_t number) const { return dropped_.contains(number); }
    std::size_t bytes() const;  ///< parameters and moments, gradients, data that are not shared

  private:
    void makeRoom();

    std::size_t most_;
    std::deque<KeptRun> runs_;  ///< oldest first
    std::set<std::uint64_t> dropped_;
};

}  // namespace elbo
