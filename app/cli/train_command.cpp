#include "app/cli/train_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "app/builtin/builtin_objectives.h"
#include "app/process/exit_codes.h"
#include "app/process/interruption.h"
#include "app/process/progress_bar.h"
#include "app/process/thread_budget.h"
#include "app/runs/patience.h"
#include "app/runs/report_evaluator.h"
#include "app/runs/run_folder.h"
#include "app/runs/summary.h"
#include "app/window/opening.h"
#include "training/experiment/experiment_text.h"
#include "training/experiment/input_error.h"
#include "training/measure/evaluation.h"
#include "training/run/checkpoint.h"
#include "training/step/worker_thread.h"

namespace elbo {

namespace {

using Clock = std::chrono::steady_clock;

/// Fields that a resumed run may change: everything else decides what the next step is.
bool mayChangeOnResume(const std::string& key) {
    static const std::set<std::string> kFree{"name",         "title",      "schedule.period",  "schedule.beta_rise",
                                             "run.steps",    "run.device", "run.report_every", "run.autosave_seconds",
                                             "history.moves"};
    return kFree.contains(key) || std::any_of(kKnobNames.begin(), kKnobNames.end(), [&](const KnobName& knob) {
               return key == std::string("objective.") + knob.name || key == std::string("schedule.") + knob.name;
           });
}

void refuseOtherRun(const Experiment& stored, const Experiment& wanted, const std::string& folder) {
    for (const std::string& key : experimentKeys()) {
        const std::string before = fieldText(stored, key);
        const std::string after = fieldText(wanted, key);
        if (before != after && !mayChangeOnResume(key)) {
            throw InputError(
                fmt::format("{}: {} is {} in the stored run and cannot become {}; start a new run with --out", folder,
                            key, before, after));
        }
    }
    if (stored.fleetSize() != wanted.fleetSize()) {
        throw InputError(fmt::format("{}: the stored run has a fleet of {}, not of {}; start a new run with --out",
                                     folder, stored.fleetSize(), wanted.fleetSize()));
    }
}

/// The experiment of a resumed run: the stored one, with its knobs and length changed by the options.
Experiment resumedExperiment(const TrainOptions& options) {
    const Experiment stored = checkpointExperiment(RunFolder::checkpointPath(options.resume));
    if (!options.experiment.empty()) {
        const Experiment named = experimentOf(options.experiment);
        if (named.name != stored.name) {
            throw InputError(
                fmt::format("{}: the folder holds a run of \"{}\", not of \"{}\"; leave the name out or choose another "
                            "folder",
                            options.resume, stored.name, named.name));
        }
    }
    Experiment wanted = stored;
    for (const std::string& assignment : options.assignments) {
        applySetting(wanted, assignment);
    }
    if (options.steps) {
        wanted.run.steps = *options.steps;
    }
    wanted.validate();
    refuseOtherRun(stored, wanted, options.resume);
    return wanted;
}

/// A run must outlive a disk that is full for a while: what cannot be written now is said and tried again later.
template <typename Write>
void writeOrWarn(ProgressBar* bar, Write&& write) {
    try {
        write();
    } catch (const InputError& error) {
        if (bar != nullptr) {
            bar->clear();
        }
        std::fprintf(stderr, "elboroom: %s\n", error.what());
    }
}

std::string progressNote(const Report& report) {
    return fmt::format("D {:.2f}  R {:.2f}", report.value("distortion", 0), report.value("rate", 0));
}

/// Trains until the last step, divergence or a signal. The line of the last step is left out: it comes with everything
/// evaluated.
void trainLoop(Trainer& trainer, RunFolder* folder) {
    const Experiment experiment = trainer.experiment();
    std::optional<ReportEvaluator> evaluator;
    if (folder != nullptr) {
        evaluator.emplace(trainer);
    }
    ProgressBar bar(experiment.name, trainer.stepCount(), experiment.run.steps);
    const std::chrono::duration<double> autosave(experiment.run.autosaveSeconds);
    Clock::time_point lastSave = Clock::now();
    while (!trainer.finished() && !trainer.failed() && !interrupted()) {
        trainer.step();
        if (folder != nullptr && trainer.stepCount() % experiment.run.reportEvery == 0 && !trainer.finished()) {
            const Report report = evaluator->report(trainer);
            writeOrWarn(&bar, [&] { folder->append(report); });
        }
        if (folder != nullptr && Clock::now() - lastSave >= autosave && !trainer.failed()) {
            writeOrWarn(&bar, [&] { folder->saveCheckpoint(trainer); });
            lastSave = Clock::now();
        }
        if (bar.due()) {
            bar.draw(trainer.stepCount(), progressNote(runningReport(trainer.progress())));
        }
    }
    trainer.pauseClock();
}

void say(const std::string& message) {
    std::fprintf(stderr, "elboroom: %s\n", message.c_str());
}

/// What the user should know of a run before it begins or goes on.
void sayRemarks(const Experiment& experiment, const RunFolder* folder) {
    remarkOnThreads(experiment.run.threads);
    if (folder != nullptr) {
        std::for_each(folder->remarks().begin(), folder->remarks().end(), say);
    }
}

/// Whether the last checkpoint is on the disk, or none is wanted.
bool keepLast(RunFolder* folder, const Trainer& trainer) {
    return folder == nullptr || trainer.failed() || writePatiently([&] { folder->saveCheckpoint(trainer); }, say);
}

/// `kept`: whether the checkpoint could be written.
int sayInterrupted(const Trainer& trainer, const TrainOptions& options, const std::string& folder, bool kept) {
    if (!kept) {
        say(
            fmt::format("interrupted at step {}; the checkpoint could not be written to {}: what was kept before is "
                        "still there, where anything was",
                        trainer.stepCount(), RunFolder::checkpointPath(folder)));
    } else if (folder.empty()) {
        std::fprintf(stderr, "elboroom: interrupted at step %lld; nothing was kept because --out was not given\n",
                     static_cast<long long>(trainer.stepCount()));
    } else {
        std::fprintf(stderr, "elboroom: interrupted at step %lld; go on with: elboroom train --resume %s%s\n",
                     static_cast<long long>(trainer.stepCount()), folder.c_str(), options.json ? " --json" : "");
    }
    return kInterrupted;
}

}  // namespace

Experiment requestedExperiment(const std::string& fileOrName, const std::vector<std::string>& assignments,
                               std::optional<std::int64_t> steps) {
    Experiment experiment = experimentOf(fileOrName);
    for (const std::string& assignment : assignments) {
        applySetting(experiment, assignment);
    }
    if (steps) {
        experiment.run.steps = *steps;
    }
    experiment.validate();
    return experiment;
}

int trainCommand(const TrainOptions& options) {
    const bool resuming = !options.resume.empty();
    const Experiment experiment = resuming
                                      ? resumedExperiment(options)
                                      : requestedExperiment(options.experiment, options.assignments, options.steps);
    prepareWorkerThread(experiment.run.threads, true);
    Trainer trainer(experiment, loadDataset(experiment.data));
    const std::string path = resuming ? options.resume : options.out;
    std::optional<RunFolder> folder;
    if (resuming) {
        FolderLock lock = FolderLock::ofRun(path);  // before the checkpoint is read, which another might replace
        restoreCheckpoint(RunFolder::checkpointPath(options.resume), trainer);
        folder = RunFolder::resume(path, trainer.experiment(), trainer.stepCount(), std::move(lock));
    } else if (!path.empty()) {
        folder = RunFolder::create(path, experiment, options.overwrite, FolderLock::ofRun(path));
    }
    sayRemarks(experiment, folder ? &*folder : nullptr);

    catchInterruption();
    const std::int64_t first = trainer.stepCount();
    trainLoop(trainer, folder ? &*folder : nullptr);
    bool kept = keepLast(folder ? &*folder : nullptr, trainer);
    if (interrupted() && !trainer.finished()) {
        return sayInterrupted(trainer, options, path, kept);
    }
    const Report last = finalReport(trainer);
    const std::string summary = summaryJson(trainer, last);
    if (folder) {
        // It may be missing from a run that had ended before; one that is only looked at gets none.
        const bool ended = trainer.stepCount() > first || trainer.stepCount() == trainer.experiment().run.steps;
        if (trainer.finished() && ended && folder->lastLine() != trainer.stepCount()) {
            writeOrWarn(nullptr, [&] { folder->append(last); });
            kept = writePatiently([&] { folder->syncMetrics(); }, say) && kept;
        }
        kept = writePatiently([&] { folder->saveSummary(summary); }, say) && kept;
    }
    if (options.json) {
        std::cout << summary << std::endl;
    } else {
        std::cout << summaryText(summary);
        std::cout << (path.empty() ? "nothing was written; give --out DIR to keep the run\n"
                      : kept       ? fmt::format("the run is kept in {}\n", path)
                                   : fmt::format("the run could not be kept as a whole in {}\n", path));
    }
    if (trainer.failed()) {
        std::fprintf(stderr, "elboroom: the run diverged: %s\n", trainer.progress().failure.c_str());
        return kDiverged;
    }
    return kept ? kDone : interrupted() ? kInterrupted : kBadInput;
}

}  // namespace elbo
