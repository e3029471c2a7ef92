#include "training/experiment/swept_field.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "training/experiment/experiment_text.h"
#include "training/experiment/field_kinds.h"

namespace elbo {
namespace {

std::string trimmed(const std::string& text) {
    const std::size_t first = text.find_first_not_of(" \t");
    return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// The numbers of a range; those of an integer field are the nearest integers.
std::vector<std::string> rangeValues(const ExperimentField& field, const std::string& range) {
    std::vector<std::string> values;
    try {
        for (const double value : parseKnobValues(range).values) {
            values.push_back(field.integers ? fmt::to_string(std::llround(value)) : numberText(value));
        }
    } catch (const InputError& error) {
        throw InputError::ofField(field.key, fmt::format("is {}", error.what()));
    }
    return values;
}

std::size_t placeOf(const SweptField& field, const std::string& value) {
    return static_cast<std::size_t>(std::find(field.values.begin(), field.values.end(), value) - field.values.begin());
}

}  // namespace

std::vector<std::string> splitValues(const std::string& text) {
    std::vector<std::string> parts(1);
    int depth = 0;
    bool quotes = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool escaped = i > 0 && text[i - 1] == '\\';
        quotes = quotes != (c == '"' && !escaped);
        if (!quotes) {
            depth += c == '[' ? 1 : c == ']' ? -1 : 0;
        }
        if (c == ',' && depth == 0 && !quotes) {
            parts.emplace_back();
        } else {
            parts.back() += c;
        }
    }
    std::transform(parts.begin(), parts.end(), parts.begin(), trimmed);
    return parts;
}

SweptField sweptField(const std::string& key, const std::vector<std::string>& values) {
    const ExperimentField& field = namedField(key);
    if (field.isWeight()) {
        throw InputError::ofField(field.key, "is a weight: its values make a fleet");
    }
    if (field.key == "run.seed") {
        throw InputError::ofField(field.key,
                                  "is not swept by its values; give --seeds N to repeat every model with N seeds");
    }
    SweptField swept{field.key, {}};
    for (const std::string& value : values) {
        Experiment probe;
        assignField(probe, fmt::format("{}={}", field.key, value));
        std::string text = fieldText(probe, field.key);
        if (field.expression && text.front() == '"') {
            text = text.substr(1, text.size() - 2);  // "none" reads back without its quotes
        }
        if (std::find(swept.values.begin(), swept.values.end(), text) == swept.values.end()) {
            swept.values.push_back(text);
        }
    }
    if (swept.values.empty()) {
        throw InputError::ofField(field.key, "has no values to be swept through");
    }
    return swept;
}

SweptField parseSweptField(const std::string& key, const std::string& values) {
    const ExperimentField& field = namedField(key);
    const bool number = field.integers || field.reals;
    std::vector<std::string> all;
    for (const std::string& part : splitValues(values)) {
        if (number && part.find(':') != std::string::npos) {
            const std::vector<std::string> range = rangeValues(field, part);
            all.insert(all.end(), range.begin(), range.end());
        } else {
            all.push_back(part);
        }
    }
    return sweptField(field.key, all);
}

SweptField sweptArchitectures(const std::vector<ArchitecturePreset>& presets) {
    SweptField swept{kArchitectureAxis, {}};
    for (const ArchitecturePreset& preset : presets) {
        if (std::find(swept.values.begin(), swept.values.end(), preset.name) != swept.values.end()) {
            continue;
        }
        for (const std::string& setting : preset.settings) {
            if (!setting.starts_with("model.")) {
                throw InputError(fmt::format("{}: \"{}\" sets \"{}\", which is no field of [model]", kArchitectureAxis,
                                             preset.name, setting));
            }
        }
        swept.values.push_back(preset.name);
        swept.architectures.push_back(preset);
    }
    if (swept.values.empty()) {
        throw InputError::ofField(kArchitectureAxis, "has no values to be swept through");
    }
    return swept;
}

std::vector<std::vector<std::string>> combinations(const std::vector<SweptField>& over) {
    std::vector<std::vector<std::string>> rows(1);
    for (const SweptField& field : over) {
        std::vector<std::vector<std::string>> longer;
        for (const std::vector<std::string>& row : rows) {
            for (const std::string& value : field.values) {
                longer.push_back(row);
                longer.back().push_back(value);
            }
        }
        rows = std::move(longer);
    }
    return rows;
}

Experiment withValues(const Experiment& experiment, const std::vector<SweptField>& over,
                      const std::vector<std::string>& values) {
    Experiment result = experiment;
    for (std::size_t i = 0; i < over.size(); ++i) {
        if (!over[i].architectures.empty()) {
            result = withArchitecture(result, over[i].architectures.at(placeOf(over[i], values.at(i))));
        }
    }
    for (std::size_t i = 0; i < over.size(); ++i) {
        if (over[i].architectures.empty()) {
            assignField(result, fmt::format("{}={}", over[i].key, values.at(i)));
        }
    }
    return result;
}

std::string shortName(const std::vector<SweptField>& over, std::size_t place) {
    const auto leafOf = [](const SweptField& field) { return field.key.substr(field.key.rfind('.') + 1); };
    const std::string leaf = leafOf(over.at(place));
    const auto same = std::count_if(over.begin(), over.end(), [&](const SweptField& f) { return leafOf(f) == leaf; });
    return same > 1 ? over[place].key : leaf;
}

std::string shortValue(const std::string& value) {
    const bool whole =
        value.size() > 2 && value.ends_with(".0") && value.find_first_not_of("-0123456789.") == std::string::npos;
    return whole ? value.substr(0, value.size() - 2) : value;
}

std::string shownValue(const SweptField& field, const std::string& value) {
    const std::size_t place = placeOf(field, value);
    if (place >= field.architectures.size()) {
        return shortValue(value);
    }
    const std::string& label = field.architectures[place].label;
    const auto same = std::count_if(field.architectures.begin(), field.architectures.end(),
                                    [&](const ArchitecturePreset& preset) { return preset.label == label; });
    return same == 1 ? label : value;
}

}  // namespace elbo
