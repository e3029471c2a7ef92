// The folder of a headless run: metrics.jsonl, summary.json, experiment.toml and checkpoint.safetensors.
#pragma once

#include <cstdint>
#include <fstream>
#include <string>

#include "training/engine/trainer.h"
#include "training/metrics/report.h"

namespace elbo {

/// Writes the files of one run. One thread, one writer per folder. Errors are InputErrors with path, reason and remedy.
class RunFolder {
  public:
    /// A new run in `path`, which is created. A folder that already holds a checkpoint is refused unless `overwrite`.
    static RunFolder create(const std::string& path, const Experiment& experiment, bool overwrite);
    /// Goes on with the run in `path` from `step`: later lines of metrics.jsonl are dropped, so that none is doubled.
    static RunFolder resume(const std::string& path, const Experiment& experiment, std::int64_t step);

    /// Path of the checkpoint in a run folder.
    static std::string checkpointPath(const std::string& folder);

    /// The whole run at once, in place of what the folder held: how the window keeps its session. Not for a folder that
    /// another program writes.
    static void write(const std::string& path, const Trainer& trainer, const ReportHistory& history);

    /// The reports up to `step` in the folder in which a run has its checkpoint at `checkpoint`; empty for a file that
    /// is not the checkpoint of a run folder.
    static ReportHistory historyBeside(const std::string& checkpoint, std::int64_t step);

    void append(const Report& report);
    void saveCheckpoint(const Trainer& trainer) const;
    void saveSummary(const std::string& json) const;

  private:
    RunFolder(std::string path, const Experiment& experiment);
    void openMetrics();
    std::string file(const std::string& name) const { return path_ + "/" + name; }

    std::string path_;
    std::ofstream metrics_;
};

}  // namespace elbo
