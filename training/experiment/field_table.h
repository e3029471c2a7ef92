// The one table of the fields of an experiment: their names, what they mean, how they are read and written, and what
// they may be. Plain data and functions over plain data: no file format, no widget.
//
// To add a field:
//   1. its member in experiment.h or in the spec it belongs to, with its default;
//   2. one row in the file of its section (data_fields.cpp, model_fields.cpp, ...), where its line in the file shall
//   be.
// Parser, writer, messages, `--set`, `sweep --over`, the experiment panel and the reference page read the row. Values
// with names find them by their type (models/spec/names.h).
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "training/experiment/experiment.h"
#include "training/experiment/input_error.h"
#include "training/experiment/knob_expression.h"

namespace elbo {

/// A value as it stands in a file, without its syntax. Empty for what no field can be, such as a date.
struct FieldValue {
    std::variant<std::monostate, std::string, std::int64_t, double, bool, std::vector<FieldValue>> content;
};

/// What the readers fill in: the experiment and, apart, its knobs.
struct ExperimentDraft {
    Experiment experiment;
    KnobColumns knobs;
    std::optional<std::vector<std::string>> moves;  ///< as they were read: their weights are those of the whole draft

    explicit ExperimentDraft(const Experiment& from) : experiment(from), knobs(KnobColumns::of(from.knobs)) {}
    Experiment finish() const;
};

/// Fields that stand together on a page, in the order of the pages.
enum class FieldGroup {
    General,
    Data,
    Model,
    Implicit,
    Training,
    Lagging,
    Schedules,
    Divergences,
    Rate,
    Critics,
    Bounds,
    Weights,
};

struct FieldGroupRow {
    FieldGroup group;
    const char* page;     ///< of the experiment panel; empty: on none
    const char* heading;  ///< empty: the page's own name says it
};

inline constexpr std::array<FieldGroupRow, 12> kFieldGroups{{
    {FieldGroup::General, "", ""},
    {FieldGroup::Data, "Data", ""},
    {FieldGroup::Model, "Model", ""},
    {FieldGroup::Implicit, "Model", "Implicit distributions"},
    {FieldGroup::Training, "Training", ""},
    {FieldGroup::Lagging, "Training", "Lagging inference"},
    {FieldGroup::Schedules, "Training", "Schedules of the weights"},
    {FieldGroup::Divergences, "Terms", "Divergences"},
    {FieldGroup::Rate, "Terms", "Rate"},
    {FieldGroup::Critics, "Terms", "Critics"},
    {FieldGroup::Bounds, "Terms", "Bounds"},
    {FieldGroup::Weights, "Fleet", ""},
}};

/// By what kind of input a field is edited.
enum class FieldEditor {
    Integer,  ///< a spin box over ExperimentField::integers
    Text,     ///< a number or text as it stands in the file
    List,     ///< a list without its brackets
    Choice,   ///< one of ExperimentField::choices, or of names that the window knows
    Weights,  ///< one number for all members, or a list, a range or a grid: see knob_expression.h
};

struct IntegerRange {
    std::int64_t low = 0;
    std::int64_t high = 0;
};

/// Finite numbers from low on, or above it, and below high.
struct RealRange {
    double low = -std::numeric_limits<double>::infinity();
    bool aboveLow = false;
    double high = std::numeric_limits<double>::infinity();

    bool contains(double value) const;
    std::string words() const;  ///< "a finite number above 0"
};

/// One line of the names of an enumeration.
struct FieldChoice {
    std::string key;
    std::string label;
    std::string words;
};

/// When a field means anything; always, where it says nothing.
struct FieldRelevance {
    std::string words{};  ///< "for model.likelihood = gaussian"
    std::function<bool(const Experiment&)> holds{};

    bool in(const Experiment& experiment) const { return !holds || holds(experiment); }
};

struct ExperimentField {
    // What a row says.
    std::string key{};    ///< dotted: "data.train_size"; without a dot at the top level
    std::string label{};  ///< in sentence case
    std::string tip{};    ///< what it means, in sentences
    std::string unit{};   ///< "nats"; empty where there is none
    FieldGroup group = FieldGroup::General;
    FieldEditor editor = FieldEditor::Text;
    bool inPanel = true;  ///< whether the experiment panel shows it
    FieldRelevance relevance{};

    // What its kind adds.
    std::string allowed{};                   ///< "an integer from 1 to 65536"
    std::optional<IntegerRange> integers{};  ///< of an integer
    std::optional<RealRange> reals{};        ///< of a real number
    std::vector<FieldChoice> choices{};      ///< of a value with names
    bool bareText = false;    ///< the value is a word or text, which the command line takes without quotes
    bool expression = false;  ///< the value may be an expression, which the command line takes without quotes
    /// Takes the value in; false when its type is not the expected one. Ranges are not checked here. Throws InputError
    /// for an expression that cannot be read.
    std::function<bool(ExperimentDraft&, const FieldValue&)> read{};
    std::function<std::string(const ExperimentDraft&)> write{};  ///< TOML text
    std::function<bool(const ExperimentDraft&)> inRange{};

    std::string table() const;  ///< "data", or empty
    std::string leaf() const;   ///< "train_size"
    /// Whether it is a weight of the objective, of which every member of a fleet has its own.
    bool isWeight() const { return editor == FieldEditor::Weights; }
};

/// In the order of the file.
const std::vector<ExperimentField>& experimentFields();

/// The field with this dotted key, or null.
const ExperimentField* findField(const std::string& key);

/// The field that a person means: a dotted key or a last part that is unique; see assignField(). Throws InputError.
const ExperimentField& namedField(const std::string& name);

/// The error of a key that no field has; names the known key that was most likely meant.
InputError unknownKey(const std::string& key);

/// The error of a value that is out of range or of the wrong type: `data.train_size is 0, but must be ...`.
InputError mustBe(const ExperimentField& field, const std::string& found);

/// The first field that is out of range, or null.
const ExperimentField* firstOutOfRange(const ExperimentDraft& draft);

/// A text as a TOML string in double quotes.
std::string quoted(const std::string& text);

}  // namespace elbo
