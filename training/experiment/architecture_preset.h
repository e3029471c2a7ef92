// Architectures that have a name, as data: fields of [model] with their source.
#pragma once

#include <string>
#include <vector>

#include "training/experiment/experiment.h"

namespace elbo {

/// A named architecture. Any thread.
struct ArchitecturePreset {
    std::string name;         ///< "rd-conv-deconv-normal": what `--set architecture=` takes
    std::string label;        ///< as a figure has it: "(-, -, -)"
    std::string source;       ///< "Alemi et al. 2018, App. F"
    std::string explanation;  ///< one sentence, for a tooltip
    /// Assignments to fields of [model] such as "model.latent_dim=64", in the order in which they are made.
    std::vector<std::string> settings;

    bool operator==(const ArchitecturePreset&) const = default;
};

/// Reads a list of [[architecture]] tables. `origin` names the file in messages. Every one is tried on the default
/// experiment, so that a misspelt setting is an error here, as is one outside [model]. Throws InputError.
std::vector<ArchitecturePreset> parseArchitectures(const std::string& toml, const std::string& origin);

/// The experiment with this architecture. Fields of [model] that it does not name have their initial values, but what
/// the data ask for and what fits any architecture stays: the latent dimension, the likelihood and its variance. Throws
/// InputError when the settings do not fit the rest of the experiment.
Experiment withArchitecture(const Experiment& experiment, const ArchitecturePreset& preset);

}  // namespace elbo
