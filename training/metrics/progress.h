// How a long measure says how far it is and learns that nobody waits for it any more.
#pragma once

#include <exception>
#include <functional>
#include <stop_token>

namespace elbo {

/// Thrown by measures whose stop was requested.
class MeasureStopped : public std::exception {
  public:
    const char* what() const noexcept override { return "measuring was stopped"; }
};

struct MeasureProgress {
    std::function<void(double)> told;  ///< share of the measure that is done, 0 ... 1; may be empty
    std::stop_token stop;

    /// Called between blocks of work, by the measuring thread. Throws MeasureStopped.
    void at(double share) const {
        if (stop.stop_requested()) {
            throw MeasureStopped();
        }
        if (told) {
            told(share);
        }
    }
};

}  // namespace elbo
