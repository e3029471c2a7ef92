// Earlier checkpoints of a run, each under the step that it was made at: DIR/checkpoint-1200.safetensors.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace elbo {

std::string stepCheckpointPath(const std::string& folder, std::int64_t step);

/// The steps of those in `folder`, in their order; empty for a folder that cannot be read.
std::vector<std::int64_t> stepCheckpoints(const std::string& folder);

/// Gives the checkpoint at `newest`, which was made at `step`, a second name with its step, and removes the oldest of
/// these names beyond the last `most`, those of later steps not counted. Where the disk knows no second names it is
/// copied. Throws InputError.
void keepStepCheckpoint(const std::string& folder, const std::string& newest, std::int64_t step, std::size_t most);

/// Sets aside those of later steps than `step`, which belong to a past that another one takes the place of. How many.
std::size_t setLaterCheckpointsAside(const std::string& folder, std::int64_t step);

}  // namespace elbo
