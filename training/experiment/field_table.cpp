#include "training/experiment/field_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>
#include <string_view>

#include "models/spec/number_text.h"
#include "training/experiment/field_kinds.h"
#include "training/experiment/shown_text.h"

namespace elbo {
namespace {

std::size_t editDistance(const std::string& a, const std::string& b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t above = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U)});
            diagonal = above;
        }
    }
    return row[b.size()];
}

/// By whole key, or by its last part wherever that belongs.
std::string nearestKey(const std::string& key) {
    const std::string leaf = key.substr(key.rfind('.') + 1);
    std::string best;
    std::size_t bestDistance = std::string::npos;
    for (const ExperimentField& field : experimentFields()) {
        // A right leaf in the wrong table is one mistake; on equal terms the same table wins.
        const std::size_t distance =
            std::min(2 * editDistance(key, field.key), 2 * editDistance(leaf, field.leaf()) + 1);
        if (distance < bestDistance) {
            bestDistance = distance;
            best = field.key;
        }
    }
    return best;
}

}  // namespace

Experiment ExperimentDraft::finish() const {
    Experiment result = experiment;
    result.knobs = knobs.assemble();
    return result;
}

bool RealRange::contains(double value) const {
    // Training takes numbers that are closer to 0 than any normal one for 0, and so does a comparison on its thread.
    const double seen = isSubnormal(value) ? 0.0 : value;
    return std::isfinite(seen) && (aboveLow ? seen > low : seen >= low) && seen < high;
}

std::string RealRange::words() const {
    if (std::isfinite(high)) {
        return fmt::format("a number from {} to below {}", exactNumber(low), exactNumber(high));
    }
    if (!std::isfinite(low)) {
        return "a finite number";
    }
    return aboveLow ? fmt::format("a finite number above {}", exactNumber(low))
                    : fmt::format("a finite number, {} or more", exactNumber(low));
}

std::string ExperimentField::table() const {
    const std::size_t dot = key.find('.');
    return dot == std::string::npos ? "" : key.substr(0, dot);
}

std::string ExperimentField::leaf() const {
    const std::size_t dot = key.find('.');
    return dot == std::string::npos ? key : key.substr(dot + 1);
}

const std::vector<ExperimentField>& experimentFields() {
    static const std::vector<ExperimentField> kFields = [] {
        std::vector<ExperimentField> all;
        for (const auto section : {generalFields, dataFields, modelFields, objectiveFields, scheduleFields,
                                   constraintFields, optimiserFields, runFields, historyFields}) {
            std::vector<ExperimentField> fields = section();
            std::move(fields.begin(), fields.end(), std::back_inserter(all));
        }
        return all;
    }();
    return kFields;
}

const ExperimentField* findField(const std::string& key) {
    const auto& fields = experimentFields();
    const auto found = std::find_if(fields.begin(), fields.end(), [&](const auto& f) { return f.key == key; });
    return found == fields.end() ? nullptr : &*found;
}

const ExperimentField& namedField(const std::string& name) {
    if (const ExperimentField* field = findField(name)) {
        return *field;  // bare `name` is the experiment's own: it is a whole key
    }
    // What people vary: the data have data.seed, multipliers constraints.learning_rate.
    for (const char* usual : {"run.seed", "optimiser.learning_rate"}) {
        const ExperimentField* field = findField(usual);
        if (field->leaf() == name) {
            return *field;
        }
    }
    if (const ExperimentField* field = findField("objective." + name)) {
        return *field;  // a knob is its weight, not its schedule
    }
    const ExperimentField* match = nullptr;
    for (const ExperimentField& field : experimentFields()) {
        if (field.leaf() != name) {
            continue;
        }
        if (match != nullptr) {
            throw InputError(fmt::format("\"{}\" is ambiguous: write \"{}\" or \"{}\"", name, match->key, field.key));
        }
        match = &field;
    }
    if (match == nullptr) {
        throw unknownKey(name);
    }
    return *match;
}

InputError unknownKey(const std::string& key) {
    // Comparing takes time in proportion to the length, and no key is as long.
    constexpr std::size_t kCompared = 100;
    return InputError(
        fmt::format("unknown key \"{}\"; did you mean \"{}\"?", shownText(key), nearestKey(key.substr(0, kCompared))));
}

InputError mustBe(const ExperimentField& field, const std::string& found) {
    return InputError::ofField(field.key, fmt::format("is {}, but must be {}", found, field.allowed));
}

const ExperimentField* firstOutOfRange(const ExperimentDraft& draft) {
    const auto& fields = experimentFields();
    const auto bad = std::find_if(fields.begin(), fields.end(), [&](const auto& f) { return !f.inRange(draft); });
    return bad == fields.end() ? nullptr : &*bad;
}

std::string quoted(const std::string& text) {
    std::string result = "\"";
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const auto code = static_cast<unsigned char>(c);
        // U+FFFE and U+FFFF: TOML may hold them, an SVG around it may not.
        const std::string_view letter = std::string_view(text).substr(i, 3);
        if (letter == "\xef\xbf\xbe" || letter == "\xef\xbf\xbf") {
            result += letter.back() == '\xbe' ? "\\uFFFE" : "\\uFFFF";
            i += 2;
        } else if (c == '"' || c == '\\') {
            result += '\\';
            result += c;
        } else if (code < 32 || code == 127) {
            fmt::format_to(std::back_inserter(result), "\\u{:04X}", code);
        } else {
            result += c;
        }
    }
    return result + "\"";
}

}  // namespace elbo
