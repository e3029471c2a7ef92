// How fast training goes.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace elbo {

/// Steps per second over about the last second. Thread: one at a time. Allocates nothing.
class StepRate {
  public:
    using Clock = std::chrono::steady_clock;

    /// `steps` have been taken by `now`.
    void mark(Clock::time_point now, std::int64_t steps);
    void clear() { size_ = 0; }
    /// 0 before the second mark.
    double perSecond() const;

  private:
    struct Mark {
        Clock::time_point at;
        std::int64_t steps = 0;
    };
    const Mark& back(std::size_t age) const { return marks_[(next_ + marks_.size() - 1 - age) % marks_.size()]; }

    std::array<Mark, 32> marks_{};
    std::size_t next_ = 0;  ///< where the next mark goes
    std::size_t size_ = 0;
};

}  // namespace elbo
