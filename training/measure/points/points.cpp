#include "training/measure/points/points.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "training/experiment/input_error.h"
#include "training/experiment/input_file.h"

namespace elbo {

namespace {

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r");
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

/// A cell as a message can show it: short, on one line, printable.
std::string quoted(std::string_view cell) {
    constexpr std::size_t kShown = 40;
    std::string text = "\"";
    for (const char c : cell.substr(0, kShown)) {
        text += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
    }
    return text + (cell.size() > kShown ? "...\"" : "\"");
}

/// A finite number that fills the whole cell.
std::optional<double> numberIn(std::string_view cell) {
    if (cell.size() > 1 && cell.front() == '+' && cell[1] != '-') {
        cell.remove_prefix(1);
    }
    double value = 0.0;
    const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
    if (error != std::errc() || end != cell.data() + cell.size() || !std::isfinite(value)) {
        return std::nullopt;
    }
    return value;
}

/// The character between the values of a line; a space stands for any run of blanks.
char separatorOf(std::string_view line) {
    for (const char candidate : {',', ';', '\t'}) {
        if (line.find(candidate) != std::string_view::npos) {
            return candidate;
        }
    }
    return ' ';
}

std::vector<std::string_view> cellsOf(std::string_view line, char separator) {
    std::vector<std::string_view> cells;
    if (separator == ' ') {
        while (!(line = trimmed(line)).empty()) {
            const std::size_t end = std::min(line.find_first_of(" \t"), line.size());
            cells.push_back(line.substr(0, end));
            line.remove_prefix(end);
        }
        return cells;
    }
    while (true) {
        const std::size_t end = line.find(separator);
        cells.push_back(trimmed(line.substr(0, end)));
        if (end == std::string_view::npos) {
            return cells;
        }
        line.remove_prefix(end + 1);
    }
}

/// Whether a first line holds names of columns. A name does not begin like a number, and "nan" and "inf" are bad
/// values.
bool looksLikeNames(const std::vector<std::string_view>& cells) {
    return std::all_of(cells.begin(), cells.end(), [](std::string_view cell) {
        double ignored = 0.0;
        const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), ignored);
        return !cell.empty() && std::string_view("+-.0123456789").find(cell.front()) == std::string_view::npos &&
               (error != std::errc() || end != cell.data() + cell.size());
    });
}

[[noreturn]] void refuse(const std::string& path, std::size_t line, const std::string& what) {
    throw InputError(fmt::format("{}: line {}{}", path, line, what));
}

}  // namespace

Points readPoints(const std::string& path) {
    constexpr std::uint64_t kMostBytes = std::uint64_t{4} << 30;
    const std::string text = readInputFile(path, {"a CSV file with one point per line", kMostBytes});
    std::string_view rest(text);
    if (rest.substr(0, 3) == "\xef\xbb\xbf") {
        rest.remove_prefix(3);  // the byte order mark that spreadsheets write
    }
    std::vector<double> values;
    std::size_t line = 0, columns = 0, rows = 0, blankLine = 0;
    char separator = ' ';
    bool first = true;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        const std::string_view content = trimmed(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
        ++line;
        if (content.empty()) {
            blankLine = blankLine == 0 ? line : blankLine;
            continue;
        }
        if (blankLine != 0) {
            refuse(path, blankLine, " is empty, expected a point; remove the line");
        }
        if (first) {
            separator = separatorOf(content);
        }
        const std::vector<std::string_view> cells = cellsOf(content, separator);
        if (first) {
            first = false;
            columns = cells.size();
            if (looksLikeNames(cells)) {
                continue;
            }
        }
        if (cells.size() != columns) {
            refuse(
                path, line,
                fmt::format(": expected {} values as in the first line, found {}; give every point the same number of "
                            "values",
                            columns, cells.size()));
        }
        for (std::size_t column = 0; column < cells.size(); ++column) {
            const std::optional<double> value = numberIn(cells[column]);
            if (!value) {
                refuse(path, line,
                       fmt::format(", column {}: expected a finite number, found {}; write numbers as 1.5 or -2e-3 and "
                                   "separate them by commas",
                                   column + 1, cells[column].empty() ? "nothing" : quoted(cells[column])));
            }
            values.push_back(*value);
        }
        ++rows;
    }
    if (rows == 0) {
        throw InputError(
            fmt::format("{}: holds no point; expected numbers, one point per line, separated by commas", path));
    }
    return Eigen::Map<const Points>(values.data(), static_cast<Eigen::Index>(rows), static_cast<Eigen::Index>(columns));
}

}  // namespace elbo
