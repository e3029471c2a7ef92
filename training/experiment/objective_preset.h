// Objectives that have a name in the literature, as data: settings of an experiment with their source.
#pragma once

#include <string>
#include <vector>

#include "training/experiment/experiment.h"

namespace elbo {

/// A named objective. Any thread.
struct ObjectivePreset {
    std::string name;         ///< "mmd-vae": what `--objective` takes
    std::string title;        ///< "MMD-VAE"
    std::string citation;     ///< "Zhao, Song and Ermon 2017"
    std::string explanation;  ///< one sentence, for a tooltip
    /// Assignments such as "objective.lambda=1000", in the order in which they are made. Those of [objective] and
    /// [schedule] begin from the fields' initial values; others change a part of the model or the optimiser.
    std::vector<std::string> settings;
    /// Fields whose value the name leaves open, such as "objective.beta": `settings` says with which to begin.
    std::vector<std::string> open = {};
};

/// Reads a list of [[objective]] tables. `origin` names the file in messages. Every preset is tried on the default
/// experiment, so that a misspelt setting is an error here. Throws InputError.
std::vector<ObjectivePreset> parsePresets(const std::string& toml, const std::string& origin);

/// The experiment with the preset's objective for every member of its fleet; constraints and schedules of the old
/// objective are gone. Throws InputError when the settings do not fit the rest of the experiment.
Experiment withPreset(const Experiment& experiment, const ObjectivePreset& preset);

/// Whether a run of `from` can go on as `to`: they differ in objective, kernel, knobs and history only.
bool objectiveOnlyDiffers(const Experiment& from, const Experiment& to);

/// The preset whose settings the experiment has, or null: for a caption. One that has exactly these settings goes
/// before one that leaves them open; there, divergences that weigh nothing do not matter.
const ObjectivePreset* presetOf(const Experiment& experiment, const std::vector<ObjectivePreset>& presets);

// How settings that have a name are read, whatever they are of: architecture_preset.h has another kind ----------------

/// What the tables of a file are called and have.
struct PresetKind {
    std::string name;                ///< "objective": its tables are [[objective]]
    std::vector<std::string> texts;  ///< keys of the texts that every table has; the first is its name
    bool open = false;               ///< whether a table may list fields that it leaves open
};

/// One table.
struct PresetTable {
    std::vector<std::string> texts;     ///< in the order of PresetKind::texts
    std::vector<std::string> settings;  ///< "objective.beta=4"
    std::vector<std::string> open;      ///< "objective.beta"
    std::string place;                  ///< "objectives.toml, line 7", for messages
};

/// Reads the tables of a file; `origin` names it in messages. What the settings say is not looked at. Throws InputError
/// for anything that is not such a list, for unknown or missing keys, and for a name that is there twice.
std::vector<PresetTable> readPresetTables(const std::string& text, const std::string& origin, const PresetKind& kind);

}  // namespace elbo
