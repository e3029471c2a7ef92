// Trains the fleets of a sweep, several at a time, and keeps one folder per member.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "app/runs/run_folder.h"
#include "training/data/dataset.h"
#include "training/sweep/sweep.h"

namespace elbo {

/// Functions are called on one thread, which also draws the progress bar; train() starts and ends threads of its own.
class SweepRun {
  public:
    /// `folder` exists and holds the plan; `datasets` has one per variant of the plan.
    SweepRun(const SweepPlan& plan, std::string folder, std::vector<std::shared_ptr<const Dataset>> datasets);

    /// Trains what is left on `jobs` threads until all members have ended or a signal comes; then everything is on
    /// disk. Writes the table of the sweep. Returns whether all have ended and are kept. Throws what a job threw, after
    /// the others stopped.
    bool train(int jobs);

    std::string tablePath() const { return folder_ + "/sweep.csv"; }

  private:
    void workThroughFleets();
    void trainFleet(std::size_t fleet);
    bool stopping() const;
    void say(const std::string& message);
    template <typename Write>
    void writeOrSay(Write&& write);
    void writeTable();
    /// Tries for a while; returns whether it is written. What is wrong is said.
    bool writeAtLast(const std::function<void()>& write);
    /// Whether all members of a fleet have ended, with checkpoints that are whole.
    bool ended(std::size_t fleet, const std::vector<std::string>& summaries);
    /// A trainer of the fleet, where it was left when `resumed` comes back true. A checkpoint that cannot be read is
    /// set aside, and the fleet begins anew.
    std::unique_ptr<Trainer> trainerOf(std::size_t fleet, bool& resumed);
    std::vector<RunFolder> foldersOf(std::size_t fleet, bool resumed, std::int64_t step);
    void keepFleet(std::size_t fleet, const Trainer& trainer, std::vector<RunFolder>& folders);

    // Fixed after construction.
    const SweepPlan plan_;
    const std::string folder_;
    const std::vector<std::shared_ptr<const Dataset>> datasets_;
    std::vector<std::int64_t> steps_;  ///< of every fleet

    // Shared between the jobs and the thread that waits for them.
    std::vector<std::size_t> waiting_;  ///< fleets, fixed while jobs run
    std::atomic<std::size_t> next_{0};  ///< place in waiting_
    std::atomic<std::size_t> fleetsEnded_{0};
    std::atomic<std::int64_t> modelSteps_{0};    ///< a step of a fleet counts once per member
    std::atomic<std::int64_t> earlierSteps_{0};  ///< of them, taken before this call
    std::atomic<int> busy_{0};
    std::atomic<bool> stop_{false};
    std::mutex mutex_;
    std::vector<std::string> messages_;
    std::exception_ptr error_;
};

}  // namespace elbo
