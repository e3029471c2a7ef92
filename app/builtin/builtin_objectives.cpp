#include "app/builtin/builtin_objectives.h"

#include <fmt/format.h>

#include <QFile>
#include <algorithm>

#include "app/builtin/builtin_architectures.h"
#include "app/builtin/builtin_experiments.h"
#include "training/experiment/experiment_text.h"
#include "training/experiment/input_error.h"

/// The resources live in a static library: without this reference the linker leaves them out.
static void linkResources() {
    Q_INIT_RESOURCE(resources);
}

namespace elbo {

const std::vector<ObjectivePreset>& builtinObjectives() {
    static const std::vector<ObjectivePreset> kPresets = [] {
        linkResources();
        QFile file(":/objectives.toml");
        if (!file.open(QIODevice::ReadOnly)) {
            throw InputError("the objectives that come with the program are missing; install it anew");
        }
        return parsePresets(file.readAll().toStdString(), "built-in objectives");
    }();
    return kPresets;
}

const ObjectivePreset& namedObjective(const std::string& name) {
    const auto& presets = builtinObjectives();
    const auto found = std::find_if(presets.begin(), presets.end(),
                                    [&](const ObjectivePreset& preset) { return preset.name == name; });
    if (found != presets.end()) {
        return *found;
    }
    std::vector<std::string> names;
    for (const ObjectivePreset& preset : presets) {
        names.push_back(preset.name);
    }
    throw InputError(
        fmt::format("objective is \"{}\", but must be one of {}", name, fmt::join(nearestFirst(name, names), ", ")));
}

void applySetting(Experiment& experiment, const std::string& assignment) {
    constexpr std::string_view kObjective = "objective=", kArchitecture = "architecture=";
    if (assignment.starts_with(kObjective)) {
        experiment = withPreset(experiment, namedObjective(assignment.substr(kObjective.size())));
    } else if (assignment.starts_with(kArchitecture)) {
        experiment = withArchitecture(experiment, namedArchitecture(assignment.substr(kArchitecture.size())));
    } else {
        assignField(experiment, assignment);
    }
}

}  // namespace elbo
