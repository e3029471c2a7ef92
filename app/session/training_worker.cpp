#include "app/session/training_worker.h"

#include <exception>
#include <utility>

#include "training/experiment/input_error.h"
#include "training/run/checkpoint.h"
#include "training/step/worker_thread.h"

namespace elbo {

TrainingWorker::TrainingWorker(Mailbox<Orders>& orders, Mailbox<RunStatus>& status, Mailbox<Assignment>& assignments,
                               std::atomic<bool>& snapshotWanted, WorkerNotices notices)
    : orders_(orders),
      statusBox_(status),
      assignments_(assignments),
      snapshotWanted_(snapshotWanted),
      notices_(std::move(notices)) {}

void TrainingWorker::run(const std::stop_token& stop) {
    prepareWorkerThread(1, true);
    while (!stop.stop_requested()) {
        const bool working = status_.state == RunState::Running || pendingSteps_ > 0;
        if (!working && !orders_.wait(ordersSeen_, stop)) {
            break;
        }
        try {
            if (std::optional<Orders> orders = orders_.take(ordersSeen_)) {
                obey(std::move(*orders));
            }
            if (status_.state == RunState::Running || pendingSteps_ > 0) {
                advance();
            }
        } catch (const std::exception& error) {
            // A fault in the middle of a step leaves the trainer in an unknown state: the run has failed, the thread
            // and the window have not.
            pendingSteps_ = 0;
            enter(RunState::Failed, error.what());
        }
    }
    trainer_.reset();
}

void TrainingWorker::obey(Orders orders) {
    for (const std::string& path : orders.savesBeforeOpen) {
        save(path);
    }
    try {
        if (orders.open) {
            if (orders.knobs && orders.knobs->size() == orders.open->knobs.size()) {
                orders.open->knobs = *orders.knobs;
            }
            openExperiment(*orders.open, wantsToRun(orders));
        } else if (orders.openCheckpoint) {
            openCheckpoint(*orders.openCheckpoint);
        }
    } catch (const std::exception& error) {
        // Whatever was running goes on untouched.
        notices_.failed(error.what());
    }
    if (trainer_ != nullptr) {
        if (orders.objective) {
            applyObjective({*orders.objective, orders.knobs.value_or(trainer_->experiment().knobs)});
        } else if (orders.knobs) {
            applyKnobs(*orders.knobs);
        }
        if (orders.reset) {
            begin(std::make_unique<Trainer>(trainer_->experiment(), trainer_->dataset()),
                  wantsToRun(orders) ? RunState::Running : RunState::Idle);
        }
        applyTransport(orders);
    }
    for (const std::string& path : orders.saves) {
        save(path);
    }
}

bool TrainingWorker::wantsToRun(const Orders& orders) const {
    return orders.run.value_or(status_.state == RunState::Running);
}

void TrainingWorker::openExperiment(const Experiment& experiment, bool running) {
    experiment.validate();
    // The data of the last run serve again when nothing about them changed: an architecture edit is immediate.
    const bool sameData = trainer_ != nullptr && trainer_->experiment().data == experiment.data;
    std::shared_ptr<const Dataset> dataset = sameData ? trainer_->dataset() : loadDataset(experiment.data);
    begin(std::make_unique<Trainer>(experiment, std::move(dataset)), running ? RunState::Running : RunState::Idle);
}

void TrainingWorker::openCheckpoint(const std::string& path) {
    const Experiment experiment = checkpointExperiment(path);
    auto trainer = std::make_unique<Trainer>(experiment, loadDataset(experiment.data));
    restoreCheckpoint(path, *trainer);
    begin(std::move(trainer), RunState::Paused);
}

void TrainingWorker::begin(std::unique_ptr<Trainer> trainer, RunState state) {
    trainer_ = std::move(trainer);
    prepareWorkerThread(trainer_->experiment().run.threads, true);
    pendingSteps_ = 0;
    auto run = std::make_shared<Run>();
    run->number = status_.run == nullptr ? 1 : status_.run->number + 1;
    run->experiment = trainer_->experiment();
    run->dataset = trainer_->dataset();
    status_.run = std::move(run);
    status_.state = state;
    status_.message.clear();
    // Whoever hears of the state, which may soon be that of a failure, knows by then what was opened.
    statusBox_.put(status_);
    notices_.opened();
    publish();
    tell();
}

void TrainingWorker::applyKnobs(const std::vector<Knobs>& knobs) {
    // A knob order may have been written before an experiment with another fleet was refused or opened.
    if (knobs.size() != trainer_->experiment().knobs.size() || knobs == trainer_->experiment().knobs) {
        return;
    }
    trainer_->setKnobs(knobs);
    if (status_.state != RunState::Running) {
        publish();
    }
}

void TrainingWorker::applyObjective(const Objective& objective) {
    if (objective.knobs.size() != trainer_->experiment().knobs.size()) {
        return;  // written for another fleet
    }
    try {
        trainer_->setObjective(objective);
    } catch (const std::exception& error) {
        notices_.failed(error.what());
        return;
    }
    if (status_.state != RunState::Running) {
        publish();
    }
}

void TrainingWorker::applyTransport(const Orders& orders) {
    if (status_.state == RunState::Failed) {
        return;
    }
    if (orders.steps > 0) {
        pendingSteps_ = orders.steps;
    }
    if (orders.run == true && status_.state != RunState::Running) {
        enter(RunState::Running, status_.message);
    } else if (orders.run == false && status_.state == RunState::Running) {
        trainer_->pauseClock();
        enter(RunState::Paused, status_.message);
    }
}

void TrainingWorker::save(const std::string& path) {
    try {
        if (trainer_ == nullptr) {
            throw InputError(path + ": there is no run to save yet; open an experiment first");
        }
        saveCheckpoint(path, *trainer_);
        notices_.saved(path);
    } catch (const std::exception& error) {
        notices_.failed(error.what());
    }
}

void TrainingWorker::advance() {
    trainer_->step();
    if (status_.state != RunState::Running) {
        --pendingSteps_;
        trainer_->pauseClock();
    } else {
        pendingSteps_ = 0;
    }
    settleAfterStep();
}

void TrainingWorker::settleAfterStep() {
    const bool reachedEnd = trainer_->stepCount() == trainer_->experiment().run.steps;
    if (trainer_->failed()) {
        pendingSteps_ = 0;
        trainer_->pauseClock();
        enter(RunState::Failed, trainer_->progress().failure);
    } else if (reachedEnd) {
        pendingSteps_ = 0;
        trainer_->pauseClock();
        enter(RunState::Finished, status_.message);
    } else if (status_.state != RunState::Running && pendingSteps_ == 0) {
        enter(RunState::Paused, status_.message);
    } else if (snapshotWanted_.load(std::memory_order_relaxed) && Clock::now() - lastPublish_ >= kPublishInterval) {
        publish();
    }
}

void TrainingWorker::enter(RunState state, const std::string& message) {
    status_.state = state;
    status_.message = message;
    publish();
    tell();
}

void TrainingWorker::tell() {
    statusBox_.put(status_);
    notices_.statusChanged();
}

void TrainingWorker::publish() {
    std::shared_ptr<const Snapshot> snapshot = trainer_ == nullptr ? nullptr : trainer_->snapshot();
    if (snapshot != nullptr && status_.state != RunState::Failed && status_.message != snapshot->failure) {
        status_.message = snapshot->failure;
        tell();
    }
    lastPublish_ = Clock::now();
    snapshotWanted_.store(false, std::memory_order_relaxed);
    assignments_.change([&](Assignment& assignment) {
        assignment.status = status_;
        std::swap(assignment.snapshot, snapshot);
    });
}

}  // namespace elbo
