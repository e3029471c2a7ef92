#include "app/runs/run_folder.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <filesystem>
#include <sstream>
#include <system_error>
#include <utility>

#include "app/runs/step_checkpoints.h"
#include "training/experiment/experiment_text.h"
#include "training/experiment/input_error.h"
#include "training/experiment/input_file.h"
#include "training/files/atomic_file.h"
#include "training/metrics/history.h"
#include "training/run/checkpoint.h"

namespace elbo {

namespace {

const char* const kMetrics = "metrics.jsonl";

constexpr std::uint64_t kMostMetricBytes = std::uint64_t{4} << 30;

/// What a file of metrics holds up to a step.
struct MetricLines {
    std::string text;
    std::vector<std::int64_t> steps;  ///< of its lines
    std::size_t damaged = 0;          ///< lines left out because they are none, or stand before an earlier one
};

/// Lines that were cut short by a crash, or damaged otherwise, are left out; those behind them are not.
MetricLines linesUpTo(const std::string& path, std::int64_t step) {
    MetricLines lines;
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored)) {
        return lines;
    }
    std::istringstream in(readInputFile(path, {"a file of metrics", kMostMetricBytes}));
    std::string line;
    while (std::getline(in, line)) {
        const std::optional<Report> report = parseReport(line);
        if (!report || report->step < 0 || (!lines.steps.empty() && report->step <= lines.steps.back())) {
            ++lines.damaged;
        } else if (report->step <= step) {
            lines.text += line + '\n';
            lines.steps.push_back(report->step);
        }
    }
    return lines;
}

/// What is to be said of the metrics of a run that goes on from `step`.
std::vector<std::string> remarksOn(const MetricLines& lines, const std::string& path, std::int64_t step,
                                   std::int64_t reportEvery) {
    std::vector<std::string> remarks;
    if (lines.damaged > 0) {
        remarks.push_back(
            fmt::format("{}: {} damaged line{} left out", path, lines.damaged, lines.damaged == 1 ? " is" : "s are"));
    }
    const std::int64_t last = lines.steps.empty() ? 0 : lines.steps.back();
    const std::size_t count = lines.steps.size();
    // The run may have reported less often before.
    const std::int64_t every =
        count < 2 ? reportEvery : std::max(reportEvery, lines.steps[count - 1] - lines.steps[count - 2]);
    if (step - last >= every) {
        remarks.push_back(
            fmt::format("{}: the lines from step {} to the checkpoint's step {} are missing", path, last, step));
    }
    return remarks;
}

}  // namespace

RunFolder::RunFolder(std::string path, const Experiment& experiment, FolderLock lock)
    : path_(std::move(path)), lock_(std::move(lock)) {
    makeFolder(path_);
    removeAbandonedFiles(path_);
    writeFileAtomically(file("experiment.toml"), writeExperiment(experiment));
}

std::string RunFolder::checkpointPath(const std::string& folder) {
    return folder + "/checkpoint.safetensors";
}

RunFolder RunFolder::create(const std::string& path, const Experiment& experiment, bool overwrite, FolderLock lock) {
    std::error_code ignored;
    if (!overwrite && std::filesystem::exists(checkpointPath(path), ignored)) {
        throw InputError(
            fmt::format("{0}: the folder already holds a run; go on with it by --resume {0}, choose another folder, or "
                        "replace it by --overwrite",
                        path));
    }
    RunFolder folder(path, experiment, std::move(lock));
    std::filesystem::remove(checkpointPath(path), ignored);
    std::filesystem::remove(folder.file("summary.json"), ignored);
    for (const std::int64_t step : stepCheckpoints(path)) {
        std::filesystem::remove(stepCheckpointPath(path, step), ignored);
    }
    writeFileAtomically(folder.file(kMetrics), "");
    folder.metrics_.emplace(folder.file(kMetrics));
    return folder;
}

RunFolder RunFolder::resume(const std::string& path, const Experiment& experiment, std::int64_t step, FolderLock lock) {
    RunFolder folder(path, experiment, std::move(lock));
    const std::string metrics = folder.file(kMetrics);
    const MetricLines lines = linesUpTo(metrics, step);
    folder.lastLine_ = lines.steps.empty() ? -1 : lines.steps.back();
    folder.checkpointStep_ = step;
    folder.remarks_ = remarksOn(lines, metrics, step, experiment.run.reportEvery);
    if (const std::size_t later = setLaterCheckpointsAside(path, step); later > 0) {
        folder.remarks_.push_back(fmt::format("{}: {} checkpoint{} of later steps {} set aside, as FILE.later", path,
                                              later, later == 1 ? "" : "s", later == 1 ? "is" : "are"));
    }
    writeFileAtomically(metrics, lines.text);
    folder.metrics_.emplace(metrics);
    return folder;
}

void RunFolder::write(const std::string& path, const Trainer& trainer, const ReportHistory& history) {
    RunFolder folder(path, trainer.experiment(), {});
    std::string lines;
    for (const std::shared_ptr<const Report>& report : history) {
        lines += reportJson(*report) + '\n';
    }
    writeFileAtomically(folder.file(kMetrics), lines);
    elbo::saveCheckpoint(checkpointPath(path), trainer);
}

ReportHistory RunFolder::historyBeside(const std::string& checkpoint, std::int64_t step) {
    const std::string folder = std::filesystem::path(checkpoint).parent_path().string();
    History history;
    if (checkpoint == checkpointPath(folder) || checkpoint == stepCheckpointPath(folder, step)) {
        std::istringstream lines(linesUpTo(folder + "/" + kMetrics, step).text);
        std::string line;
        while (std::getline(lines, line)) {
            if (std::optional<Report> report = parseReport(line)) {
                history.add(std::make_shared<const Report>(std::move(*report)));
            }
        }
    }
    return history.reports();
}

void RunFolder::append(const Report& report) {
    lastLine_ = report.step;
    metrics_.value().append(reportJson(report));
}

void RunFolder::syncMetrics() {
    if (metrics_) {
        metrics_->sync();
    }
}

void RunFolder::saveCheckpoint(const Trainer& trainer) {
    std::exception_ptr failure;
    try {
        syncMetrics();
    } catch (const InputError&) {
        failure = std::current_exception();
    }
    const std::string path = checkpointPath(path_);
    elbo::saveCheckpoint(path, trainer);
    checkpointStep_ = trainer.stepCount();
    if (const int most = trainer.experiment().run.keepCheckpoints; most > 0) {
        keepStepCheckpoint(path_, path, *checkpointStep_, static_cast<std::size_t>(most));
    }
    if (failure) {
        std::rethrow_exception(failure);
    }
}

void RunFolder::saveSummary(const std::string& json) const {
    writeFileAtomically(file("summary.json"), json + "\n");
}

}  // namespace elbo
