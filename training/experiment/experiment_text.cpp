#include "training/experiment/experiment_text.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <sstream>
#include <utility>
#include <vector>

#include "training/experiment/data_fields.h"
#include "training/experiment/field_table.h"
#include "training/experiment/input_file.h"
#include "training/experiment/shown_text.h"
#include "training/experiment/toml_guard.h"

namespace elbo {
namespace {

constexpr std::size_t kLongestFile = 1'048'576;

// Messages -----------------------------------------------------------------------------------------------------------

InputPlace placeOf(const toml::source_region& source, const std::string& origin) {
    if (!source.begin) {
        return {origin};
    }
    return {origin, static_cast<int>(source.begin.line), static_cast<int>(source.begin.column)};
}

std::string typeOf(const toml::node& node) {
    switch (node.type()) {
        case toml::node_type::table:
            return "a table";
        case toml::node_type::array:
            return "a list";
        case toml::node_type::string:
            return "a text";
        case toml::node_type::integer:
            return "an integer";
        case toml::node_type::floating_point:
            return "a real number";
        case toml::node_type::boolean:
            return "a boolean";
        default:
            return "a date or time";
    }
}

/// The value as it stands in the file with its type, cut to a readable length.
std::string foundText(const toml::node& node) {
    std::ostringstream text;
    if (const auto* string = node.as_string()) {
        text << quoted(string->get());
    } else {
        node.visit([&](const auto& value) { text << value; });
    }
    return fmt::format("{} ({})", shownText(text.str()), typeOf(node));
}

// Reading ------------------------------------------------------------------------------------------------------------

FieldValue valueIn(const toml::node& node) {
    if (const auto* text = node.as_string()) {
        return {text->get()};
    }
    if (const auto* integer = node.as_integer()) {
        return {integer->get()};
    }
    if (const auto* real = node.as_floating_point()) {
        return {real->get()};
    }
    if (const auto* boolean = node.as_boolean()) {
        return {boolean->get()};
    }
    if (const toml::array* array = node.as_array()) {
        std::vector<FieldValue> values;
        for (const toml::node& element : *array) {
            values.push_back(valueIn(element));
        }
        return {std::move(values)};
    }
    return {};
}

bool isTable(const std::string& name) {
    const auto& fields = experimentFields();
    return std::any_of(fields.begin(), fields.end(), [&](const auto& f) { return f.table() == name; });
}

/// Reads one table; `prefix` is "" at the top and "data." inside [data].
void readTable(ExperimentDraft& draft, const toml::table& table, const std::string& prefix, const std::string& origin) {
    for (const auto& [name, node] : table) {
        const std::string key = prefix + std::string(name.str());
        if (prefix.empty() && isTable(key)) {
            const toml::table* inner = node.as_table();
            if (inner == nullptr) {
                throw InputError(fmt::format("{0} is {1}, but must be a table: [{0}]", key, foundText(node)))
                    .at(placeOf(name.source(), origin));
            }
            readTable(draft, *inner, key + ".", origin);
            continue;
        }
        const ExperimentField* field = findField(key);
        if (field == nullptr) {
            throw unknownKey(key).at(placeOf(name.source(), origin));
        }
        bool understood = false;
        try {
            understood = field->read(draft, valueIn(node));
        } catch (const InputError& error) {
            throw error.at(placeOf(node.source(), origin));
        }
        if (!understood) {
            throw mustBe(*field, foundText(node)).at(placeOf(node.source(), origin));
        }
    }
}

toml::table parseToml(const std::string& text, const std::string& origin) {
    requireHarmlessToml(text, origin);
    try {
        return toml::parse(text, origin);
    } catch (const toml::parse_error& error) {
        throw InputError(std::string(error.description())).at(placeOf(error.source(), origin));
    }
}

std::string trimmed(const std::string& text) {
    constexpr const char* kSpace = " \t\r\n";
    const std::size_t first = text.find_first_not_of(kSpace);
    if (first == std::string::npos) {
        return "";
    }
    return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

/// Whether `text` can stand for itself on a command line and reads back unchanged.
bool readsBare(const std::string& text) {
    return trimmed(text) == text && text.find_first_of("\n\r") == std::string::npos &&
           (text.empty() || (text.front() != '"' && text.front() != '\''));
}

/// Moves as the file has them, the weights of each said only where they differ from the one before. `inForce` is what
/// the first one is read against. Throws InputError.
Moves readMoves(const std::vector<std::string>& texts, Experiment inForce) {
    inForce.history = {};
    constexpr std::size_t kMostMovedMembers = 1'000'000;  // bounds the memory that a file may ask for
    std::size_t members = 0;
    Moves moves;
    for (const std::string& text : texts) {
        const auto refuse = [&](const std::string& why) {
            return InputError::ofField(
                "history.moves", fmt::format("has \"{}\" at place {}, but {}", shownText(text), moves.size() + 1, why));
        };
        const std::size_t colon = text.find(':');
        std::int64_t step = 0;
        const char* end = text.data() + std::min(colon, text.size());
        const auto [rest, error] = std::from_chars(text.data(), end, step);
        if (colon == std::string::npos || error != std::errc() || rest != end) {
            throw refuse("a move is a step and what it set, such as \"600: beta = 4; lambda = 10\"");
        }
        if (moves.empty() ? step != 0 : step < moves.back().step) {
            throw refuse("the first move is what the run began with, at step 0, and no later one comes before another");
        }
        std::istringstream parts(text.substr(colon + 1));
        std::string part;
        while (std::getline(parts, part, ';')) {
            if (trimmed(part).empty()) {
                continue;  // what was there already
            }
            try {
                assignField(inForce, "objective." + trimmed(part));
            } catch (const InputError& wrong) {
                throw refuse(wrong.what());
            }
        }
        members += inForce.knobs.size();
        if ((!moves.empty() && inForce.knobs.size() != moves.front().objective.knobs.size()) ||
            members > kMostMovedMembers) {
            throw refuse(fmt::format("every move has the same members, at most {} in all", kMostMovedMembers));
        }
        moves.push_back({step, inForce.whole()});
    }
    return moves;
}

/// The draft made whole. Throws InputError.
Experiment finished(const ExperimentDraft& draft) {
    Experiment experiment = draft.finish();
    if (draft.moves) {
        experiment.history.moves = readMoves(*draft.moves, experiment);
        if (const ExperimentField* field = firstOutOfRange(ExperimentDraft(experiment))) {
            throw InputError::ofField(field->key, "must be " + field->allowed);
        }
    }
    return experiment;
}

}  // namespace

Experiment parseExperiment(const std::string& toml, const std::string& origin) {
    const toml::table table = parseToml(toml, origin);
    ExperimentDraft draft{Experiment{}};
    readTable(draft, table, "", origin);
    if (table.contains("name") && !table.contains("title")) {
        draft.experiment.title = draft.experiment.name;
    }
    if (const ExperimentField* field = firstOutOfRange(draft)) {
        const toml::node_view node = table.at_path(field->key);
        throw mustBe(*field, shownText(field->write(draft)))
            .at(node ? placeOf(node.node()->source(), origin) : InputPlace{origin});
    }
    try {
        requireDataSet(draft.experiment.data.name);
        return finished(draft);
    } catch (const InputError& error) {
        const std::string key = error.field().empty() ? "objective" : error.field();
        const toml::node_view node = table.at_path(key);
        throw error.at(node ? placeOf(node.node()->source(), origin) : InputPlace{origin});
    }
}

std::string writeExperiment(const Experiment& experiment) {
    const ExperimentDraft draft(experiment);
    std::string text;
    std::string table;
    for (const ExperimentField& field : experimentFields()) {
        if (field.table() != table) {
            table = field.table();
            fmt::format_to(std::back_inserter(text), "\n[{}]\n", table);
        }
        fmt::format_to(std::back_inserter(text), "{} = {}\n", field.leaf(), field.write(draft));
    }
    return text;
}

Experiment loadExperiment(const std::string& path) {
    return parseExperiment(readInputFile(path, {"an experiment file", kLongestFile}), path);
}

void assignField(Experiment& experiment, const std::string& assignment) {
    const std::size_t equals = assignment.find('=');
    if (equals == std::string::npos) {
        throw InputError(fmt::format("\"{}\": expected KEY=VALUE, as in beta=0.5", shownText(assignment)));
    }
    const ExperimentField& field = namedField(trimmed(assignment.substr(0, equals)));
    const std::string value = trimmed(assignment.substr(equals + 1));
    // A knob expression needs quotes in a file only: [1, 2] stays a list.
    const bool bare =
        (field.bareText || (field.expression && !value.empty() && value.front() != '[')) && readsBare(value);

    ExperimentDraft draft(experiment);
    const auto refused = [&] { return mustBe(field, fmt::format("\"{}\"", shownText(value))); };
    toml::table table;
    try {
        const std::string line = fmt::format("value = {}", bare ? quoted(value) : value);
        requireHarmlessToml(line, {});
        table = toml::parse(line);
    } catch (const toml::parse_error&) {
        throw refused();
    } catch (const InputError&) {
        throw refused();
    }
    const toml::node* node = table.get("value");
    // More than one key: the value held a line break and went on with another assignment.
    if (node == nullptr || table.size() != 1 || !field.read(draft, valueIn(*node))) {
        throw refused();
    }
    if (!field.inRange(draft)) {
        throw mustBe(field, shownText(field.write(draft)));
    }
    Experiment result = finished(draft);
    if (field.table() == "objective" && result.whole() != experiment.whole()) {
        result.history = {};  // another objective was not come to by these moves
    }
    experiment = std::move(result);
}

std::string fieldText(const Experiment& experiment, const std::string& key) {
    const ExperimentField& field = namedField(key);
    std::string text = field.write(ExperimentDraft(experiment));
    if (!field.bareText) {
        return text;
    }
    const toml::table table = toml::parse(fmt::format("value = {}", text));
    const std::string plain = table["value"].value_or(std::string());
    return readsBare(plain) ? plain : text;
}

std::vector<std::string> experimentKeys() {
    std::vector<std::string> keys;
    for (const ExperimentField& field : experimentFields()) {
        keys.push_back(field.key);
    }
    return keys;
}

}  // namespace elbo
