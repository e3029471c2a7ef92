#include "training/experiment/objective_preset.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>

#include "training/experiment/experiment_text.h"
#include "training/experiment/input_error.h"
#include "training/experiment/toml_guard.h"

namespace elbo {

namespace {

const std::vector<std::string> kKeys{"name", "title", "citation", "explanation", "settings", "open"};

std::string place(const std::string& origin, const toml::node& node) {
    return fmt::format("{}, line {}", origin, node.source().begin.line);
}

std::string textOf(const toml::table& table, const std::string& key, const std::string& origin) {
    const auto value = table[key].value_exact<std::string>();
    if (!value || value->empty()) {
        throw InputError(fmt::format("{}: an [[objective]] needs {} = \"...\"", place(origin, table), key));
    }
    return *value;
}

std::vector<std::string> textsOf(const toml::array& list, const std::string& origin, const char* wanted) {
    std::vector<std::string> texts;
    for (const toml::node& node : list) {
        const auto text = node.value_exact<std::string>();
        if (!text) {
            throw InputError(fmt::format("{}: {}", place(origin, node), wanted));
        }
        texts.push_back(*text);
    }
    return texts;
}

ObjectivePreset read(const toml::table& table, const std::string& origin) {
    for (const auto& [key, value] : table) {
        if (std::find(kKeys.begin(), kKeys.end(), std::string(key.str())) == kKeys.end()) {
            throw InputError(
                fmt::format("{}: \"{}\" is no key of an [[objective]]; it has name, title, citation, explanation, "
                            "settings and open",
                            place(origin, value), key.str()));
        }
    }
    ObjectivePreset preset{textOf(table, "name", origin),
                           textOf(table, "title", origin),
                           textOf(table, "citation", origin),
                           textOf(table, "explanation", origin),
                           {},
                           {}};
    const toml::array* settings = table["settings"].as_array();
    if (settings == nullptr) {
        throw InputError(
            fmt::format("{}: \"{}\" needs settings = [\"key=value\", ...]", place(origin, table), preset.name));
    }
    preset.settings = textsOf(*settings, origin, "a setting is a text such as \"objective.beta=4\"");
    if (const toml::array* open = table["open"].as_array()) {
        preset.open = textsOf(*open, origin, "an open field is a text such as \"objective.beta\"");
    }
    try {
        const Experiment begun = withPreset(Experiment(), preset);
        for (const std::string& key : preset.open) {
            fieldText(begun, key);
        }
    } catch (const InputError& error) {
        throw InputError(fmt::format("{}: \"{}\": {}", place(origin, table), preset.name, error.what()));
    }
    return preset;
}

/// All members alike, since a preset says nothing of differences; the size of the fleet stays.
std::vector<Knobs> uniform(const Experiment& experiment) {
    return {experiment.knobs.size(), Knobs{}};
}

bool weighsNoDivergence(const Knobs& knobs) {
    return knobs.divergenceWeight() == 0.0 && knobs.secondDivergence == 0.0 && knobs.dataDivergence == 0.0 &&
           knobs.jointDivergence == 0.0;
}

/// Whether the experiment differs from the preset in its open fields alone.
bool isOfKind(const Experiment& experiment, const ObjectivePreset& preset) {
    Experiment wanted = withPreset(experiment, preset);
    for (const std::string& key : preset.open) {
        assignField(wanted, fmt::format("{}={}", key, fieldText(experiment, key)));
    }
    if (wanted.knobs.size() == 1) {
        // One value for all makes a single model of a fleet in which nothing varies.
        wanted.knobs.assign(experiment.knobs.size(), wanted.knobs.front());
    }
    if (std::all_of(experiment.knobs.begin(), experiment.knobs.end(), weighsNoDivergence) &&
        experiment.objective.rateTerm == wanted.objective.rateTerm &&
        experiment.objective.rateEstimate == wanted.objective.rateEstimate) {
        wanted.objective = experiment.objective;
    }
    return wanted == experiment;
}

}  // namespace

std::vector<ObjectivePreset> parsePresets(const std::string& text, const std::string& origin) {
    toml::table table;
    requireHarmlessToml(text, origin);
    try {
        table = toml::parse(text);
    } catch (const toml::parse_error& error) {
        throw InputError(fmt::format("{}, line {}: {}", origin, error.source().begin.line, error.description()));
    }
    const toml::array* list = table["objective"].as_array();
    if (list == nullptr || table.size() != 1) {
        throw InputError(fmt::format("{}: expected a list of [[objective]] tables and nothing else", origin));
    }
    std::vector<ObjectivePreset> presets;
    for (const toml::node& node : *list) {
        if (!node.is_table()) {
            throw InputError(fmt::format("{}: expected an [[objective]] table", place(origin, node)));
        }
        presets.push_back(read(*node.as_table(), origin));
        const auto same = [&](const ObjectivePreset& other) { return other.name == presets.back().name; };
        if (std::count_if(presets.begin(), presets.end(), same) > 1) {
            throw InputError(
                fmt::format("{}: there are two objectives named \"{}\"", place(origin, node), presets.back().name));
        }
    }
    return presets;
}

Experiment withPreset(const Experiment& experiment, const ObjectivePreset& preset) {
    Experiment result = experiment;
    result.objective = {};
    result.constraints = {};
    result.schedule = {};
    result.history = {};
    result.knobs = uniform(experiment);
    for (const std::string& setting : preset.settings) {
        assignField(result, setting);
    }
    // One value for all makes a single model of a fleet in which nothing varies.
    result.knobs.assign(experiment.knobs.size(), result.knobs.front());
    result.validate();
    return result;
}

bool objectiveOnlyDiffers(const Experiment& from, const Experiment& to) {
    Experiment other = from;
    other.objective = to.objective;
    other.knobs = to.knobs;
    other.history = to.history;
    return other == to && from.knobs.size() == to.knobs.size();
}

const ObjectivePreset* presetOf(const Experiment& moved, const std::vector<ObjectivePreset>& presets) {
    Experiment experiment = moved;
    experiment.history = {};  // the way to an objective is no part of it
    const auto first = [&](const auto& fits) -> const ObjectivePreset* {
        const auto found = std::find_if(presets.begin(), presets.end(), [&](const ObjectivePreset& preset) {
            try {
                return fits(preset);
            } catch (const InputError&) {
                return false;  // does not fit this model
            }
        });
        return found == presets.end() ? nullptr : &*found;
    };
    if (const ObjectivePreset* exact =
            first([&](const ObjectivePreset& preset) { return withPreset(experiment, preset) == experiment; })) {
        return exact;
    }
    return first([&](const ObjectivePreset& preset) { return !preset.open.empty() && isOfKind(experiment, preset); });
}

}  // namespace elbo
