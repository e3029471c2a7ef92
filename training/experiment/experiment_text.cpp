#include "training/experiment/experiment_text.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <sstream>
#include <system_error>

#include "training/experiment/experiment_fields.h"

namespace elbo {
namespace {

constexpr std::size_t kLongestFile = 1'048'576;

// Messages -----------------------------------------------------------------------------------------------------------

std::string placeOf(const toml::source_region& source, const std::string& origin) {
    if (!source.begin) {
        return origin + ": ";
    }
    return origin + ": line " + std::to_string(source.begin.line) + ", column " + std::to_string(source.begin.column) +
           ": ";
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
    std::string shown = text.str();
    std::replace(shown.begin(), shown.end(), '\n', ' ');
    constexpr std::size_t kLongest = 60;
    if (shown.size() > kLongest) {
        shown = shown.substr(0, kLongest) + "...";
    }
    return shown + " (" + typeOf(node) + ")";
}

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

/// The known key that `key` was most likely meant to be: by whole key, or by its last part wherever that belongs.
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

[[noreturn]] void throwUnknown(const std::string& place, const std::string& key) {
    throw InputError(place + "unknown key \"" + key + "\"; did you mean \"" + nearestKey(key) + "\"?");
}

// Reading ------------------------------------------------------------------------------------------------------------

const ExperimentField* findField(const std::string& key) {
    const auto& fields = experimentFields();
    const auto found = std::find_if(fields.begin(), fields.end(), [&](const auto& f) { return f.key == key; });
    return found == fields.end() ? nullptr : &*found;
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
                std::string message = placeOf(name.source(), origin);
                message.append(key).append(" is ").append(foundText(node));
                throw InputError(message.append(", but must be a table: [").append(key).append("]"));
            }
            readTable(draft, *inner, key + ".", origin);
            continue;
        }
        const ExperimentField* field = findField(key);
        if (field == nullptr) {
            throwUnknown(placeOf(name.source(), origin), key);
        }
        bool understood = false;
        try {
            understood = field->read(draft, node);
        } catch (const InputError& error) {
            throw InputError(placeOf(node.source(), origin) + error.what());
        }
        if (!understood) {
            throw InputError(placeOf(node.source(), origin) + mustBe(*field, foundText(node)));
        }
    }
}

toml::table parseToml(const std::string& text, const std::string& origin) {
    try {
        return toml::parse(text, origin);
    } catch (const toml::parse_error& error) {
        throw InputError(placeOf(error.source(), origin) + std::string(error.description()));
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

const ExperimentField& resolve(const std::string& key) {
    if (const ExperimentField* field = findField(key)) {
        return *field;  // bare `name` is the experiment's own: it is a whole key
    }
    // What people vary: the data have data.seed, multipliers constraints.learning_rate.
    for (const char* usual : {"run.seed", "optimiser.learning_rate"}) {
        const ExperimentField* field = findField(usual);
        if (field->leaf() == key) {
            return *field;
        }
    }
    if (const ExperimentField* field = findField("objective." + key)) {
        return *field;  // a knob is its weight, not its schedule
    }
    const ExperimentField* match = nullptr;
    for (const ExperimentField& field : experimentFields()) {
        if (field.leaf() != key) {
            continue;
        }
        if (match != nullptr) {
            throw InputError("\"" + key + "\" is ambiguous: write \"" + match->key + "\" or \"" + field.key + "\"");
        }
        match = &field;
    }
    if (match == nullptr) {
        throwUnknown("", key);
    }
    return *match;
}

}  // namespace

Experiment parseExperiment(const std::string& toml, const std::string& origin) {
    const toml::table table = parseToml(toml, origin);
    ExperimentDraft draft{Experiment{}};
    readTable(draft, table, "", origin);
    if (const ExperimentField* field = firstOutOfRange(draft)) {
        const toml::node_view node = table.at_path(field->key);
        const std::string place = node ? placeOf(node.node()->source(), origin) : origin + ": ";
        throw InputError(place + mustBe(*field, field->write(draft)));
    }
    try {
        return draft.finish();
    } catch (const InputError& error) {
        const toml::node* objective = table.get("objective");
        throw InputError((objective != nullptr ? placeOf(objective->source(), origin) : origin + ": ") + error.what());
    }
}

std::string writeExperiment(const Experiment& experiment) {
    const ExperimentDraft draft(experiment);
    std::string text;
    std::string table;
    for (const ExperimentField& field : experimentFields()) {
        if (field.table() != table) {
            table = field.table();
            text += "\n[" + table + "]\n";
        }
        text += field.leaf() + " = " + field.write(draft) + "\n";
    }
    return text;
}

Experiment loadExperiment(const std::string& path) {
    namespace fs = std::filesystem;
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (!fs::exists(status)) {
        throw InputError(path + ": no such file. Check the path, or see `elboroom list experiments`.");
    }
    if (!fs::is_regular_file(status)) {
        throw InputError(path + ": expected an experiment file, found " +
                         (fs::is_directory(status) ? "a folder" : "something that is not a regular file") + ".");
    }
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        throw InputError(path + ": cannot be opened. Check its permissions.");
    }
    // Read one byte beyond the limit rather than trust the size: the file may grow.
    std::string text(kLongestFile + 1, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (file.bad()) {
        throw InputError(path + ": cannot be read. Check the disk.");
    }
    text.resize(static_cast<std::size_t>(file.gcount()));
    if (text.size() > kLongestFile) {
        throw InputError(path + ": expected an experiment file of at most " + std::to_string(kLongestFile) +
                         " bytes, found more. Check that this is the file you meant.");
    }
    return parseExperiment(text, path);
}

void assignField(Experiment& experiment, const std::string& assignment) {
    const std::size_t equals = assignment.find('=');
    if (equals == std::string::npos) {
        throw InputError("\"" + assignment + "\": expected KEY=VALUE, as in beta=0.5");
    }
    const ExperimentField& field = resolve(trimmed(assignment.substr(0, equals)));
    const std::string value = trimmed(assignment.substr(equals + 1));
    // A knob expression needs quotes in a file only: [1, 2] stays a list.
    const bool bare =
        (field.bareText || (field.expression && !value.empty() && value.front() != '[')) && readsBare(value);

    ExperimentDraft draft(experiment);
    toml::table table;
    try {
        table = toml::parse("value = " + (bare ? quoted(value) : value));
    } catch (const toml::parse_error&) {
        throw InputError(mustBe(field, "\"" + value + "\""));
    }
    const toml::node* node = table.get("value");
    // More than one key: the value held a line break and went on with another assignment.
    if (node == nullptr || table.size() != 1 || !field.read(draft, *node)) {
        throw InputError(mustBe(field, "\"" + value + "\""));
    }
    if (!field.inRange(draft)) {
        throw InputError(mustBe(field, field.write(draft)));
    }
    experiment = draft.finish();
}

std::string fieldText(const Experiment& experiment, const std::string& key) {
    const ExperimentField& field = resolve(key);
    std::string text = field.write(ExperimentDraft(experiment));
    if (!field.bareText) {
        return text;
    }
    const toml::table table = toml::parse("value = " + text);
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

const std::vector<std::string>& activationNames() {
    static const std::vector<std::string> kNames{"identity", "relu",     "leaky_relu", "tanh",
                                                 "sigmoid",  "softplus", "gelu",       "elu"};
    return kNames;
}

const std::vector<std::string>& likelihoodNames() {
    static const std::vector<std::string> kNames{"bernoulli", "gaussian"};
    return kNames;
}

const std::vector<std::string>& varianceNames() {
    static const std::vector<std::string> kNames{"fixed", "learned", "network"};
    return kNames;
}

const std::vector<std::string>& scaleNames() {
    static const std::vector<std::string> kNames{"exponential", "sigmoid"};
    return kNames;
}

const std::vector<std::string>& binarisationNames() {
    static const std::vector<std::string> kNames{"none", "stochastic", "static", "threshold"};
    return kNames;
}

const std::vector<std::string>& kernelNames() {
    static const std::vector<std::string> kNames{"gaussian_dim2", "gaussian_dim", "imq", "multi_scale"};
    return kNames;
}

const std::vector<std::string>& divergenceNames() {
    static const std::vector<std::string> kNames{"mmd",  "moments",  "stein",           "adversarial",
                                                 "wgan", "kl_ratio", "reverse_kl_ratio"};
    return kNames;
}

const std::vector<std::string>& rateTermNames() {
    static const std::vector<std::string> kNames{"rate", "target", "free_bits", "information", "soft_free_bits", "cap"};
    return kNames;
}

const std::vector<std::string>& rateEstimateNames() {
    static const std::vector<std::string> kNames{"closed_form", "log_ratio", "adversarial"};
    return kNames;
}

const std::vector<std::string>& scheduleNames() {
    static const std::vector<std::string> kNames{"constant", "linear_decay"};
    return kNames;
}

const std::vector<std::string>& precisionNames() {
    static const std::vector<std::string> kNames{"float32", "float64"};
    return kNames;
}

const std::vector<std::string>& engineNames() {
    static const std::vector<std::string> kNames{"fused", "plain"};
    return kNames;
}

const std::vector<std::string>& deviceNames() {
    static const std::vector<std::string> kNames{"cpu", "cuda"};
    return kNames;
}

}  // namespace elbo
