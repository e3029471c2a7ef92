// The measuring thread of a session: newest snapshot + latest request -> measurement, in its own time.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "app/session/run.h"
#include "training/analysis/measurer.h"
#include "training/engine/mailbox.h"

namespace elbo {

/// Takes up what costs more than a frame may: exact posteriors, likelihoods, the health of a model. Its results join
/// the assignments, from where the analyst puts them into frames. Thread: constructed anywhere, then run() and
/// everything private belongs to the measuring thread, whose priority is the lowest.
class MeasureWorker {
  public:
    /// The mailbox outlives the worker.
    MeasureWorker(Mailbox<Assignment>& assignments, std::function<void(std::string)> failed);

    /// Measures until a stop is asked for; a measurement that became pointless is given up. Errors become a notice;
    /// nothing is thrown.
    void run(const std::stop_token& stop);

    /// Least time between two measurements that differ only by training; they also start at least three times their own
    /// effort apart.
    static constexpr std::chrono::milliseconds kInterval{1000};
    static constexpr int kRestFactor = 3;

  private:
    using Clock = std::chrono::steady_clock;
    static constexpr int kNice = 12;

    /// What a measurement depends on.
    struct Job {
        std::shared_ptr<const Snapshot> snapshot;
        std::uint64_t run = 0;
        std::vector<int> members, exactMembers, examples;
        bool exact = false, health = false, thorough = false;
        bool operator==(const Job&) const = default;
        bool differsOnlyByTraining(const Job& other) const;
    };

    static Job jobOf(const Assignment& assignment);
    /// `examples` behind exact quantities; 0: what the state of the run allows.
    void measure(const Assignment& assignment, const Job& job, int examples, const std::stop_token& stop);

    Mailbox<Assignment>& assignments_;
    const std::function<void(std::string)> failed_;

    std::unique_ptr<Measurer> measurer_;
    std::uint64_t measurerRun_ = 0;
    Job done_;
    int moreExamples_ = 0;  ///< that exact quantities of a run at rest should rest on next; 0: no more
    Clock::time_point due_{};
    std::string lastError_;
};

}  // namespace elbo
