#include "app/process/thread_budget.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>

#include "training/step/worker_thread.h"

#ifdef __linux__
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace elbo {

namespace {

#ifdef __linux__
/// Keeps what the user has set.
bool setUnlessPresent(const char* name, const std::string& value) {
    if (std::getenv(name) != nullptr) {
        return false;
    }
    setenv(name, value.c_str(), 1);
    return true;
}
#endif

}  // namespace

void adoptThreadBudget(char** arguments) {
#ifdef __linux__
    const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
    // llvmpipe draws with one thread per core unless told otherwise; leave the training thread a core of its own.
    setUnlessPresent("LP_NUM_THREADS", cores <= 2 ? "0" : std::to_string(std::min(cores - 2, 4U)));
    // Idle OpenMP workers sleep instead of spinning on a core that the window needs. Both are read when the libraries
    // are loaded, which has already happened: begin again with them set.
    bool again = setUnlessPresent("OMP_WAIT_POLICY", "passive");
    again = setUnlessPresent("OPENBLAS_NUM_THREADS", "1") || again;
    if (again) {
        execv("/proc/self/exe", arguments);
        // Where that fails the settings are only a matter of speed: go on without them.
    }
#else
    static_cast<void>(arguments);
#endif
}

std::string threadRemark(int wanted) {
    const int used = usableThreads(wanted);
    return used == wanted ? std::string()
                          : fmt::format("{} threads are asked for, but this machine has {} core{}: it uses {}", wanted,
                                        used, used == 1 ? "" : "s", used);
}

void remarkOnThreads(int wanted) {
    if (const std::string remark = threadRemark(wanted); !remark.empty()) {
        std::fprintf(stderr, "elboroom: %s\n", remark.c_str());
    }
}

void lowerThreadPriority(int nice) {
#ifdef __linux__
    // On Linux the nice value belongs to the thread, not to the process.
    setpriority(PRIO_PROCESS, static_cast<id_t>(syscall(SYS_gettid)), nice);
#else
    static_cast<void>(nice);
#endif
}

}  // namespace elbo
