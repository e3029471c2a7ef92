#include "app/session/training_worker.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <utility>

#include "app/runs/run_folder.h"
#include "training/experiment/input_error.h"
#include "training/run/checkpoint.h"
#include "training/step/failure_words.h"
#include "training/step/worker_thread.h"

namespace elbo {

TrainingWorker::TrainingWorker(const TrainingMail& mail, WorkerNotices notices, std::size_t keptBytes)
    : mail_(mail), notices_(std::move(notices)), kept_(keptBytes) {}

void TrainingWorker::run(const std::stop_token& stop) {
    prepareWorkerThread(1, true);
    while (!stop.stop_requested()) {
        const bool working = status_.state == RunState::Running || pendingSteps_ > 0;
        if (!working && !waitForOrders(stop)) {
            continue;
        }
        try {
            if (std::optional<Orders> orders = mail_.orders.take(ordersSeen_)) {
                obey(std::move(*orders));
            }
            if (status_.state == RunState::Running || pendingSteps_ > 0) {
                advance();
            }
        } catch (const std::exception& error) {
            // A fault in the middle of a step leaves the trainer in an unknown state: the run has failed, the thread
            // and the window have not.
            pendingSteps_ = 0;
            enter(RunState::Failed, failureWords(error));
        }
        if (status_.state == RunState::Running && keepingIsDue()) {
            keepSession();
        }
    }
    if (unkept_ || (trainer_ != nullptr && history() != keptHistory_)) {
        keepSession();
    }
    trainer_.reset();
}

bool TrainingWorker::waitForOrders(const std::stop_token& stop) {
    if (!unkept_ || sessionFolder_.empty()) {
        return mail_.orders.wait(ordersSeen_, stop);
    }
    const bool come = mail_.orders.waitFor(ordersSeen_, stop, std::max<Clock::duration>(kKeepAfter, keepingTook_));
    if (!come && !stop.stop_requested()) {
        keepSession();
    }
    return come;
}

bool TrainingWorker::keepingIsDue() const {
    const std::chrono::duration<double> interval(trainer_->experiment().run.autosaveSeconds);
    const auto wanted = keptOnce_ ? std::chrono::duration_cast<Clock::duration>(interval) : kKeepAfter;
    return unkept_ && Clock::now() - lastKept_ >= std::max<Clock::duration>(wanted, kKeepRest * keepingTook_);
}

void TrainingWorker::keepSession() {
    if (trainer_ == nullptr || sessionFolder_.empty()) {
        return;
    }
    const Clock::time_point start = Clock::now();
    try {
        keptHistory_ = history();
        RunFolder::write(sessionFolder_, *trainer_, keptHistory_);
        unkept_ = false;
        keptOnce_ = true;
        keepingFailed_ = false;
    } catch (const std::exception& error) {
        unkept_ = status_.state == RunState::Running;  // a run at rest is not worth a message every second
        if (!std::exchange(keepingFailed_, true)) {
            notices_.failed(fmt::format("The session could not be kept: {}", failureWords(error)));
        }
    }
    lastKept_ = Clock::now();
    keepingTook_ = lastKept_ - start;
}

void TrainingWorker::obey(Orders orders) {
    for (const std::string& path : orders.savesBeforeOpen) {
        save(path);
    }
    if (orders.keptBytes) {
        kept_.setMost(*orders.keptBytes);
    }
    if (orders.keepIn) {
        sessionFolder_ = *orders.keepIn;
        unkept_ = trainer_ != nullptr;
    }
    try {
        if (orders.returnTo && returnTo(*orders.returnTo)) {
            // Trained as it was left; the objective and weights of its experiment follow below.
        } else if (orders.open) {
            if (orders.knobs && orders.knobs->size() == orders.open->knobs.size()) {
                orders.open->knobs = *orders.knobs;
            }
            // A run that is returned to and was not kept begins anew, and goes by the same number.
            openExperiment(*orders.open, !orders.atRest && wantsToRun(orders),
                           orders.returnTo ? *orders.returnTo : ++newestRun_);
        } else if (orders.openCheckpoint) {
            openCheckpoint(*orders.openCheckpoint);
        }
    } catch (const std::exception& error) {
        // Whatever was running goes on untouched.
        notices_.failed(failureWords(error));
    }
    if (trainer_ != nullptr) {
        if (orders.objective) {
            applyObjective({*orders.objective, orders.knobs.value_or(trainer_->experiment().knobs)});
        } else if (orders.knobs) {
            applyKnobs(*orders.knobs);
        }
        if (orders.reset || orders.replay) {
            Experiment again = trainer_->experiment();
            if (orders.reset) {
                again.history = {};  // with the objective in force from the beginning
            }
            begin(std::make_unique<Trainer>(again, trainer_->dataset()),
                  orders.replay || wantsToRun(orders) ? RunState::Running : RunState::Idle, ++newestRun_);
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

void TrainingWorker::openExperiment(const Experiment& experiment, bool running, std::uint64_t number) {
    experiment.validate();
    // The data of the last run serve again when nothing about them changed: an architecture edit is immediate.
    const bool sameData = trainer_ != nullptr && trainer_->experiment().data == experiment.data;
    std::shared_ptr<const Dataset> dataset = sameData ? trainer_->dataset() : loadDataset(experiment.data);
    begin(std::make_unique<Trainer>(experiment, std::move(dataset)), running ? RunState::Running : RunState::Idle,
          number);
}

void TrainingWorker::openCheckpoint(const std::string& path) {
    const Experiment experiment = checkpointExperiment(path);
    auto trainer = std::make_unique<Trainer>(experiment, loadDataset(experiment.data));
    restoreCheckpoint(path, *trainer);
    const std::int64_t step = trainer->stepCount();
    begin(std::move(trainer), RunState::Paused, ++newestRun_, RunFolder::historyBeside(path, step));
}

bool TrainingWorker::returnTo(std::uint64_t number) {
    if (status_.run != nullptr && status_.run->number == number) {
        return true;
    }
    std::optional<KeptRun> kept = kept_.take(number);
    if (!kept) {
        if (kept_.droppedForRoom(number)) {
            notices_.failed(
                "The trained model had to make room for later ones; its experiment begins anew. A model that is worth "
                "keeping can be saved by File > Save checkpoint.");
        }
        return false;
    }
    setRunAside();
    const RunState state = kept->trainer->failed()     ? RunState::Failed
                           : kept->trainer->finished() ? RunState::Finished
                                                       : RunState::Paused;
    install(std::move(kept->trainer), std::move(kept->run), state);
    return true;
}

ReportHistory TrainingWorker::history() const {
    const std::shared_ptr<const Frame> frame = mail_.frames.latest().value;
    return frame != nullptr && frame->run == status_.run->number ? frame->history : status_.run->history;
}

void TrainingWorker::setRunAside() {
    if (trainer_ == nullptr || trainer_->stepCount() == 0) {
        return;  // first weights are made again from the seed
    }
    auto run = std::make_shared<Run>(*status_.run);
    run->experiment = trainer_->experiment();
    run->history = history();
    kept_.keep({std::move(run), std::move(trainer_)});
}

void TrainingWorker::begin(std::unique_ptr<Trainer> trainer, RunState state, std::uint64_t number,
                           ReportHistory history) {
    setRunAside();
    auto run = std::make_shared<Run>();
    run->number = number;
    run->experiment = trainer->experiment();
    run->dataset = trainer->dataset();
    run->history = std::move(history);
    install(std::move(trainer), std::move(run), state);
}

void TrainingWorker::install(std::unique_ptr<Trainer> trainer, std::shared_ptr<const Run> run, RunState state) {
    trainer_ = std::move(trainer);
    prepareWorkerThread(trainer_->experiment().run.threads, true);
    pendingSteps_ = 0;
    milestones_ = Milestones(trainer_->stepCount() + 1);
    movesTold_ = trainer_->movesMade();
    unkept_ = true;
    keptOnce_ = false;
    lastKept_ = Clock::now();
    status_.run = std::move(run);
    status_.state = state;
    status_.message = trainer_->progress().failure;
    // Whoever hears of the state, which may soon be that of a failure, knows by then what was opened.
    mail_.status.put(status_);
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
    movesTold_ = trainer_->movesMade();
    unkept_ = true;
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
        notices_.failed(failureWords(error));
        return;
    }
    movesTold_ = trainer_->movesMade();
    unkept_ = true;
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
        notices_.failed(failureWords(error));
    }
}

void TrainingWorker::advance() {
    trainer_->step();
    unkept_ = true;
    if (status_.state != RunState::Running) {
        --pendingSteps_;
        trainer_->pauseClock();
    } else {
        pendingSteps_ = 0;
    }
    if (milestones_.due(trainer_->stepCount())) {
        milestones_.keep(trainer_->snapshot());
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
    } else if (mail_.snapshotWanted.load(std::memory_order_relaxed) &&
               Clock::now() - lastPublish_ >= kPublishInterval) {
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
    mail_.status.put(status_);
    notices_.statusChanged();
}

void TrainingWorker::tellReplayed() {
    if (trainer_ != nullptr && std::exchange(movesTold_, trainer_->movesMade()) != trainer_->movesMade()) {
        notices_.replayed(status_.run->number, trainer_->experiment().whole());
    }
}

void TrainingWorker::publish() {
    tellReplayed();
    std::shared_ptr<const Snapshot> snapshot = trainer_ == nullptr ? nullptr : trainer_->snapshot();
    if (snapshot != nullptr && status_.state != RunState::Failed && status_.message != snapshot->failure) {
        status_.message = snapshot->failure;
        tell();
    }
    lastPublish_ = Clock::now();
    mail_.snapshotWanted.store(false, std::memory_order_relaxed);
    Snapshots passed = milestones_.kept();
    mail_.assignments.change([&](Assignment& assignment) {
        assignment.status = status_;
        std::swap(assignment.snapshot, snapshot);  // what they held is released outside the lock
        std::swap(assignment.passed, passed);
    });
}

}  // namespace elbo
