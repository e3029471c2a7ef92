// Names of enumerations: what files, panels, messages and reference pages call each value. The table of an enumeration
// stands right below it, and everyone finds it by its type: parsers, combo boxes, lists and error texts.
//
// To add a value: 1. the enumerator, 2. its line in namesOf<...> below the enumeration. Fields of an experiment
// (training/experiment/field_table.h) offer it from then on; the compiler points at every switch that has to know it.
// To name another enumeration: a specialisation of namesOf and the static_assert below it.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace elbo {

template <class Enum>
struct EnumName {
    Enum value;
    const char* key;    ///< in files and on the command line, snake_case: "leaky_relu"
    const char* label;  ///< in panels and captions: "leaky ReLU"
    const char* words;  ///< what it means, a phrase
};

/// One line per value, in the order of the enumeration. Empty for a type without names.
template <class Enum>
inline constexpr std::array<EnumName<Enum>, 0> namesOf{};

/// The names of a value; null for one that the enumeration does not have.
template <class Enum>
constexpr const EnumName<Enum>* findName(Enum value) {
    for (const EnumName<Enum>& name : namesOf<Enum>) {
        if (name.value == value) {
            return &name;
        }
    }
    return nullptr;
}

template <class Enum>
constexpr const char* keyOf(Enum value) {
    const EnumName<Enum>* name = findName(value);
    return name == nullptr ? "?" : name->key;
}

template <class Enum>
constexpr const char* labelOf(Enum value) {
    const EnumName<Enum>* name = findName(value);
    return name == nullptr ? "?" : name->label;
}

template <class Enum>
constexpr std::optional<Enum> valueOf(std::string_view key) {
    for (const EnumName<Enum>& name : namesOf<Enum>) {
        if (key == name.key) {
            return name.value;
        }
    }
    return std::nullopt;
}

/// Whether the table has a line for every value up to its last one, with keys that are snake_case and differ.
template <class Enum>
constexpr bool wellNamed(Enum last) {
    const auto& names = namesOf<Enum>;
    if (names.size() != static_cast<std::size_t>(last) + 1) {
        return false;
    }
    for (std::size_t i = 0; i < names.size(); ++i) {
        const std::string_view key = names[i].key;
        if (static_cast<std::size_t>(names[i].value) != i || key.empty() || std::string_view(names[i].label).empty() ||
            std::string_view(names[i].words).empty() || valueOf<Enum>(key) != names[i].value) {
            return false;
        }
        for (const char c : key) {
            if (!(c == '_' || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))) {
                return false;
            }
        }
    }
    return true;
}

}  // namespace elbo
