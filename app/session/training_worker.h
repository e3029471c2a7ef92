// The training thread of a session: knobs -> Trainer::step -> snapshot, and nothing that could make it wait.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>

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
};

/// Thread: constructed anywhere, then run() and everything private belongs to the training thread.
class TrainingWorker {
  public:
    /// The mailboxes outlive the worker. `snapshotWanted` is raised by the analyst when it is free for the next one.
    TrainingWorker(Mailbox<Orders>& orders, Mailbox<RunStatus>& status, Mailbox<Assignment>& assignments,
                   std::atomic<bool>& snapshotWanted, WorkerNotices notices);

    /// Trains until a stop is asked for. Errors become the Failed state or a notice; nothing is thrown.
    void run(const std::stop_token& stop);

    /// Least time between two snapshots: a copy of the parameters costs about a step, so not every step is worth one.
    static constexpr std::chrono::milliseconds kPublishInterval{25};

  private:
    using Clock = std::chrono::steady_clock;

    void obey(Orders orders);
    bool wantsToRun(const Orders& orders) const;
    void openExperiment(const Experiment& experiment, bool running);
    void openCheckpoint(const std::string& path);
    void begin(std::unique_ptr<Trainer> trainer, RunState state);
    void applyKnobs(const std::vector<Knobs>& knobs);
    void applyObjective(const Objective& objective);
    void applyTransport(const Orders& orders);
    void save(const std::string& path);
    void advance();
    void settleAfterStep();
    void enter(RunState state, const std::string& message);
    void publish();
    void tell();

    Mailbox<Orders>& orders_;
    Mailbox<RunStatus>& statusBox_;
    Mailbox<Assignment>& assignments_;
    std::atomic<bool>& snapshotWanted_;
    const WorkerNotices notices_;

    std::unique_ptr<Trainer> trainer_;
    RunStatus status_;
    std::uint64_t ordersSeen_ = 0;
    int pendingSteps_ = 0;
    Clock::time_point lastPublish_{};
};

}  // namespace elbo
