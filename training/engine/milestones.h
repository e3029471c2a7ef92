// Copies of a run at steps that lie even on a logarithmic axis.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "training/engine/snapshot.h"

namespace elbo {

using Snapshots = std::vector<std::shared_ptr<const Snapshot>>;

/// A run of a few seconds is over before whoever evaluates it has looked twice; its course is read from these copies
/// afterwards. Bounded in memory: models too large for kFewest copies are slow enough to be followed, and are not kept.
/// Thread: one at a time; the copies may be read anywhere.
class Milestones {
  public:
    /// For a run that goes on from `step`.
    explicit Milestones(std::int64_t step = 0) : next_(step) {}

    /// Whether the run, having come to `step`, is worth a copy.
    bool due(std::int64_t step) const { return capacity_ > 0 && step >= next_; }
    /// Takes the copy of a step that was due.
    void keep(std::shared_ptr<const Snapshot> snapshot);
    /// In order of step.
    const Snapshots& kept() const { return kept_; }

    /// From one copy to the next: about twenty for each power of ten.
    static constexpr double kGrowth = 1.12;
    static constexpr std::size_t kMostBytes = std::size_t{64} << 20;
    static constexpr std::size_t kMost = 256;
    static constexpr std::size_t kFewest = 16;

  private:
    std::int64_t next_ = 0;
    std::size_t capacity_ = kMost;
    Snapshots kept_;
};

}  // namespace elbo
