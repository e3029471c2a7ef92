#include "app/process/interruption.h"

#include <atomic>
#include <csignal>

namespace elbo {

namespace {

std::atomic<bool> caught{false};
static_assert(std::atomic<bool>::is_always_lock_free, "read and written inside a signal handler");

extern "C" void onSignal(int signal) {
    caught.store(true);
    std::signal(signal, SIG_DFL);
}

}  // namespace

void catchInterruption() {
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
        // nohup, for one, has asked for a signal to be ignored.
        if (std::signal(signal, onSignal) == SIG_IGN) {
            std::signal(signal, SIG_IGN);
        }
    }
}

bool interrupted() {
    return caught.load(std::memory_order_relaxed);
}

}  // namespace elbo
