#include "training/step/failure_words.h"

#include <c10/util/Exception.h>

#include <new>

namespace elbo {

bool isOutOfMemory(const std::exception& error) {
    if (dynamic_cast<const std::bad_alloc*>(&error) != nullptr) {
        return true;
    }
    const auto* ofTorch = dynamic_cast<const c10::Error*>(&error);
    if (ofTorch == nullptr) {
        return false;
    }
    const std::string message = ofTorch->what_without_backtrace();
    return message.find("allocate memory") != std::string::npos || message.find("out of memory") != std::string::npos;
}

std::string failureWords(const std::exception& error) {
    if (isOutOfMemory(error)) {
        return "there is not enough memory for this experiment; make the data, the widths or the fleet smaller";
    }
    const auto* ofTorch = dynamic_cast<const c10::Error*>(&error);
    const std::string message = ofTorch == nullptr ? error.what() : ofTorch->what_without_backtrace();
    return ofTorch == nullptr ? message : message.substr(0, message.find('\n'));
}

}  // namespace elbo
