// Checkpoints: one safetensors file with parameters, optimiser, step and experiment, sealed by SHA-256. Seed and step
// are the whole state of every random stream (training/noise.h, training/data/binarise.h).
#pragma once

#include <memory>
#include <string>

#include "training/data/dataset.h"
#include "training/engine/snapshot.h"
#include "training/engine/trainer.h"
#include "training/experiment/experiment.h"

namespace elbo {

/// Writes atomically (temporary file, fsync, rename); throws InputError with the path and the system's reason.
void saveCheckpoint(const std::string& path, const Trainer& trainer);

/// Whether a run can go on from where it is: a member is not paused, and its parameters are finite. What a step made of
/// them is found by the next one only, and a checkpoint of it would take the place of the last good one.
bool canGoOn(const Trainer& trainer);

/// The experiment a checkpoint carries. Verifies the seal: one flipped byte anywhere is an InputError.
Experiment checkpointExperiment(const std::string& path);

/// Puts the stored state into a trainer built from the same experiment (knobs and step count may differ). Throws
/// InputError when the file is damaged or belongs to another architecture.
void restoreCheckpoint(const std::string& path, Trainer& trainer);

}  // namespace elbo
