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

/// Reads the parts of one expression; knows where it is, for messages.
class ScheduleReader {
  public:
    explicit ScheduleReader(const std::string& text) : text_(text) { skipSpace(); }

    std::vector<SchedulePoint> read() {
        const double from = number();
        expect(':');
        const double to = number();
        expect(':');
        const std::int64_t rise = whole("steps", 1);
        const std::int64_t cycle = take('/') ? whole("steps in a cycle", rise) : rise;
        const std::size_t place = at_;
        const std::int64_t cycles = take('x') ? whole("cycles", 1) : 1;
        if (at_ != text_.size()) {
            refuse("nothing may follow here; write FROM:TO:STEPS, FROM:TO:STEPS xTIMES or FROM:TO:RISE/CYCLE xTIMES");
        }
        constexpr std::int64_t kPointsPerCycle = 3;
        if (cycles > static_cast<std::int64_t>(kMostSchedulePoints) / kPointsPerCycle) {
            at_ = place;
            refuse(
                fmt::format("there are more cycles than the {} that a schedule may have; give fewer, or one cycle and "
                            "schedule.period",
                            kMostSchedulePoints / kPointsPerCycle));
        }
        return points(from, to, static_cast<double>(rise), static_cast<double>(cycle), cycles);
    }

  private:
    /// A cycle ends one step before the next begins, on the line that would lead on to its end.
    static std::vector<SchedulePoint> points(double from, double to, double rise, double cycle, std::int64_t cycles) {
        std::vector<SchedulePoint> result;
        for (std::int64_t i = 0; i < cycles; ++i) {
            const double start = static_cast<double>(i) * cycle;
            const bool last = i + 1 == cycles;
            result.push_back({start, from});
            if (last || rise < cycle) {
                result.push_back({start + rise, to});
            }
            if (!last && rise == cycle && cycle > 1.0) {
                result.push_back({start + cycle - 1.0, std::lerp(from, to, (cycle - 1.0) / cycle)});
            } else if (!last && rise < cycle - 1.0) {
                result.push_back({start + cycle - 1.0, to});
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
