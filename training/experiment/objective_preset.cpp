#include "training/experiment/objective_preset.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <utility>

#include "training/experiment/experiment_text.h"
#include "training/experiment/input_error.h"
#include "training/experiment/toml_guard.h"

namespace elbo {

namespace {

const PresetKind kObjectives{"objective", {"name", "title", "citation", "explanation"}, true};

std::string place(const std::string& origin, const toml::node& node) {
    return fmt::format("{}, line {}", origin, node.source().begin.line);
}

/// "a, b and c".
std::string listed(const std::vector<std::string>& words) {
    return fmt::format("{} and {}", fmt::join(words.begin(), words.end() - 1, ", "), words.back());
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

PresetTable read(const toml::table& table, const std::string& origin, const PresetKind& kind) {
    std::vector<std::string> keys = kind.texts;
    keys.emplace_back("settings");
    if (kind.open) {
        keys.emplace_back("open");
    }
    for (const auto& [key, value] : table) {
        if (std::find(keys.begin(), keys.end(), std::string(key.str())) == keys.end()) {
            throw InputError(fmt::format("{}: \"{}\" is no key of an [[{}]]; it has {}", place(origin, value),
                                         key.str(), kind.name, listed(keys)));
        }
    }
    PresetTable preset;
    preset.place = place(origin, table);
    for (const std::string& key : kind.texts) {
        const auto value = table[key].value_exact<std::string>();
        if (!value || value->empty()) {
            throw InputError(fmt::format("{}: an [[{}]] needs {} = \"...\"", preset.place, kind.name, key));
        }
        preset.texts.push_back(*value);
    }
    const toml::array* settings = table["settings"].as_array();
    if (settings == nullptr) {
        throw InputError(
            fmt::format("{}: \"{}\" needs settings = [\"key=value\", ...]", preset.place, preset.texts.front()));
    }
    preset.settings = textsOf(*settings, origin, "a setting is a text such as \"objective.beta=4\"");
    if (const toml::array* open = table["open"].as_array()) {
        preset.open = textsOf(*open, origin, "an open field is a text such as \"objective.beta\"");
    }
    return preset;
}

/// Tries the preset on the default experiment, so that a misspelt setting is an error where it stands.
void requireSense(const ObjectivePreset& preset, const std::string& place) {
    try {
        const Experiment begun = withPreset(Experiment(), preset);
        for (const std::string& key : preset.open) {
            fieldText(begun, key);
        }
    } catch (const InputError& error) {
        throw InputError(fmt::format("{}: \"{}\": {}", place, preset.name, error.what()));
    }
}

/// All members alike, since a preset says nothing of differences; the size of the fleet stays.
std::vector<Knobs> uniform(const Experiment& experiment) {
    return {experiment.knobs.size(), Knobs{}};
}

bool weighsNoDivergence(const Knobs& knobs) {
    return knobs.divergenceWeight() == 0.0 && knobs.secondDivergence == 0.0 && knobs.dataDivergence == 0.0 &&
           knobs.jointDivergence == 0.0;
}

/// Whether the experiment trains what `wanted` does: the kind of a divergence that weighs nothing makes no difference.
bool trainsAs(const Experiment& experiment, Experiment wanted) {
    if (std::all_of(experiment.knobs.begin(), experiment.knobs.end(), weighsNoDivergence) &&
        experiment.objective.rateTerm == wanted.objective.rateTerm &&
        experiment.objective.rateEstimate == wanted.objective.rateEstimate &&
        experiment.objective.importanceSamples == wanted.objective.importanceSamples &&
        experiment.objective.gradient == wanted.objective.gradient) {
        wanted.objective = experiment.objective;
    }
    return wanted == experiment;
}

/// Whether the experiment differs from the preset in its open fields alone.
bool isOfKind(const Experiment& experiment, const ObjectivePreset& preset) {
    Experiment wanted = withPreset(experiment, preset);
    if ((wanted.objective.importanceSamples > 1) != (experiment.objective.importanceSamples > 1)) {
        return false;  // codes of which there is one are not weighed against each other, whatever is left open
    }
    for (const std::string& key : preset.open) {
        assignField(wanted, fmt::format("{}={}", key, fieldText(experiment, key)));
    }
    if (wanted.knobs.size() == 1) {
        // One value for all makes a single model of a fleet in which nothing varies.
        wanted.knobs.assign(experiment.knobs.size(), wanted.knobs.front());
    }
    return trainsAs(experiment, std::move(wanted));
}

}  // namespace

std::vector<PresetTable> readPresetTables(const std::string& text, const std::string& origin, const PresetKind& kind) {
    toml::table table;
    requireHarmlessToml(text, origin);
    try {
        table = toml::parse(text);
    } catch (const toml::parse_error& error) {
        throw InputError(fmt::format("{}, line {}: {}", origin, error.source().begin.line, error.description()));
    }
    const toml::array* list = table[kind.name].as_array();
    if (list == nullptr || table.size() != 1) {
        throw InputError(fmt::format("{}: expected a list of [[{}]] tables and nothing else", origin, kind.name));
    }
    std::vector<PresetTable> presets;
    for (const toml::node& node : *list) {
        if (!node.is_table()) {
            throw InputError(fmt::format("{}: expected an [[{}]] table", place(origin, node), kind.name));
        }
        PresetTable preset = read(*node.as_table(), origin, kind);
        const std::string& name = preset.texts.front();
        if (std::any_of(presets.begin(), presets.end(),
                        [&](const PresetTable& other) { return other.texts.front() == name; })) {
            throw InputError(fmt::format("{}: there are two {}s named \"{}\"", preset.place, kind.name, name));
        }
        presets.push_back(std::move(preset));
    }
    return presets;
}

std::vector<ObjectivePreset> parsePresets(const std::string& text, const std::string& origin) {
    std::vector<ObjectivePreset> presets;
    for (PresetTable& table : readPresetTables(text, origin, kObjectives)) {
        presets.push_back({table.texts[0], table.texts[1], table.texts[2], table.texts[3], std::move(table.settings),
                           std::move(table.open)});
        requireSense(presets.back(), table.place);
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
    if (const ObjectivePreset* exact = first(
            [&](const ObjectivePreset& preset) { return trainsAs(experiment, withPreset(experiment, preset)); })) {
        return exact;
    }
    return first([&](const ObjectivePreset& preset) { return !preset.open.empty() && isOfKind(experiment, preset); });
}

}  // namespace elbo
