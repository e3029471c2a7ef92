// An axis range that glides towards what it should show: no jumps, no jitter.
#pragma once

#include <limits>

namespace elbo {

struct Interval {
    double low = 0.0;
    double high = 1.0;

    double span() const { return high - low; }
    bool operator==(const Interval&) const = default;
};

/// Follows data with hysteresis: the target grows as soon as data leave it, and shrinks only when they fill less than
/// kLeastFill of it. Plain value; time is handed in, so that tests need no clock. For a logarithmic axis, feed
/// logarithms.
class EasedRange {
  public:
    static constexpr double kMargin = 0.08;        ///< free room at either end, of the data's span
    static constexpr double kLeastFill = 0.55;     ///< of the target
    static constexpr double kTimeConstant = 0.12;  ///< seconds in which the distance to the target falls to 1/e

    /// Data now lie in `data`; `atLeast` is the smallest span worth showing. The first call jumps to its target.
    void follow(const Interval& data, double atLeast);
    /// Ends that never move (NaN: free), such as a probability axis from 0.
    void pinLow(double low);
    void pinHigh(double high);
    /// Moves on by `seconds`; true while there is still way to go.
    bool advance(double seconds);
    void jump();
    /// Forgets everything: the next follow() jumps.
    void reset();

    const Interval& current() const { return current_; }
    const Interval& target() const { return target_; }
    bool settled() const { return current_ == target_; }

  private:
    Interval current_;
    Interval target_;
    double pinnedLow_ = kFree;
    double pinnedHigh_ = kFree;
    bool started_ = false;

    static constexpr double kFree = std::numeric_limits<double>::quiet_NaN();
};

}  // namespace elbo
