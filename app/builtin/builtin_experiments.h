// The experiments that come inside the program, and what a name on the command line or in a menu stands for.
#pragma once

#include <string>
#include <vector>

#include "training/experiment/experiment.h"

namespace elbo {

/// A line of the menu and of `elboroom list experiments`.
struct BuiltinEntry {
    std::string name;   ///< "two-points-infovae"
    std::string title;  ///< "Two points, InfoVAE"
};

/// All built-in experiments in the order of their menu. Any thread.
std::vector<BuiltinEntry> builtinExperiments();

/// The built-in experiment of that name. Throws InputError that lists the names, nearest first. Any thread.
Experiment builtinExperiment(const std::string& name);

/// What EXPERIMENT means on the command line: a TOML file, else a built-in name. Throws InputError. Any thread.
Experiment namedExperiment(const std::string& fileOrName);

/// `names` sorted by how many letters must change to reach `wanted`, nearest first.
std::vector<std::string> nearestFirst(const std::string& wanted, std::vector<std::string> names);

}  // namespace elbo
