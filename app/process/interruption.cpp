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
    std::signal(SIGINT, onSignal);
    std::signal(SIGTERM, onSignal);
}

bool interrupted() {
    return caught.load(std::memory_order_relaxed);
}

}  // namespace elbo
