// `elboroom bench`: the engine beside plain LibTorch, the measures, and the window beside no window, in one run.
#pragma once

#include <string>

namespace elbo {

struct BenchOptions {
    bool json = false;                 ///< one object on standard output
    double seconds = 2.0;              ///< per measurement
    bool engine = true;                ///< steps per second by tier
    bool measures = true;              ///< seconds of the measures
    bool window = false;               ///< the open window; needs a display (Xvfb will do)
    std::string experiment = "mnist";  ///< of the window part; "digits" where MNIST is absent
};

/// Needs a QApplication when `window` is set. Returns the exit code.
int benchCommand(const BenchOptions& options);

}  // namespace elbo
