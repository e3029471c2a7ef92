// The named objectives that come with the program.
#pragma once

#include <string>
#include <vector>

#include "training/experiment/objective_preset.h"

namespace elbo {

/// Those of resources/objectives.toml, in the order of the file. Any thread.
const std::vector<ObjectivePreset>& builtinObjectives();

/// What `--set` takes: "objective=alice" for a named objective, "architecture=infovae-dcgan" for a named architecture,
/// or else an assignment to a field (experiment_text.h).
/// Throws InputError and leaves the experiment as it was.
void applySetting(Experiment& experiment, const std::string& assignment);

/// Throws InputError with the nearest names.
const ObjectivePreset& namedObjective(const std::string& name);

}  // namespace elbo
