// Kinds of experiment fields: how values go to and from TOML, and what they may be. Only experiment_fields.cpp includes
// this.
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <type_traits>
#include <utility>

#include "training/experiment/experiment_fields.h"
#include "training/experiment/schedule_expression.h"

namespace elbo {

// Values to and from TOML --------------------------------------------------------------------------------------------

/// The shortest text that reads back as the same number.
inline std::string numberText(double value) {
    if (std::isnan(value)) {
        return "nan";
    }
    std::array<char, 32> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
    std::string result(text.data(), end);
    if (result.find_first_not_of("-0123456789") == std::string::npos) {
        result += ".0";  // so that a reader of the file sees a real number
    }
    return result;
}

inline std::string valueText(const SchedulePoint& point) {
    constexpr double kLargestExact = 1e15;
    const bool whole = point.step == std::floor(point.step) && point.step < kLargestExact;
    const std::string step = whole ? std::to_string(static_cast<std::int64_t>(point.step)) : numberText(point.step);
    return "[" + step + ", " + numberText(point.value) + "]";
}

template <typename T>
std::string valueText(const T& value) {
    if constexpr (std::is_same_v<T, std::string>) {
        return quoted(value);
    } else if constexpr (std::is_floating_point_v<T>) {
        return numberText(value);
    } else {
        return std::to_string(value);
    }
}

template <typename T>
std::string valueText(const std::vector<T>& values) {
    std::string text = "[";
    for (const T& value : values) {
        text += (text.size() == 1 ? "" : ", ") + valueText(value);
    }
    return text + "]";
}

inline bool readValue(const toml::node& node, std::string& out) {
    const auto value = node.value_exact<std::string>();
    if (value) {
        out = *value;
    }
    return value.has_value();
}

inline bool readValue(const toml::node& node, double& out) {
    // An integer is a real number too; a boolean is not, so the lenient toml::node::value() will not do.
    if (const auto real = node.value_exact<double>()) {
        out = *real;
        return true;
    }
    if (const auto integer = node.value_exact<std::int64_t>()) {
        out = static_cast<double>(*integer);
        return true;
    }
    return false;
}

inline bool readValue(const toml::node& node, SchedulePoint& out) {
    const toml::array* pair = node.as_array();
    return pair != nullptr && pair->size() == 2 && readValue(*pair->get(0), out.step) &&
           readValue(*pair->get(1), out.value);
}

template <typename T>
requires std::is_integral_v<T>
bool readValue(const toml::node& node, T& out) {
    const auto value = node.value_exact<std::int64_t>();
    if (!value || !std::in_range<T>(*value)) {
        return false;
    }
    out = static_cast<T>(*value);
    return true;
}

template <typename T>
bool readValue(const toml::node& node, std::vector<T>& out) {
    const toml::array* array = node.as_array();
    if (array == nullptr) {
        return false;
    }
    std::vector<T> values;
    for (const toml::node& element : *array) {
        T value{};
        if (!readValue(element, value)) {
            return false;
        }
        values.push_back(value);
    }
    out = std::move(values);
    return true;
}

// Kinds of fields
// ------------------------------------------------------------------------------------------------------

/// A field that is a plain member; `at` is a generic lambda that returns a reference to it.
template <typename At, typename Check>
ExperimentField plain(std::string key, std::string allowed, At at, Check inRange) {
    using T = std::remove_reference_t<decltype(at(std::declval<Experiment&>()))>;
    ExperimentField field;
    field.key = std::move(key);
    field.allowed = std::move(allowed);
    field.bareText = std::is_same_v<T, std::string>;
    field.read = [at](ExperimentDraft& draft, const toml::node& node) { return readValue(node, at(draft.experiment)); };
    field.write = [at](const ExperimentDraft& draft) { return valueText(at(draft.experiment)); };
    field.inRange = [at, inRange](const ExperimentDraft& draft) { return inRange(at(draft.experiment)); };
    return field;
}

template <typename At>
ExperimentField integer(std::string key, At at, std::int64_t low, std::int64_t high) {
    return plain(
        std::move(key), "an integer from " + std::to_string(low) + " to " + std::to_string(high), at,
        [low, high](auto value) { return std::cmp_less_equal(low, value) && std::cmp_less_equal(value, high); });
}

template <typename At>
ExperimentField atLeast(std::string key, At at, double low) {
    return plain(std::move(key), low == 0.0 ? "a finite number, 0 or more" : "a finite number from " + numberText(low),
                 at, [low](double value) { return std::isfinite(value) && value >= low; });
}

template <typename At>
ExperimentField positive(std::string key, At at) {
    return plain(std::move(key), "a finite number above 0", at,
                 [](double value) { return std::isfinite(value) && value > 0.0; });
}

template <typename At>
ExperimentField fraction(std::string key, At at) {
    return plain(std::move(key), "a number from 0 to below 1", at,
                 [](double value) { return value >= 0.0 && value < 1.0; });
}

template <typename At>
ExperimentField text(std::string key, std::string allowed, At at, std::size_t shortest, std::size_t longest) {
    return plain(std::move(key), std::move(allowed), at, [shortest, longest](const std::string& value) {
        const bool printable =
            std::none_of(value.begin(), value.end(), [](unsigned char c) { return c < 32 || c == 127; });
        return printable && value.size() >= shortest && value.size() <= longest;
    });
}

template <typename At>
ExperimentField widths(std::string key, At at) {
    return plain(std::move(key), "a list of at most 64 integers from 1 to 65536", at, [](const std::vector<int>& list) {
        return list.size() <= 64 && std::all_of(list.begin(), list.end(), [](int w) { return w >= 1 && w <= 65536; });
    });
}

/// A knob as a function of the step: points, or an expression (see schedule_expression.h).
template <typename At>
ExperimentField schedule(std::string key, At at) {
    ExperimentField field = plain(std::move(key),
                                  "a list of at most " + std::to_string(kMostSchedulePoints) +
                                      " pairs [step, value] with steps that grow from 0 or more, such as "
                                      "[[0, 0.0], [1000, 1.0]], an expression such as \"0:1:1000\" or "
                                      "\"0:1:1000 x4\", or []",
                                  at, [](const std::vector<SchedulePoint>& points) {
                                      double before = -1.0;
                                      for (const SchedulePoint& point : points) {
                                          if (!std::isfinite(point.step) || !std::isfinite(point.value) ||
                                              point.step < 0.0 || point.step <= before) {
                                              return false;
                                          }
                                          before = point.step;
                                      }
                                      return points.size() <= kMostSchedulePoints;
                                  });
    field.expression = true;
    field.read = [at, key = field.key](ExperimentDraft& draft, const toml::node& node) {
        std::string expression;
        if (!readValue(node, expression)) {
            return readValue(node, at(draft.experiment));
        }
        try {
            at(draft.experiment) = parseSchedule(expression);
        } catch (const InputError& error) {
            throw InputError(key + " is " + error.what());
        }
        return true;
    };
    return field;
}

/// A number, or "none".
template <typename At>
ExperimentField optionalNumber(std::string key, At at) {
    ExperimentField field;
    field.key = std::move(key);
    field.allowed = "a finite number, or \"none\"";
    field.bareText = false;
    field.expression = true;
    field.read = [at](ExperimentDraft& draft, const toml::node& node) {
        std::string word;
        double number = 0.0;
        if (readValue(node, word)) {
            if (word == "none") {
                at(draft.experiment).reset();
                return true;
            }
            const char* end = word.data() + word.size();
            const auto [rest, error] = std::from_chars(word.data(), end, number);
            if (error != std::errc() || rest != end) {
                return false;
            }
        } else if (!readValue(node, number)) {
            return false;
        }
        at(draft.experiment) = number;
        return true;
    };
    field.write = [at](const ExperimentDraft& draft) {
        const std::optional<double>& value = at(draft.experiment);
        return value ? numberText(*value) : quoted("none");
    };
    field.inRange = [at](const ExperimentDraft& draft) {
        const std::optional<double>& value = at(draft.experiment);
        return !value || std::isfinite(*value);
    };
    return field;
}

/// A field whose values have names, in the order of the enumeration.
template <typename At>
ExperimentField choice(std::string key, const std::vector<std::string>& names, At at) {
    using T = std::remove_reference_t<decltype(at(std::declval<Experiment&>()))>;
    ExperimentField field;
    field.key = std::move(key);
    field.allowed = "one of ";
    for (const std::string& name : names) {
        field.allowed += (&name == &names.front() ? "\"" : ", \"") + name + "\"";
    }
    field.bareText = true;
    field.read = [at, &names](ExperimentDraft& draft, const toml::node& node) {
        std::string name;
        const bool isText = readValue(node, name);
        const auto found = std::find(names.begin(), names.end(), name);
        if (!isText || found == names.end()) {
            return false;
        }
        at(draft.experiment) = static_cast<T>(found - names.begin());
        return true;
    };
    field.write = [at, &names](const ExperimentDraft& draft) {
        const auto index = static_cast<std::size_t>(at(draft.experiment));
        return quoted(index < names.size() ? names[index] : "?");
    };
    field.inRange = [at, &names](const ExperimentDraft& draft) {
        return static_cast<std::size_t>(at(draft.experiment)) < names.size();
    };
    return field;
}

/// One knob of the fleet: a number, a list with one per member, or an expression (see knob_expression.h).
inline ExperimentField knob(std::size_t place) {
    ExperimentField field;
    field.key = std::string("objective.") + kKnobNames[place].name;
    field.allowed = "a finite number, a list of 1 to " + std::to_string(kMostMembers) +
                    " of them, or an expression such as \"0.1:10:log16\"";
    field.bareText = false;
    field.expression = true;
    field.read = [place, key = field.key](ExperimentDraft& draft, const toml::node& node) {
        KnobValues& knob = draft.knobs[place];
        std::string expression;
        if (readValue(node, expression)) {
            try {
                knob = parseKnobValues(expression);
            } catch (const InputError& error) {
                throw InputError(key + " is " + error.what());
            }
            return true;
        }
        double single = 0.0;
        if (readValue(node, single)) {
            knob = {{single}, false};
            return true;
        }
        knob.crossed = false;
        return readValue(node, knob.values);
    };
    field.write = [place](const ExperimentDraft& draft) {
        const std::vector<double>& values = draft.knobs[place].values;
        return values.size() == 1 ? valueText(values.front()) : valueText(values);
    };
    field.inRange = [place](const ExperimentDraft& draft) {
        const std::vector<double>& values = draft.knobs[place].values;
        return !values.empty() && values.size() <= kMostMembers &&
               std::all_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); });
    };
    return field;
}

}  // namespace elbo
