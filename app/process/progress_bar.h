// One line on a terminal: how far, how fast, how long still.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace elbo {

/// Draws on standard error, and only where that is a terminal. One thread.
class ProgressBar {
  public:
    /// `first` is the step training starts from, `last` the one it ends at.
    ProgressBar(std::string label, std::int64_t first, std::int64_t last);
    /// Clears the line.
    ~ProgressBar();
    ProgressBar(const ProgressBar&) = delete;
    ProgressBar& operator=(const ProgressBar&) = delete;

    /// Whether a redraw is due; cheap enough for every step.
    bool due() const;
    /// Steps up to `first` were taken by an earlier run: they count as done, but not in the rate.
    void countFrom(std::int64_t first) { first_ = first; }
    /// `note` is shown at the end of the line: "D 96.2  R 5.1".
    void draw(std::int64_t step, const std::string& note);
    /// Clears the line so that a message can be printed.
    void clear();

  private:
    using Clock = std::chrono::steady_clock;

    const std::string label_;
    std::int64_t first_;
    const std::int64_t last_;
    const bool visible_;
    const Clock::time_point start_ = Clock::now();
    Clock::time_point lastDraw_{};
};

/// "12 s", "3 min 05 s", "2 h 10 min".
std::string durationText(double seconds);

}  // namespace elbo
