// `elboroom list`: what names there are.
#pragma once

#include <string>

namespace elbo {

/// Prints the names of one kind (data, models, architectures, objectives, metrics, experiments, figures) with a
/// sentence each, as a table or as a JSON array of objects. Returns the exit code.
int listCommand(const std::string& kind, bool json);

}  // namespace elbo
