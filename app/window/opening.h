// What a file given to the lab is: an experiment, a checkpoint, an exported figure or data.
#pragma once

#include <QString>
#include <memory>
#include <string>

#include "training/experiment/experiment.h"
#include "training/frame/sweep_point.h"

namespace elbo {

/// What a file opens as. A checkpoint goes through Session::openCheckpoint, which needs its path only.
struct Opening {
    bool checkpoint = false;
    QString path;           ///< of the file itself: a run folder stands for its checkpoint
    Experiment experiment;  ///< of a file that is no checkpoint
    std::shared_ptr<const Sweep>
        sweep;  ///< of the folder of a sweep: `path` is then the checkpoint of one of its models
};

/// Recognises a TOML experiment, a safetensors checkpoint, a figure with an experiment inside, data that a
/// reader of the lab recognises (files, or a folder of them), which become an experiment on them, the folder of a
/// headless run or of a sweep. Throws InputError (file, what was expected, remedy). Reads small files only, so the GUI
/// thread may call it.
Opening recogniseFile(const QString& path);

/// What EXPERIMENT means on the command line: the experiment of whatever the lab opens, else a built-in name. Throws
/// InputError.
Experiment experimentOf(const std::string& fileOrName);

/// Whether this is the folder of a sweep.
bool isSweepFolder(const QString& path);

/// File-dialog filter of everything that can be opened.
QString openableFiles();

}  // namespace elbo
