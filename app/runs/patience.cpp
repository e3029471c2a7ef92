#include "app/runs/patience.h"

#include <fmt/format.h>

#include <thread>

#include "training/experiment/input_error.h"

namespace elbo {

bool writePatiently(const std::function<void()>& write, const std::function<void(const std::string&)>& say,
                    const Patience& patience) {
    for (int attempt = 1;; ++attempt) {
        try {
            write();
            return true;
        } catch (const InputError& error) {
            if (attempt >= patience.tries) {
                say(attempt == 1 ? std::string(error.what()) : fmt::format("given up: {}", error.what()));
                return false;
            }
            if (attempt == 1) {
                const std::chrono::duration<double> rest = patience.pause * (patience.tries - 1);
                say(fmt::format("{}; it is tried again for {:.0f} s, a signal ends that", error.what(), rest.count()));
            }
            std::this_thread::sleep_for(patience.pause);
        }
    }
}

}  // namespace elbo
