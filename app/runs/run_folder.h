// The folder of a headless run: metrics.jsonl, summary.json, experiment.toml and checkpoint.safetensors.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/runs/folder_lock.h"
#include "app/runs/metrics_file.h"
#include "training/engine/trainer.h"
#include "training/metrics/report.h"

namespace elbo {

/// Writes the files of one run. One thread, one writer per folder. Errors are InputErrors with path, reason and remedy.
class RunFolder {
  public:
    /// A new run in `path`, which is created. A folder that already holds a checkpoint is refused unless `overwrite`.
    /// `lock` is held as long as the run; a sweep, whose own lock keeps others away, gives none.
    static RunFolder create(const std::string& path, const Experiment& experiment, bool overwrite,
                            FolderLock lock = {});
    /// Goes on with the run in `path` from `step`: later lines of metrics.jsonl are dropped, so that none is doubled,
    /// and so are damaged ones; checkpoints of later steps are set aside. What is wrong is among the remarks.
    static RunFolder resume(const std::string& path, const Experiment& experiment, std::int64_t step,
                            FolderLock lock = {});

    const std::string& path() const { return path_; }
    /// Path of the checkpoint in a run folder.
    static std::string checkpointPath(const std::string& folder);

    /// The whole run at once, in place of what the folder held: how the window keeps its session. Not for a folder that
    /// another program writes.
    static void write(const std::string& path, const Trainer& trainer, const ReportHistory& history);

    /// The reports up to `step` in the folder in which a run has its checkpoint of that step at `checkpoint`; empty for
    /// a file that is not the checkpoint of a run folder. Damaged lines are left out.
    static ReportHistory historyBeside(const std::string& checkpoint, std::int64_t step);

    /// For the user, of what was found when the run was gone on with; one sentence each.
    const std::vector<std::string>& remarks() const { return remarks_; }

    /// Step of the last line of metrics.jsonl, from this start of the run or an earlier one, written or waiting; -1:
    /// there is none.
    std::int64_t lastLine() const { return lastLine_; }
    /// Adds a line to metrics.jsonl; see MetricsFile::append(): after an error it waits for the next line or
    /// syncMetrics(), and must not be added again.
    void append(const Report& report);
    /// Flushes metrics.jsonl to the disk, lines that wait as well. Before a checkpoint, so that no power cut leaves the
    /// one behind the other.
    void syncMetrics();
    /// Flushes metrics.jsonl, then writes the checkpoint, also where the former fails. As many of the last as
    /// RunSpec::keepCheckpoints says stay under their step too.
    void saveCheckpoint(const Trainer& trainer);
    /// The step of the checkpoint in the folder, from this start of the run or an earlier one; nothing: there is none.
    std::optional<std::int64_t> checkpointStep() const { return checkpointStep_; }
    void saveSummary(const std::string& json) const;

  private:
    RunFolder(std::string path, const Experiment& experiment, FolderLock lock);
    std::string file(const std::string& name) const { return path_ + "/" + name; }

    std::string path_;
    FolderLock lock_;
    std::optional<MetricsFile> metrics_;
    std::int64_t lastLine_ = -1;
    std::optional<std::int64_t> checkpointStep_;
    std::vector<std::string> remarks_;
};

}  // namespace elbo
