#include "training/experiment/schedule_expression.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <system_error>

#include "training/experiment/input_error.h"
#include "training/experiment/shown_text.h"

namespace elbo {
namespace {

constexpr const char* kSpace = " \t";

/// Lines that make an S: fewer where it has fewer steps, so that each has its own.
constexpr std::int64_t kLogisticLines = 50;

/// The logistic function between -6.25 and 6.25 for a share between 0 and 1, led to exactly 0 and 1: 1 / (1 + exp(-k
/// (t - t0))) with k = 0.0025 and t0 = 2500 as it is used over 5000 steps, but for the 0.002 that it lacks at its ends.
double logistic(double share) {
    constexpr double kReach = 6.25;
    return 0.5 + 0.5 * std::tanh(kReach * (share - 0.5)) / std::tanh(0.5 * kReach);
}

/// How a weight rises.
struct Rise {
    double from = 0.0;
    double to = 0.0;
    std::int64_t steps = 1;
    bool smooth = false;  ///< an S

    std::int64_t lines() const { return smooth ? std::min(kLogisticLines, steps) : 1; }
    double at(double step) const {
        const auto all = static_cast<double>(steps);
        return std::lerp(from, to, smooth ? logistic(step / all) : step / all);
    }
};

/// Reads the parts of one expression; knows where it is, for messages.
class ScheduleReader {
  public:
    explicit ScheduleReader(const std::string& text) : text_(text) { skipSpace(); }

    std::vector<SchedulePoint> read() {
        Rise rise;
        rise.from = number();
        expect(':');
        rise.to = number();
        expect(':');
        rise.steps = whole("steps", 1);
        const std::int64_t cycle = take('/') ? whole("steps in a cycle", rise.steps) : rise.steps;
        rise.smooth = takeWord("logistic");
        const std::size_t place = at_;
        const std::int64_t cycles = take('x') ? whole("cycles", 1) : 1;
        if (at_ != text_.size()) {
            refuse(
                "nothing may follow here; write FROM:TO:STEPS, FROM:TO:STEPS xTIMES or FROM:TO:RISE/CYCLE xTIMES, with "
                "\"logistic\" before xTIMES for an S in place of straight lines");
        }
        const std::int64_t pointsPerCycle = rise.lines() + 2;
        const std::int64_t most = static_cast<std::int64_t>(kMostSchedulePoints) / pointsPerCycle;
        if (cycles > most) {
            at_ = place;
            refuse(
                fmt::format("there are more cycles than the {} that a schedule may have; give fewer, or one cycle and "
                            "schedule.period",
                            most));
        }
        return points(rise, cycle, cycles);
    }

  private:
    /// A cycle ends one step before the next begins, on the line that would lead on to its end.
    static std::vector<SchedulePoint> points(const Rise& rise, std::int64_t cycle, std::int64_t cycles) {
        std::vector<SchedulePoint> result;
        const auto steps = static_cast<double>(rise.steps), length = static_cast<double>(cycle);
        for (std::int64_t i = 0; i < cycles; ++i) {
            const double start = static_cast<double>(i) * length;
            const bool whole = i + 1 == cycles || rise.steps < cycle;  // whether the rise comes to its end
            const double last = whole ? steps : length - 1.0;
            result.push_back({start, rise.from});
            for (std::int64_t line = 1; line < rise.lines(); ++line) {
                const double at = steps * static_cast<double>(line) / static_cast<double>(rise.lines());
                if (at < last) {
                    result.push_back({start + at, rise.at(at)});
                }
            }
            if (whole) {
                result.push_back({start + steps, rise.to});
            } else if (cycle > 1) {
                result.push_back({start + last, rise.at(last)});
            }
            if (i + 1 < cycles && steps < length - 1.0) {
                result.push_back({start + length - 1.0, rise.to});
            }
        }
        return result;
    }

    [[noreturn]] void refuse(const std::string& reason) const {
        throw InputError(fmt::format("\"{}\", character {}: {}", shownText(text_), at_ + 1, reason));
    }

    void skipSpace() { at_ = std::min(text_.find_first_not_of(kSpace, at_), text_.size()); }

    bool take(char sign) {
        const bool found = at_ < text_.size() && text_[at_] == sign;
        if (found) {
            ++at_;
            skipSpace();
        }
        return found;
    }

    bool takeWord(const std::string& word) {
        const bool found = text_.compare(at_, word.size(), word) == 0;
        if (found) {
            at_ += word.size();
            skipSpace();
        }
        return found;
    }

    void expect(char sign) {
        if (!take(sign)) {
            refuse("a colon is missing; write FROM:TO:STEPS, such as 0:1:1000, or a list of pairs [step, value]");
        }
    }

    double number() {
        double value = 0.0;
        const char* end = text_.data() + text_.size();
        const auto [rest, error] = std::from_chars(text_.data() + at_, end, value);
        if (error != std::errc() || !std::isfinite(value)) {
            refuse(
                "a finite number is missing; write FROM:TO:STEPS, such as 0:1:1000, or a list of pairs [step, value]");
        }
        at_ = static_cast<std::size_t>(rest - text_.data());
        skipSpace();
        return value;
    }

    std::int64_t whole(const std::string& what, std::int64_t least) {
        constexpr std::int64_t kMost = 1'000'000'000'000;
        std::int64_t value = 0;
        const char* end = text_.data() + text_.size();
        const auto [rest, error] = std::from_chars(text_.data() + at_, end, value);
        if (error != std::errc() || value < least || value > kMost) {
            refuse(
                fmt::format("a number of {} from {} on is missing, as in 0:1:1000 x4 or 0:1:500/1000 x4", what, least));
        }
        at_ = static_cast<std::size_t>(rest - text_.data());
        skipSpace();
        return value;
    }

    const std::string& text_;
    std::size_t at_ = 0;
};

}  // namespace

std::vector<SchedulePoint> parseSchedule(const std::string& text) {
    return ScheduleReader(text).read();
}

}  // namespace elbo
