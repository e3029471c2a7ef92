#include "app/runs/sweep_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <thread>
#include <utility>

#include "app/process/interruption.h"
#include "app/process/progress_bar.h"
#include "app/runs/patience.h"
#include "app/runs/report_evaluator.h"
#include "app/runs/run_folder.h"
#include "app/runs/set_aside.h"
#include "app/runs/summary.h"
#include "training/experiment/input_error.h"
#include "training/files/atomic_file.h"
#include "training/files/safetensors.h"
#include "training/run/checkpoint.h"
#include "training/run/member_state.h"
#include "training/step/worker_thread.h"
#include "training/sweep/sweep_results.h"

namespace elbo {
namespace {

using Clock = std::chrono::steady_clock;

}  // namespace

SweepRun::SweepRun(const SweepPlan& plan, std::string folder, std::vector<std::shared_ptr<const Dataset>> datasets)
    : plan_(plan), folder_(std::move(folder)), datasets_(std::move(datasets)) {
    for (std::size_t fleet = 0; fleet < plan_.fleets.size(); ++fleet) {
        steps_.push_back(plan_.ofFleet(fleet).run.steps);
    }
}

bool SweepRun::stopping() const {
    return stop_.load(std::memory_order_relaxed) || interrupted();
}

void SweepRun::say(const std::string& message) {
    const std::scoped_lock lock(mutex_);
    messages_.push_back(message);
}

/// A sweep must outlive a disk that is full for a while: what cannot be written now is said and tried again later.
template <typename Write>
void SweepRun::writeOrSay(Write&& write) {
    try {
        write();
    } catch (const InputError& error) {
        say(error.what());
    }
}

void SweepRun::writeTable() {
    writeOrSay([&] { writeFileAtomically(tablePath(), sweepTable(plan_, readSummaries(folder_, plan_))); });
}

bool SweepRun::writeAtLast(const std::function<void()>& write) {
    return writePatiently(write, [this](const std::string& message) { say(message); });
}

bool SweepRun::ended(std::size_t fleet, const std::vector<std::string>& summaries) {
    // A fleet with a checkpoint is under way, even where someone went on with one of its members alone.
    std::error_code ignored;
    if (std::filesystem::exists(fleetCheckpointPath(folder_, fleet), ignored)) {
        return false;
    }
    for (const std::size_t member : plan_.fleets[fleet].members) {
        const std::string path = RunFolder::checkpointPath(fmt::format("{}/{}", folder_, plan_.members[member].folder));
        if (summaries[member].empty()) {
            return false;
        }
        if (std::filesystem::exists(path, ignored) && !isWholeSafetensors(path)) {
            say(fmt::format("{}: the file is cut short or damaged; its fleet is trained again", path));
            return false;
        }
    }
    return true;
}

bool SweepRun::train(int jobs) {
    removeAbandonedFiles(folder_);
    const std::vector<std::string> summaries = readSummaries(folder_, plan_);
    std::int64_t allSteps = 0;
    for (std::size_t fleet = 0; fleet < plan_.fleets.size(); ++fleet) {
        const auto& members = plan_.fleets[fleet].members;
        const std::int64_t modelSteps = steps_[fleet] * static_cast<std::int64_t>(members.size());
        allSteps += modelSteps;
        if (ended(fleet, summaries)) {
            earlierSteps_ += modelSteps;
            ++fleetsEnded_;
        } else {
            waiting_.push_back(fleet);
        }
    }
    modelSteps_ = earlierSteps_.load();
    const std::size_t threads = std::min(static_cast<std::size_t>(std::max(1, jobs)), waiting_.size());
    ProgressBar bar(fmt::format("{}, {} models", plan_.experiment.name, plan_.members.size()), modelSteps_, allSteps);
    busy_ = static_cast<int>(threads);
    std::vector<std::jthread> workers;
    for (std::size_t i = 0; i < threads; ++i) {
        workers.emplace_back([this] { workThroughFleets(); });
    }
    std::size_t shown = fleetsEnded_;
    while (true) {
        const bool over = busy_ == 0;
        {
            const std::scoped_lock lock(mutex_);
            for (const std::string& message : std::exchange(messages_, {})) {
                bar.clear();
                std::fprintf(stderr, "elboroom: %s\n", message.c_str());
            }
        }
        if (over) {
            break;
        }
        bar.countFrom(earlierSteps_);
        if (bar.due()) {
            bar.draw(modelSteps_, fmt::format("fleets {}/{}", fleetsEnded_.load(), plan_.fleets.size()));
        }
        if (fleetsEnded_ != shown) {
            shown = fleetsEnded_;
            writeTable();
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    workers.clear();
    bar.clear();
    if (error_) {
        std::rethrow_exception(error_);
    }
    writePatiently([&] { writeFileAtomically(tablePath(), sweepTable(plan_, readSummaries(folder_, plan_))); },
                   [](const std::string& message) { std::fprintf(stderr, "elboroom: %s\n", message.c_str()); });
    return fleetsEnded_ == plan_.fleets.size();
}

void SweepRun::workThroughFleets() {
    try {
        for (std::size_t place = next_++; place < waiting_.size() && !stopping(); place = next_++) {
            trainFleet(waiting_[place]);
        }
    } catch (...) {
        const std::scoped_lock lock(mutex_);
        error_ = error_ ? error_ : std::current_exception();
        stop_ = true;
    }
    --busy_;
}

std::unique_ptr<Trainer> SweepRun::trainerOf(std::size_t fleet, bool& resumed) {
    const Experiment experiment = plan_.ofFleet(fleet);
    const auto& dataset = datasets_.at(plan_.fleets[fleet].variant);
    const std::string checkpoint = fleetCheckpointPath(folder_, fleet);
    std::error_code ignored;
    resumed = std::filesystem::exists(checkpoint, ignored);
    auto trainer = std::make_unique<Trainer>(experiment, dataset);
    if (resumed) {
        try {
            restoreCheckpoint(checkpoint, *trainer);
        } catch (const InputError& error) {
            const std::string aside = setAside(checkpoint, ".damaged");
            say(fmt::format(
                "{}; {}, and its fleet is trained again", error.what(),
                aside.empty() ? "the file is replaced" : fmt::format("the file is set aside as {}", aside)));
            resumed = false;
            trainer = std::make_unique<Trainer>(experiment, dataset);  // half of it may have been read
        }
    }
    return trainer;
}

std::vector<RunFolder> SweepRun::foldersOf(std::size_t fleet, bool resumed, std::int64_t step) {
    std::vector<RunFolder> folders;
    for (const std::size_t member : plan_.fleets[fleet].members) {
        const std::string path = fmt::format("{}/{}", folder_, plan_.members[member].folder);
        folders.push_back(resumed ? RunFolder::resume(path, plan_.ofMember(member), step)
                                  : RunFolder::create(path, plan_.ofMember(member), true));
        for (const std::string& remark : folders.back().remarks()) {
            say(remark);
        }
    }
    return folders;
}

void SweepRun::trainFleet(std::size_t fleet) {
    const auto count = static_cast<std::int64_t>(plan_.fleets[fleet].members.size());
    const std::string checkpoint = fleetCheckpointPath(folder_, fleet);
    const Experiment experiment = plan_.ofFleet(fleet);
    prepareWorkerThread(experiment.run.threads, true);
    bool resumed = false;
    const std::unique_ptr<Trainer> owned = trainerOf(fleet, resumed);
    Trainer& trainer = *owned;
    earlierSteps_ += trainer.stepCount() * count;
    modelSteps_ += trainer.stepCount() * count;
    std::vector<RunFolder> folders = foldersOf(fleet, resumed, trainer.stepCount());

    const RunSpec& run = experiment.run;
    const std::chrono::duration<double> autosave(run.autosaveSeconds);
    Clock::time_point lastSave = Clock::now();
    ReportEvaluator evaluator(trainer);
    while (!trainer.finished() && !trainer.failed() && !stopping()) {
        trainer.step();
        modelSteps_ += count;
        // The line of the last step comes with everything evaluated.
        if (trainer.stepCount() % run.reportEvery == 0 && !trainer.finished()) {
            const Report report = evaluator.report(trainer);
            for (std::size_t i = 0; i < folders.size(); ++i) {
                writeOrSay([&] { folders[i].append(memberReport(report, static_cast<int>(i))); });
            }
        }
        if (Clock::now() - lastSave >= autosave) {
            for (RunFolder& folder : folders) {
                writeOrSay([&] { folder.syncMetrics(); });
            }
            writeOrSay([&] { saveCheckpoint(checkpoint, trainer); });
            lastSave = Clock::now();
        }
    }
    trainer.pauseClock();
    keepFleet(fleet, trainer, folders);
}

void SweepRun::keepFleet(std::size_t fleet, const Trainer& trainer, std::vector<RunFolder>& folders) {
    const std::vector<std::size_t>& members = plan_.fleets[fleet].members;
    const std::string checkpoint = fleetCheckpointPath(folder_, fleet);
    Trainer lone(plan_.ofMember(members.front()), trainer.dataset());  // stands for each member in turn
    bool written = writeAtLast([&] { saveCheckpoint(checkpoint, trainer); });
    bool kept = trainer.finished() || trainer.failed();
    for (std::size_t i = 0; i < folders.size() && written; ++i) {
        copyMember(trainer, static_cast<int>(i), lone);
        written = writeAtLast([&] { folders[i].saveCheckpoint(lone); });
        // Summaries take a while; those that a signal leaves out are made when the sweep goes on.
        kept = kept && written && !stopping();
        if (kept) {
            const Report last = finalReport(lone);
            if (trainer.finished() && folders[i].lastLine() != lone.stepCount()) {
                // Only once: a line that the disk did not take waits.
                writeOrSay([&] { folders[i].append(last); });
                written = writeAtLast([&] { folders[i].syncMetrics(); });
            }
            const std::string summary = summaryJson(lone, last);
            written = written && writeAtLast([&] { folders[i].saveSummary(summary); });
        }
    }
    if (kept && written) {
        std::error_code ignored;
        std::filesystem::remove(checkpoint, ignored);
        // Of a fleet that diverged as a whole.
        modelSteps_ += (steps_[fleet] - trainer.stepCount()) * static_cast<std::int64_t>(members.size());
        ++fleetsEnded_;
    }
}

}  // namespace elbo
