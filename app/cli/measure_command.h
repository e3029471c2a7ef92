// `elboroom measure`: every metric of a stored model, or of plain point sets in CSV files.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>

namespace elbo {

/// Adds the command to `app`; choosing it sets `action` to what runs it and returns the exit code.
void addMeasure(CLI::App& app, std::function<int()>& action);

}  // namespace elbo
