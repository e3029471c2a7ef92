#include "training/experiment/architecture_preset.h"

#include <fmt/format.h>

#include <utility>

#include "training/experiment/experiment_text.h"
#include "training/experiment/input_error.h"
#include "training/experiment/objective_preset.h"

namespace elbo {

namespace {

const PresetKind kArchitectures{"architecture", {"name", "label", "source", "explanation"}, false};

void requireSense(const ArchitecturePreset& preset, const std::string& place) {
    try {
        for (const std::string& setting : preset.settings) {
            if (!setting.starts_with("model.")) {
                throw InputError(fmt::format("\"{}\" is no field of [model]", setting));
            }
        }
        withArchitecture(Experiment(), preset);
    } catch (const InputError& error) {
        throw InputError(fmt::format("{}: \"{}\": {}", place, preset.name, error.what()));
    }
}

}  // namespace

std::vector<ArchitecturePreset> parseArchitectures(const std::string& text, const std::string& origin) {
    std::vector<ArchitecturePreset> presets;
    for (PresetTable& table : readPresetTables(text, origin, kArchitectures)) {
        presets.push_back({table.texts[0], table.texts[1], table.texts[2], table.texts[3], std::move(table.settings)});
        requireSense(presets.back(), table.place);
    }
    return presets;
}

Experiment withArchitecture(const Experiment& experiment, const ArchitecturePreset& preset) {
    const ModelSpec& before = experiment.model;
    Experiment result = experiment;
    result.model = {};
    result.model.latentDim = before.latentDim;
    result.model.likelihood = before.likelihood;
    result.model.variance = before.variance;
    result.model.noiseVariance = before.noiseVariance;
    for (const std::string& setting : preset.settings) {
        assignField(result, setting);
    }
    result.validate();
    return result;
}

}  // namespace elbo
