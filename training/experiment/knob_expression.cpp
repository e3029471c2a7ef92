#include "training/experiment/knob_expression.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <functional>
#include <string_view>
#include <utility>

#include "models/spec/number_text.h"
#include "training/experiment/experiment.h"
#include "training/experiment/input_error.h"
#include "training/experiment/shown_text.h"

namespace elbo {
namespace {

constexpr const char* kGaps = ",; \t\r\n";

/// Reads the items of one expression; knows where it is, for messages.
class ExpressionReader {
  public:
    explicit ExpressionReader(const std::string& text) : text_(text) {}

    KnobValues read() {
        KnobValues result;
        std::size_t at = text_.find_first_not_of(kGaps);
        if (at != std::string::npos && text_[at] == 'x') {
            result.crossed = true;
            at = text_.find_first_not_of(kGaps, at + 1);
        }
        while (at != std::string::npos) {
            const std::size_t end = std::min(text_.find_first_of(kGaps, at), text_.size());
            addItem(at, end, result.values);
            at = text_.find_first_not_of(kGaps, end);
        }
        if (result.values.empty()) {
            refuse(text_.size(),
                   "a value is missing; write a number, a list such as 1, 500 or a range such as "
                   "0.1:10:log16");
        }
        return result;
    }

  private:
    [[noreturn]] void refuse(std::size_t place, const std::string& reason) const {
        throw InputError(fmt::format("\"{}\", character {}: {}", shownText(text_), place + 1, reason));
    }

    double number(std::size_t from, std::size_t to) const {
        double value = 0.0;
        const char* end = text_.data() + to;
        const auto [rest, error] = std::from_chars(text_.data() + from, end, value);
        if (error != std::errc() || rest != end || !std::isfinite(value)) {
            refuse(from,
                   fmt::format("\"{}\" is not a finite number; write numbers such as 0.5, 1, 500 or a range such as "
                               "0.1:10:log16",
                               shownText(std::string_view(text_).substr(from, to - from))));
        }
        return value;
    }

    void addItem(std::size_t from, std::size_t to, std::vector<double>& values) const {
        const std::size_t first = std::min(text_.find(':', from), to);
        if (first == to) {
            reserve(from, values.size() + 1);
            values.push_back(number(from, to));
            return;
        }
        const std::size_t second = std::min(text_.find(':', first + 1), to);
        if (second == to) {
            refuse(from,
                   "a range needs its spacing and how many values; write FROM:TO:logN or FROM:TO:linN, as "
                   "0.1:10:log16");
        }
        addRange(from, first, second, to, values);
    }

    void addRange(std::size_t from, std::size_t first, std::size_t second, std::size_t to,
                  std::vector<double>& values) const {
        const double low = number(from, first);
        const double high = number(first + 1, second);
        const std::string spacing = text_.substr(second + 1, to - second - 1);
        const bool logarithmic = spacing.rfind("log", 0) == 0;
        if (!logarithmic && spacing.rfind("lin", 0) != 0) {
            refuse(second + 1,
                   fmt::format("\"{}\" is neither logN nor linN; write log16 for 16 values", shownText(spacing)));
        }
        std::size_t count = 0;
        const char* end = text_.data() + to;
        const auto [rest, error] = std::from_chars(text_.data() + second + 4, end, count);
        if (error != std::errc() || rest != end || count < 2 || count > kMostMembers) {
            refuse(second + 4, fmt::format("a range has 2 to {} values; write {}16 for 16 of them", kMostMembers,
                                           spacing.substr(0, 3)));
        }
        if (logarithmic && !(low > 0.0 && high > 0.0)) {
            refuse(low > 0.0 ? first + 1 : from,
                   fmt::format(
                       "both ends of a logarithmic range must be above 0; use lin{}, or list 0 apart: 0, 0.1:10:log16",
                       count));
        }
        if (low == high) {
            refuse(from, "the ends of a range must differ; write the single number instead");
        }
        reserve(from, values.size() + count);
        for (std::size_t i = 0; i < count; ++i) {
            const double share = static_cast<double>(i) / static_cast<double>(count - 1);
            values.push_back(sixDigits(share == 0.0   ? low
                                       : share == 1.0 ? high
                                       : logarithmic  ? std::exp(between(std::log(low), std::log(high), share))
                                                      : between(low, high, share)));
        }
    }

    void reserve(std::size_t place, std::size_t count) const {
        if (count > kMostMembers) {
            refuse(place, fmt::format("there are more than {0} values; a fleet may have {0} members", kMostMembers));
        }
    }

    /// Also where the ends are so far apart that their difference overflows.
    static double between(double low, double high, double share) {
        return std::isfinite(high - low) ? low + share * (high - low) : (1.0 - share) * low + share * high;
    }

    /// Values of a sweep are to be read, typed and found again; never through the locale, which may have commas.
    static double sixDigits(double value) {
        const std::string text = shortNumber(value);
        std::from_chars(text.data(), text.data() + text.size(), value);
        return value;
    }

    const std::string& text_;
};

constexpr std::size_t kShortestRange = 5;  ///< values; fewer are as easily read one by one

/// Where the values that begin at `from` leave even steps, those of a range of numbers of six digits. The test is
/// coarse: who writes the range looks whether it reads back.
std::size_t endOfSteps(const std::vector<double>& values, std::size_t from, bool logarithmic) {
    constexpr double kRounding = 1.5e-5;
    const auto place = [&](std::size_t i) { return logarithmic ? std::log(values[i]) : values[i]; };
    if (from + 1 >= values.size() || values[from] == values[from + 1] || (logarithmic && !(values[from] > 0.0))) {
        return from + 1;
    }
    const double start = place(from), step = place(from + 1) - start;
    std::size_t end = from + 1;
    for (; end < values.size(); ++end) {
        const double steps = static_cast<double>(end - from);
        const double size =
            logarithmic ? 1.0 : std::max({std::abs(start), std::abs(start + step), std::abs(values[end])});
        // What rounding did to the first step counts as often as the step is taken.
        if ((logarithmic && !(values[end] > 0.0)) ||
            !(std::abs(place(end) - start - steps * step) <= kRounding * (steps + 1.0) * size)) {
            break;
        }
    }
    return end;
}

/// The range that reads back as these values, or nothing.
std::string rangeText(const std::vector<double>& values, std::size_t from, std::size_t to, bool logarithmic) {
    if (to - from < kShortestRange || to - from > kMostMembers || values[from] == values[to - 1]) {
        return {};
    }
    const std::string text = fmt::format("{}:{}:{}{}", exactNumber(values[from]), exactNumber(values[to - 1]),
                                         logarithmic ? "log" : "lin", to - from);
    const std::vector<double> read = parseKnobValues(text).values;
    return std::equal(read.begin(), read.end(), values.begin() + static_cast<std::ptrdiff_t>(from)) ? text
                                                                                                    : std::string();
}

std::string keyOf(std::size_t place) {
    return std::string("objective.") + kKnobNames[place].name;
}

/// The columns that are no grid, side by side.
std::vector<Knobs> sideBySide(const KnobColumns& columns) {
    std::size_t members = 1;
    std::size_t longest = 0;
    for (std::size_t place = 0; place < kKnobCount; ++place) {
        if (!columns[place].crossed && columns[place].values.size() > members) {
            members = columns[place].values.size();
            longest = place;
        }
    }
    std::vector<Knobs> rows(members);
    for (std::size_t place = 0; place < kKnobCount; ++place) {
        const KnobValues& knob = columns[place];
        if (knob.crossed || knob.values.empty()) {
            continue;
        }
        if (knob.values.size() != members && knob.values.size() != 1) {
            throw InputError::ofField(
                keyOf(place),
                fmt::format("has {0} values, but {1} has {2}; it must be one number or a list of {2}, or begin "
                            "with x to meet all of them: \"x 1, 500\"",
                            knob.values.size(), keyOf(longest), members));
        }
        for (std::size_t i = 0; i < members; ++i) {
            rows[i].*kKnobNames[place].value = knob.values[knob.values.size() == 1 ? 0 : i];
        }
    }
    return rows;
}

/// Each row once, in the order of its first appearance: a grid over rows that agree would train the same model twice.
std::vector<Knobs> distinct(const std::vector<Knobs>& rows) {
    std::vector<Knobs> result;
    for (const Knobs& row : rows) {
        if (std::find(result.begin(), result.end(), row) == result.end()) {
            result.push_back(row);
        }
    }
    return result;
}

}  // namespace

KnobValues parseKnobValues(const std::string& text) {
    return ExpressionReader(text).read();
}

std::string knobValuesText(const std::vector<double>& values) {
    std::string text;
    const auto add = [&text](const std::string& item) { text += (text.empty() ? "" : ", ") + item; };
    std::size_t tried[2] = {0, 0};  // steps that end here were no range: none of their values is tried again
    for (std::size_t i = 0; i < values.size();) {
        std::string range;
        std::size_t end = i + 1;
        for (const bool logarithmic : {false, true}) {
            std::size_t& failed = tried[logarithmic ? 1 : 0];
            if (range.empty() && i + 1 >= failed) {
                end = endOfSteps(values, i, logarithmic);
                range = rangeText(values, i, end, logarithmic);
                failed = range.empty() ? end : failed;
            }
        }
        if (range.empty()) {
            add(exactNumber(values[i]));
            ++i;
        } else {
            add(range);
            i = end;
        }
    }
    return text;
}

KnobColumns KnobColumns::of(const std::vector<Knobs>& knobs) {
    KnobColumns columns;
    bool anyVaries = false;
    for (std::size_t place = 0; place < kKnobCount; ++place) {
        std::vector<double>& values = columns[place].values;
        for (const Knobs& member : knobs) {
            values.push_back(member.*kKnobNames[place].value);
        }
        if (std::adjacent_find(values.begin(), values.end(), std::not_equal_to<>()) == values.end()) {
            values.erase(values.begin() + (values.empty() ? 0 : 1), values.end());
        } else {
            anyVaries = true;
        }
    }
    if (!anyVaries && !knobs.empty()) {
        columns[Knob::Beta].values.assign(knobs.size(), knobs.front().beta);
    }
    return columns;
}

bool KnobColumns::crossed() const {
    for (std::size_t place = 0; place < kKnobCount; ++place) {
        if ((*this)[place].crossed) {
            return true;
        }
    }
    return false;
}

std::vector<Knobs> KnobColumns::assemble() const {
    std::vector<Knobs> rows = sideBySide(*this);
    if (crossed()) {
        rows = distinct(rows);
    }
    for (std::size_t place = 0; place < kKnobCount; ++place) {
        const KnobValues& knob = (*this)[place];
        if (!knob.crossed) {
            continue;
        }
        if (knob.values.size() > kMostMembers / rows.size()) {
            throw InputError::ofField(
                keyOf(place),
                fmt::format("crosses {} members with {} values, but a fleet may have {} members; give fewer values",
                            rows.size(), knob.values.size(), kMostMembers));
        }
        std::vector<Knobs> grid;
        for (const Knobs& row : rows) {
            for (const double value : knob.values) {
                grid.push_back(row);
                grid.back().*kKnobNames[place].value = value;
            }
        }
        rows = std::move(grid);
    }
    return rows;
}

}  // namespace elbo
