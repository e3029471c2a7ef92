// `elboroom train`: the engine without a screen.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "training/experiment/experiment.h"

namespace elbo {

struct TrainOptions {
    std::string experiment;                ///< TOML file or built-in name; may be empty when resuming
    std::vector<std::string> assignments;  ///< --set key=value
    std::optional<std::int64_t> steps;
    std::string out;     ///< folder of a new run; empty: nothing is written
    std::string resume;  ///< folder of an older run
    bool overwrite = false;
    bool json = false;
};

/// Trains to RunSpec::steps and returns the exit code. Throws InputError for bad input.
int trainCommand(const TrainOptions& options);

/// The experiment of the options that start a new run: named, then changed by --set and --steps. Throws InputError.
Experiment requestedExperiment(const std::string& fileOrName, const std::vector<std::string>& assignments,
                               std::optional<std::int64_t> steps);

}  // namespace elbo
