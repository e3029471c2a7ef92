// `elboroom download`: fetches a data set and says where it is.
#pragma once

#include <string>

namespace elbo {

/// Needs a QCoreApplication. Shows progress on a terminal, prints the folder, returns the exit code; throws InputError.
int downloadCommand(const std::string& name);

}  // namespace elbo
