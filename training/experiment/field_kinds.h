// Kinds of experiment fields: how values are read and written, and what they may be. Only the tables of fields include
// this.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <type_traits>
#include <utility>

#include "models/spec/names.h"
#include "models/spec/number_text.h"
#include "models/spec/registry.h"
#include "training/experiment/field_table.h"
#include "training/experiment/schedule_expression.h"

namespace elbo {

// The sections of the table, in the order of the file.
std::vector<ExperimentField> generalFields();
std::vector<ExperimentField> dataFields();
std::vector<ExperimentField> modelFields();
std::vector<ExperimentField> objectiveFields();
std::vector<ExperimentField> scheduleFields();
std::vector<ExperimentField> constraintFields();
std::vector<ExperimentField> optimiserFields();
std::vector<ExperimentField> runFields();
std::vector<ExperimentField> historyFields();

// Bounds that several sections share.
constexpr std::int64_t kMostExamples = 50'000'000;
constexpr std::int64_t kMostSteps = 1'000'000'000'000;
// TOML integers are signed, so the upper half of the 64-bit seeds could not be written to a file.
constexpr std::int64_t kMostSeed = std::numeric_limits<std::int64_t>::max();
constexpr RealRange kFromZero{.low = 0.0};
constexpr RealRange kAboveZero{.low = 0.0, .aboveLow = true};
constexpr RealRange kBelowOne{.low = 0.0, .high = 1.0};

// Values to and from files ------------------------------------------------------------------------------------------

inline std::string numberText(double value) {
    std::string result = exactNumber(value);
    if (result.find_first_not_of("-0123456789") == std::string::npos) {
        result += ".0";  // so that a reader of the file sees a real number
    }
    return result;
}

inline std::string valueText(const SchedulePoint& point) {
    constexpr double kLargestExact = 1e15;
    const bool whole = point.step == std::floor(point.step) && std::abs(point.step) < kLargestExact;
    const std::string step = whole ? fmt::to_string(static_cast<std::int64_t>(point.step)) : numberText(point.step);
    return fmt::format("[{}, {}]", step, numberText(point.value));
}

template <typename T>
std::string valueText(const T& value) {
    if constexpr (std::is_same_v<T, std::string>) {
        return quoted(value);
    } else if constexpr (std::is_floating_point_v<T>) {
        return numberText(value);
    } else {
        return fmt::to_string(value);
    }
}

template <typename T>
std::string valueText(const std::vector<T>& values) {
    std::vector<std::string> texts;
    for (const T& value : values) {
        texts.push_back(valueText(value));
    }
    return fmt::format("[{}]", fmt::join(texts, ", "));
}

inline bool readValue(const FieldValue& value, std::string& out) {
    const auto* text = std::get_if<std::string>(&value.content);
    if (text != nullptr) {
        out = *text;
    }
    return text != nullptr;
}

inline bool readValue(const FieldValue& value, double& out) {
    // An integer is a real number too; a boolean is not.
    if (const auto* real = std::get_if<double>(&value.content)) {
        out = *real;
        return true;
    }
    if (const auto* integer = std::get_if<std::int64_t>(&value.content)) {
        out = static_cast<double>(*integer);
        return true;
    }
    return false;
}

inline bool readValue(const FieldValue& value, SchedulePoint& out) {
    const auto* pair = std::get_if<std::vector<FieldValue>>(&value.content);
    return pair != nullptr && pair->size() == 2 && readValue((*pair)[0], out.step) && readValue((*pair)[1], out.value);
}

template <typename T>
requires std::is_integral_v<T>
bool readValue(const FieldValue& value, T& out) {
    const auto* integer = std::get_if<std::int64_t>(&value.content);
    if (integer == nullptr || !std::in_range<T>(*integer)) {
        return false;
    }
    out = static_cast<T>(*integer);
    return true;
}

template <typename T>
bool readValue(const FieldValue& value, std::vector<T>& out) {
    const auto* list = std::get_if<std::vector<FieldValue>>(&value.content);
    if (list == nullptr) {
        return false;
    }
    std::vector<T> values;
    for (const FieldValue& element : *list) {
        T read{};
        if (!readValue(element, read)) {
            return false;
        }
        values.push_back(read);
    }
    out = std::move(values);
    return true;
}

// Where a field lies in the experiment -------------------------------------------------------------------------------

template <typename T>
auto at(T Experiment::*member) {
    return [member](auto& experiment) -> auto& {
        return experiment.*member;
    };
}

template <typename Part, typename T>
auto at(Part Experiment::*part, T Part::*member) {
    return [ part, member ](auto& experiment) -> auto& {
        return experiment.*part.*member;
    };
}

// Kinds of fields ----------------------------------------------------------------------------------------------------

/// A field that is a plain member; `at` is a generic function that returns a reference to it.
template <typename At, typename Check>
ExperimentField plain(ExperimentField field, std::string allowed, At at, Check inRange) {
    using T = std::remove_reference_t<decltype(at(std::declval<Experiment&>()))>;
    field.allowed = std::move(allowed);
    field.bareText = std::is_same_v<T, std::string>;
    field.read = [at](ExperimentDraft& draft, const FieldValue& value) {
        return readValue(value, at(draft.experiment));
    };
    field.write = [at](const ExperimentDraft& draft) { return valueText(at(draft.experiment)); };
    field.inRange = [at, inRange](const ExperimentDraft& draft) { return inRange(at(draft.experiment)); };
    return field;
}

template <typename At>
ExperimentField integer(ExperimentField field, At at, IntegerRange range) {
    field.integers = range;
    // A spin box holds an int; larger numbers are typed.
    field.editor = std::in_range<int>(range.high) ? FieldEditor::Integer : FieldEditor::Text;
    return plain(std::move(field), fmt::format("an integer from {} to {}", range.low, range.high), at,
                 [range](auto value) {
                     return std::cmp_less_equal(range.low, value) && std::cmp_less_equal(value, range.high);
                 });
}

template <typename At>
ExperimentField real(ExperimentField field, At at, RealRange range) {
    field.reals = range;
    return plain(std::move(field), range.words(), at, [range](double value) { return range.contains(value); });
}

template <typename At>
ExperimentField text(ExperimentField field, std::string allowed, At at, std::size_t shortest, std::size_t longest) {
    return plain(std::move(field), std::move(allowed), at, [shortest, longest](const std::string& value) {
        const bool printable =
            std::none_of(value.begin(), value.end(), [](unsigned char c) { return c < 32 || c == 127; });
        return printable && value.size() >= shortest && value.size() <= longest;
    });
}

template <typename At>
ExperimentField widths(ExperimentField field, At at) {
    field.editor = FieldEditor::List;
    return plain(std::move(field), "a list of at most 64 integers from 1 to 65536", at,
                 [](const std::vector<int>& list) {
                     return list.size() <= 64 &&
                            std::all_of(list.begin(), list.end(), [](int w) { return w >= 1 && w <= 65536; });
                 });
}

/// A knob as a function of the step: points, or an expression (see schedule_expression.h).
template <typename At>
ExperimentField schedule(ExperimentField field, At at) {
    field.expression = true;
    ExperimentField made =
        plain(std::move(field),
              fmt::format("a list of at most {} pairs [step, value] with steps that grow from 0 or more, "
                          "such as [[0, 0.0], [1000, 1.0]], an expression such as \"0:1:1000\", "
                          "\"0:1:1000 logistic\" or \"0:1:1000 x4\", or []",
                          kMostSchedulePoints),
              at, [](const std::vector<SchedulePoint>& points) {
                  double before = -1.0;
                  for (const SchedulePoint& point : points) {
                      if (!std::isfinite(point.step) || !std::isfinite(point.value) || point.step < 0.0 ||
                          point.step <= before) {
                          return false;
                      }
                      before = point.step;
                  }
                  return points.size() <= kMostSchedulePoints;
              });
    made.read = [at, key = made.key](ExperimentDraft& draft, const FieldValue& value) {
        std::string expression;
        if (!readValue(value, expression)) {
            return readValue(value, at(draft.experiment));
        }
        try {
            at(draft.experiment) = parseSchedule(expression);
        } catch (const InputError& error) {
            throw InputError::ofField(key, fmt::format("is {}", error.what()));
        }
        return true;
    };
    return made;
}

/// A number, or "none".
template <typename At>
ExperimentField optionalNumber(ExperimentField field, At at) {
    field.reals = RealRange{};
    field.allowed = "a finite number, or \"none\"";
    field.expression = true;
    field.read = [at](ExperimentDraft& draft, const FieldValue& value) {
        std::string word;
        double number = 0.0;
        if (readValue(value, word)) {
            if (word == "none") {
                at(draft.experiment).reset();
                return true;
            }
            const char* end = word.data() + word.size();
            const auto [rest, error] = std::from_chars(word.data(), end, number);
            if (error != std::errc() || rest != end) {
                return false;
            }
        } else if (!readValue(value, number)) {
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

/// A field whose values have names.
template <typename At>
ExperimentField choice(ExperimentField field, At at) {
    using T = std::remove_reference_t<decltype(at(std::declval<Experiment&>()))>;
    static_assert(!namesOf<T>.empty(), "a choice needs the names of its values");
    field.editor = FieldEditor::Choice;
    field.bareText = true;
    field.allowed = "one of ";
    for (const EnumName<T>& name : namesOf<T>) {
        field.allowed += fmt::format("{}\"{}\"", field.choices.empty() ? "" : ", ", name.key);
        field.choices.push_back({name.key, name.label, name.words});
    }
    field.read = [at](ExperimentDraft& draft, const FieldValue& value) {
        std::string key;
        const std::optional<T> named = readValue(value, key) ? valueOf<T>(key) : std::nullopt;
        if (named) {
            at(draft.experiment) = *named;
        }
        return named.has_value();
    };
    field.write = [at](const ExperimentDraft& draft) { return quoted(keyOf(at(draft.experiment))); };
    field.inRange = [at](const ExperimentDraft& draft) { return findName(at(draft.experiment)) != nullptr; };
    return field;
}

/// A field that names a row of a registry.
template <typename At>
ExperimentField named(ExperimentField field, At at, const std::vector<RegistryRow>& rows) {
    field.editor = FieldEditor::Choice;
    std::string allowed = "one of ";
    for (const RegistryRow& row : rows) {
        allowed += fmt::format("{}\"{}\"", field.choices.empty() ? "" : ", ", row.name);
        field.choices.push_back({row.name, row.label, row.words});
    }
    return plain(std::move(field), std::move(allowed), at,
                 [&rows](const std::string& name) { return hasRow(rows, name); });
}

/// One knob of the fleet: a number, a list with one per member, or an expression (see knob_expression.h).
inline ExperimentField knob(ExperimentField field, std::size_t place) {
    field.editor = FieldEditor::Weights;
    field.allowed = fmt::format("a finite number, a list of 1 to {} of them, or an expression such as \"0.1:10:log16\"",
                                kMostMembers);
    field.expression = true;
    field.read = [place, key = field.key](ExperimentDraft& draft, const FieldValue& value) {
        KnobValues& knob = draft.knobs[place];
        std::string expression;
        if (readValue(value, expression)) {
            try {
                knob = parseKnobValues(expression);
            } catch (const InputError& error) {
                throw InputError::ofField(key, fmt::format("is {}", error.what()));
            }
            return true;
        }
        double single = 0.0;
        if (readValue(value, single)) {
            knob = {{single}, false};
            return true;
        }
        knob.crossed = false;
        return readValue(value, knob.values);
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
