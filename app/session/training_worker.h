// The training thread of a session: knobs -> Trainer::step -> snapshot, and nothing that could make it wait.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "app/session/kept_runs.h"
#include "app/session/run.h"
#include "training/engine/mailbox.h"
#include "training/engine/trainer.h"

namespace elbo {

/// What workers say to the session; called on the worker's thread.
struct WorkerNotices {
    std::function<void()> statusChanged;
    std::function<void()> opened;
    std::function<void(std::string path)> saved;
    std::function<void(std::string message)> failed;
    /// A replay has moved the objective of the run of this number.
    std::function<void(std::uint64_t run, Objective objective)> replayed;
};

/// What the training thread shares with the others; outlives its worker.
struct TrainingMail {
    Mailbox<Orders>& orders;
    Mailbox<RunStatus>& status;
    Mailbox<Assignment>& assignments;
    const Mailbox<std::shared_ptr<const Frame>>& frames;  ///< whose reports are kept with the run
    std::atomic<bool>& snapshotWanted;                    ///< raised by the analyst when it is free for the next one
};

/// Thread: constructed anywhere, then run() and everything private belongs to the training thread.
class TrainingWorker {
  public:
    /// `keptBytes`: memory for runs that were replaced.
    TrainingWorker(const TrainingMail& mail, WorkerNotices notices, std::size_t keptBytes);

    /// Trains until a stop is asked for. Errors become the Failed state or a notice; nothing is thrown.
    void run(const std::stop_token& stop);

    /// Least time between two snapshots: a copy of the parameters costs about a step, so not every step is worth one.
    static constexpr std::chrono::milliseconds kPublishInterval{25};
    /// A run at rest is kept once nothing was ordered for this long; a new one when it is as old.
    static constexpr std::chrono::milliseconds kKeepAfter{1000};
    /// Keeping a run takes at most one part in so many of the time, however large it is.
    static constexpr int kKeepRest = 30;

  private:
    using Clock = std::chrono::steady_clock;

    void obey(Orders orders);
    bool wantsToRun(const Orders& orders) const;
    void openExperiment(const Experiment& experiment, bool running, std::uint64_t number);
    void openCheckpoint(const std::string& path);
    /// Whether the run of this number was kept, and is in force again.
    bool returnTo(std::uint64_t number);
    /// A run of its own; what was in force is kept.
    void begin(std::unique_ptr<Trainer> trainer, RunState state, std::uint64_t number, ReportHistory history = {});
    void install(std::unique_ptr<Trainer> trainer, std::shared_ptr<const Run> run, RunState state);
    void setRunAside();
    /// Reports of the run in force as far as they were analysed.
    ReportHistory history() const;
    bool waitForOrders(const std::stop_token& stop);
    /// Writes the run folder of the session.
    void keepSession();
    bool keepingIsDue() const;
    void applyKnobs(const std::vector<Knobs>& knobs);
    void applyObjective(const Objective& objective);
    void applyTransport(const Orders& orders);
    void save(const std::string& path);
    void advance();
    void settleAfterStep();
    void tellReplayed();
    void enter(RunState state, const std::string& message);
    void publish();
    void tell();

    const TrainingMail mail_;
    const WorkerNotices notices_;
    KeptRuns kept_;

    std::unique_ptr<Trainer> trainer_;
    RunStatus status_;
    std::uint64_t ordersSeen_ = 0;
    std::uint64_t newestRun_ = 0;
    int pendingSteps_ = 0;
    Milestones milestones_;
    std::size_t movesTold_ = 0;  ///< moves of the run in force that the window knows of
    Clock::time_point lastPublish_{};

    std::string sessionFolder_;   ///< empty: the session is not kept
    bool unkept_ = false;         ///< the run in force has changed since it was last kept
    bool keptOnce_ = false;       ///< the run in force was kept at least once
    bool keepingFailed_ = false;  ///< and it was said
    ReportHistory keptHistory_;   ///< that was kept with it
    Clock::time_point lastKept_{};
    Clock::duration keepingTook_{};
};

}  // namespace elbo
