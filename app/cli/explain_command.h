// `elboroom explain`: which model an objective is, what it needs to be trained, and what it asks for.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "models/algebra/family.h"

namespace CLI {
class App;
}

namespace elbo {

struct ExplainOptions {
    std::string experiment;                ///< TOML file or built-in name; empty: the multipliers are given
    std::vector<std::string> assignments;  ///< --set key=value
    std::string multipliers;               ///< "i_q=-1,kl_z_qp=1"
    bool json = false;                     ///< one object; an array of them for a fleet
};

/// Adds the subcommand to the program. `action` is set when it is the one that was asked for.
void addExplain(CLI::App& app, std::function<int()>& action);

/// Prints the explanation and returns the exit code. Throws UsageError, and InputError for bad input.
int explainCommand(const ExplainOptions& options);

/// Reads "i_q=-1,kl_z_qp=1": names in any order, each at most once, the others are zero. Throws UsageError that names
/// what is wrong and the names there are.
MultiplierWeights parseMultipliers(const std::string& text);

}  // namespace elbo
