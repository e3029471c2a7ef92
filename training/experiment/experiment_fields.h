// The one table of the fields of an experiment: their names, how they are read and written, and what they may be.
// Only the experiment*.cpp files include this; everyone else goes through experiment_text.h and Experiment::validate().
#pragma once

#include <toml++/toml.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "training/experiment/experiment.h"
#include "training/experiment/knob_expression.h"

namespace elbo {

/// What the readers fill in: the experiment and, apart, its knobs.
struct ExperimentDraft {
    Experiment experiment;
    KnobColumns knobs;

    explicit ExperimentDraft(const Experiment& from) : experiment(from), knobs(KnobColumns::of(from.knobs)) {}
    Experiment finish() const;
};

struct ExperimentField {
    std::string key;          ///< dotted: "data.train_size"; without a dot at the top level
    std::string allowed;      ///< "an integer from 1 to 65536"
    bool bareText;            ///< the value is a word or text, which the command line takes without quotes
    bool expression = false;  ///< the value may be a knob expression, which the command line takes without quotes
    /// Takes the value out of a TOML node; false when its type is not the expected one. Ranges are not checked here.
    /// Throws InputError, which begins with the key, for a knob expression that cannot be read.
    std::function<bool(ExperimentDraft&, const toml::node&)> read;
    std::function<std::string(const ExperimentDraft&)> write;  ///< TOML text
    std::function<bool(const ExperimentDraft&)> inRange;

    std::string table() const;  ///< "data", or empty
    std::string leaf() const;   ///< "train_size"
};

/// In the order of the file.
const std::vector<ExperimentField>& experimentFields();

/// The message of a value that is out of range or of the wrong type: `data.train_size is 0, but must be ...`.
std::string mustBe(const ExperimentField& field, const std::string& found);

/// The first field that is out of range, or null.
const ExperimentField* firstOutOfRange(const ExperimentDraft& draft);

/// A text as a TOML string in double quotes.
std::string quoted(const std::string& text);

}  // namespace elbo
