// The named architectures that come with the program.
#pragma once

#include <string>
#include <vector>

#include "training/experiment/architecture_preset.h"

namespace elbo {

/// Those of resources/architectures.toml, in the order of the file. Any thread.
const std::vector<ArchitecturePreset>& builtinArchitectures();

/// Throws InputError with the nearest names.
const ArchitecturePreset& namedArchitecture(const std::string& name);

}  // namespace elbo
