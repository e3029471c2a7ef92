// Writing what must not be lost at the end of a run: tried again for a while where the disk refuses.
#pragma once

#include <chrono>
#include <functional>
#include <string>

namespace elbo {

/// How long to go on trying.
struct Patience {
    int tries = 5;
    std::chrono::milliseconds pause{2500};  ///< between two tries
};

/// Calls `write` until it throws no InputError. The first failure is said, with how long it will be tried again.
/// Returns whether it succeeded; the last failure is then said too. Any thread; a second signal ends the program, and
/// so the wait.
bool writePatiently(const std::function<void()>& write, const std::function<void(const std::string&)>& say,
                    const Patience& patience = {});

}  // namespace elbo
