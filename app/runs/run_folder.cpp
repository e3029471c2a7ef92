#include "app/runs/run_folder.h"

#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>
#include <system_error>
#include <utility>

#include "training/experiment/experiment_text.h"
#include "training/experiment/input_error.h"
#include "training/files/atomic_file.h"
#include "training/metrics/history.h"
#include "training/run/checkpoint.h"

namespace elbo {

namespace {

const char* const kMetrics = "metrics.jsonl";

/// The lines of `path` whose step is at most `step`. A last line that was cut short by a crash is left out.
std::string linesUpTo(const std::string& path, std::int64_t step) {
    std::ifstream in(path);
    std::string kept, line;
    while (std::getline(in, line)) {
        const auto parsed = nlohmann::json::parse(line, nullptr, false);
        if (!parsed.is_object() || !parsed.contains("step") || !parsed["step"].is_number_integer() ||
            parsed["step"].get<std::int64_t>() > step) {
            break;
        }
        kept += line + '\n';
    }
    return kept;
}

}  // namespace

RunFolder::RunFolder(std::string path, const Experiment& experiment) : path_(std::move(path)) {
    std::error_code error;
    std::filesystem::create_directories(path_, error);
    if (error) {
        throw InputError(
            fmt::format("{}: the folder cannot be made ({}); choose another one with --out", path_, error.message()));
    }
    writeFileAtomically(file("experiment.toml"), writeExperiment(experiment));
}

std::string RunFolder::checkpointPath(const std::string& folder) {
    return folder + "/checkpoint.safetensors";
}

RunFolder RunFolder::create(const std::string& path, const Experiment& experiment, bool overwrite) {
    std::error_code ignored;
    if (!overwrite && std::filesystem::exists(checkpointPath(path), ignored)) {
        throw InputError(
            fmt::format("{0}: the folder already holds a run; go on with it by --resume {0}, choose another folder, or "
                        "replace it by --overwrite",
                        path));
    }
    RunFolder folder(path, experiment);
    std::filesystem::remove(checkpointPath(path), ignored);
    std::filesystem::remove(folder.file("summary.json"), ignored);
    writeFileAtomically(folder.file(kMetrics), "");
    folder.openMetrics();
    return folder;
}

RunFolder RunFolder::resume(const std::string& path, const Experiment& experiment, std::int64_t step) {
    RunFolder folder(path, experiment);
    writeFileAtomically(folder.file(kMetrics), linesUpTo(folder.file(kMetrics), step));
    folder.openMetrics();
    return folder;
}

void RunFolder::write(const std::string& path, const Trainer& trainer, const ReportHistory& history) {
    const RunFolder folder(path, trainer.experiment());
    std::string lines;
    for (const std::shared_ptr<const Report>& report : history) {
        lines += reportJson(*report) + '\n';
    }
    writeFileAtomically(folder.file(kMetrics), lines);
    folder.saveCheckpoint(trainer);
}

ReportHistory RunFolder::historyBeside(const std::string& checkpoint, std::int64_t step) {
    const std::string folder = std::filesystem::path(checkpoint).parent_path().string();
    History history;
    if (checkpoint == checkpointPath(folder)) {
        std::istringstream lines(linesUpTo(folder + "/" + kMetrics, step));
        std::string line;
        while (std::getline(lines, line)) {
            if (std::optional<Report> report = parseReport(line)) {
                history.add(std::make_shared<const Report>(std::move(*report)));
            }
        }
    }
    return history.reports();
}

void RunFolder::openMetrics() {
    metrics_.open(file(kMetrics), std::ios::app);
    if (!metrics_) {
        throw InputError(fmt::format("{}: the file cannot be written; check its permissions", file(kMetrics)));
    }
}

void RunFolder::append(const Report& report) {
    metrics_ << reportJson(report) << std::endl;
    if (!metrics_) {
        metrics_.clear();
        throw InputError(fmt::format("{}: a line could not be written; is the disk full?", file(kMetrics)));
    }
}

void RunFolder::saveCheckpoint(const Trainer& trainer) const {
    elbo::saveCheckpoint(checkpointPath(path_), trainer);
}

void RunFolder::saveSummary(const std::string& json) const {
    writeFileAtomically(file("summary.json"), json + "\n");
}

}  // namespace elbo
