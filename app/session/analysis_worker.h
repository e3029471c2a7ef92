// The analyst thread of a session: newest snapshot + latest request -> frame.
#pragma once

#include <atomic>
#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "app/session/run.h"
#include "app/session/training_worker.h"
#include "training/analysis/analyst.h"
#include "training/engine/mailbox.h"

namespace elbo {

/// Thread: constructed anywhere, then run() and everything private belongs to the analyst thread. It runs at a lower
/// priority than the training thread, so that on a small machine drawing is what slows down.
class AnalysisWorker {
  public:
    /// The mailboxes outlive the worker. Raises `snapshotWanted` when it is free for a newer snapshot.
    AnalysisWorker(Mailbox<Assignment>& assignments, Mailbox<std::shared_ptr<const Frame>>& frames,
                   std::atomic<bool>& snapshotWanted, std::function<void()> frameReady,
                   std::function<void(std::string)> failed);

    /// Analyses until a stop is asked for. Errors become a notice; nothing is thrown.
    void run(const std::stop_token& stop);

    /// Least time between two frames that differ only by training; a changed request is answered at once.
    static constexpr std::chrono::milliseconds kFrameInterval{33};
    /// Frames start at least this many times their own effort apart, and painting one takes about as long: where
    /// trainer, analyst and painting share two cores, this leaves the trainer one to itself.
    static constexpr int kRestFactor = 1;
    static constexpr int kRestFactorOnTwoCores = 3;
    /// The same while nothing is visible: the history of the run is kept, little is computed.
    static constexpr std::chrono::milliseconds kHiddenInterval{500};
    /// A run at rest is evaluated thoroughly once no request has come for this long, so that hovering stays fluent.
    static constexpr std::chrono::milliseconds kSettleTime{120};
    /// Curves that are filled in are shown this often.
    static constexpr std::chrono::milliseconds kFillTime{150};

  private:
    using Clock = std::chrono::steady_clock;
    static constexpr int kNice = 5;

    void waitForWork(const std::stop_token& stop);
    /// Whether the run is at rest and its picture thorough, so that there is time for more.
    bool isSettled(const Assignment& assignment) const;
    /// Whether a run at rest, whose picture is thorough, has examples that its numbers do not rest on yet.
    bool restsOnPart(const Assignment& assignment) const;
    /// Takes more of them in, unless something else comes up, and shows the numbers.
    void evaluateMore(const Assignment& assignment, const std::stop_token& stop);
    /// Whether a run at rest, whose picture is thorough, may have passed steps too fast for its curves.
    bool hasHoles(const Assignment& assignment) const;
    /// Evaluates such steps for a moment, and shows the curves with them.
    void fillIn(const Assignment& assignment, const std::stop_token& stop);
    void report(const std::exception& error);
    void analyse(const Assignment& assignment, bool thorough);
    bool atRest(const Assignment& assignment) const;

    Mailbox<Assignment>& assignments_;
    Mailbox<std::shared_ptr<const Frame>>& frames_;
    std::atomic<bool>& snapshotWanted_;
    const std::function<void()> frameReady_;
    const std::function<void(std::string)> failed_;
    const int restFactor_;

    std::unique_ptr<Analyst> analyst_;
    std::uint64_t analystRun_ = 0;
    std::uint64_t assignmentSeen_ = 0;
    std::uint64_t sequence_ = 0;
    std::uint64_t filled_ = 0;                  ///< the assignment in which no step is left to fill in
    std::shared_ptr<const Snapshot> settled_;   ///< the snapshot last analysed thoroughly
    std::shared_ptr<const Snapshot> givenUp_;   ///< the snapshot of which no more examples can be evaluated
    std::string lastError_;                     ///< so that an error is shown once, not thirty times a second
    std::shared_ptr<const Snapshot> analysed_;  ///< the snapshot last analysed
    Clock::time_point snapshotTaken_{};         ///< when that was first taken up
    Clock::duration lastEffort_{};              ///< time the last live frame took
};

}  // namespace elbo
