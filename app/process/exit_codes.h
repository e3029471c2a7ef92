// What the program says to the shell when it ends.
#pragma once

namespace elbo {

enum ExitCode : int {
    kDone = 0,
    kInternalError = 1,
    kUsage = 2,
    kBadInput = 3,
    kDiverged = 4,
    kInterrupted = 130,
};

}  // namespace elbo
