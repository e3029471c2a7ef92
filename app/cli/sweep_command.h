// `elboroom sweep`: one experiment under many knobs and seeds.
#pragma once

#include <CLI/App.hpp>
#include <functional>
#include <string>
#include <vector>

namespace elbo {

/// Adds the subcommand; when it is chosen, `action` runs it and returns the exit code. `arguments` are the program's.
void addSweep(CLI::App& app, std::function<int()>& action, char** arguments);

}  // namespace elbo
