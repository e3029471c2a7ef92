// The values that a sweep takes a field through. Any field but the weights, of which a fleet holds all values at once
// (see knob_expression.h), and the seed, whose values are counted. Named architectures are values too: each sets many
// fields at once.
#pragma once

#include <string>
#include <vector>

#include "training/experiment/architecture_preset.h"
#include "training/experiment/experiment.h"

namespace elbo {

/// What stands for a key where named architectures are swept.
inline constexpr const char* kArchitectureAxis = "architecture";

struct SweptField {
    std::string key;                  ///< dotted, or kArchitectureAxis
    std::vector<std::string> values;  ///< as fieldText() writes them, or names; each once
    /// What the names stand for, one for each value, so that a sweep is the same wherever it goes on; empty for a
    /// field.
    std::vector<ArchitecturePreset> architectures = {};

    bool operator==(const SweptField&) const = default;
};

/// The parts between commas that stand outside of brackets and quotes, without the blanks around them.
std::vector<std::string> splitValues(const std::string& text);

/// Reads the right side of "data.train_size=500,1000,5000": values with commas between them. Numbers may be ranges as
/// those of weights (1e-4:1e-2:log3); words, lists in brackets and texts in quotes stand as in an experiment file.
/// Throws InputError that begins with the key for a field that cannot be swept and for a value that cannot be read.
SweptField parseSweptField(const std::string& key, const std::string& values);

/// The same of values that are apart already.
SweptField sweptField(const std::string& key, const std::vector<std::string>& values);

/// Architectures as values; one that is there twice counts once. Throws InputError where there is none, and for one
/// that sets other fields than those of [model].
SweptField sweptArchitectures(const std::vector<ArchitecturePreset>& presets);

/// One value of every field, the last varying fastest; without fields the one empty combination.
std::vector<std::vector<std::string>> combinations(const std::vector<SweptField>& over);

/// The experiment with the values of one combination: architectures first, so that a swept field of theirs has its own
/// value.
Experiment withValues(const Experiment& experiment, const std::vector<SweptField>& over,
                      const std::vector<std::string>& values);

/// What tells the field from the others that are swept: the last part of its key, or the whole key.
std::string shortName(const std::vector<SweptField>& over, std::size_t place);

/// A value as people write it: 2 rather than 2.0.
std::string shortValue(const std::string& value);

/// A value as a legend says it: the label of an architecture where no other of the sweep has the same, else the value
/// as people write it.
std::string shownValue(const SweptField& field, const std::string& value);

}  // namespace elbo
