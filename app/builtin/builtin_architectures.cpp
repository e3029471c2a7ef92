#include "app/builtin/builtin_architectures.h"

#include <fmt/format.h>

#include <QFile>
#include <algorithm>

#include "app/builtin/builtin_experiments.h"
#include "training/experiment/input_error.h"

/// The resources live in a static library: without this reference the linker leaves them out.
static void linkResources() {
    Q_INIT_RESOURCE(resources);
}

namespace elbo {

const std::vector<ArchitecturePreset>& builtinArchitectures() {
    static const std::vector<ArchitecturePreset> kPresets = [] {
        linkResources();
        QFile file(":/architectures.toml");
        if (!file.open(QIODevice::ReadOnly)) {
            throw InputError("the architectures that come with the program are missing; install it anew");
        }
        return parseArchitectures(file.readAll().toStdString(), "built-in architectures");
    }();
    return kPresets;
}

const ArchitecturePreset& namedArchitecture(const std::string& name) {
    const auto& presets = builtinArchitectures();
    const auto found = std::find_if(presets.begin(), presets.end(),
                                    [&](const ArchitecturePreset& preset) { return preset.name == name; });
    if (found != presets.end()) {
        return *found;
    }
    std::vector<std::string> names;
    for (const ArchitecturePreset& preset : presets) {
        names.push_back(preset.name);
    }
    throw InputError(
        fmt::format("architecture is \"{}\", but must be one of {}", name, fmt::join(nearestFirst(name, names), ", ")));
}

}  // namespace elbo
