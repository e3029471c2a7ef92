#include "training/step/worker_thread.h"

#include <torch/version.h>

#include <algorithm>
#include <string>
#include <thread>

#include "models/tensor/torch.h"
#include "training/step/vector_state.h"

namespace elbo {

namespace {

/// Fleet parameters are strided views of one buffer on purpose; LibTorch's remark that this layout is unusual would
/// only puzzle a reader of the terminal. Everything else it has to say is passed on.
class FleetWarnings : public c10::WarningHandler {
  public:
#if TORCH_VERSION_MAJOR >= 2
    void process(const c10::Warning& warning) override {
        if (isNews(warning.msg())) {
            c10::WarningHandler::process(warning);
        }
    }
    void install() {
        c10::WarningUtils::set_warning_handler(this);
    }
#else
    void process(const c10::SourceLocation& place, const std::string& message, const bool verbatim) override {
        if (isNews(message)) {
            c10::WarningHandler::process(place, message, verbatim);
        }
    }
    void install() {
        c10::Warning::set_warning_handler(this);
    }
#endif

  private:
    static bool isNews(const std::string& message) {
        return message.find("gradient layout contract") == std::string::npos;
    }
};

}  // namespace

int usableThreads(int wanted) {
    const auto cores = static_cast<int>(std::thread::hardware_concurrency());  // 0: not known
    return std::max(1, cores > 0 ? std::min(wanted, cores) : wanted);
}

void prepareWorkerThread(int threads, bool gradients) {
    static FleetWarnings warnings;
    warnings.install();
    at::set_num_threads(usableThreads(threads));
    // Denormals slow training several-fold on some processors; the flag is per thread.
    at::globalContext().setFlushDenormal(true);
    clearVectorState();
    at::GradMode::set_enabled(gradients);
}

}  // namespace elbo
