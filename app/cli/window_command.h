// `elboroom [FILE]`: opens the lab.
#pragma once

#include <string>

namespace elbo {

struct WindowOptions {
    std::string file;          ///< experiment, checkpoint, figure or data file; a built-in name also serves
    bool fresh = false;        ///< neither restore nor store the last session
    std::string theme;         ///< "dark", "light", or empty: as stored
    std::string geometry;      ///< "1280x800", or empty: as stored
    std::string screenshot;    ///< PNG to write; then the program ends
    long long afterSteps = 0;  ///< steps to train before the screenshot
};

/// Runs the window until it is closed; needs a QApplication. Returns the exit code; throws InputError for a bad file.
int windowCommand(const WindowOptions& options);

}  // namespace elbo
