// Experiments as TOML, and single fields as text ("beta=0.5", "data.train_size=500").
#pragma once

#include <string>
#include <vector>

#include "training/experiment/experiment.h"

namespace elbo {

/// Parses an experiment file. `origin` names the file in messages. Unknown keys are errors that name the nearest known
/// key; values out of range are errors too. Missing keys keep their defaults; a missing title is the name. Throws
/// InputError with line and column.
Experiment parseExperiment(const std::string& toml, const std::string& origin);

/// The inverse of parseExperiment: every field, so that parse(write(e)) == e.
std::string writeExperiment(const Experiment& experiment);

/// Reads a file through parseExperiment; refuses directories, unreadable and over-long files. Throws InputError.
Experiment loadExperiment(const std::string& path);

/// Applies one assignment "key=value", as if that line of the experiment's file were replaced. The key is dotted
/// ("data.train_size") or a last part that is unique ("beta", "train_size"); bare "seed" means run.seed, bare
/// "learning_rate" optimiser.learning_rate, bare "name" the experiment's name, with which a title goes that only
/// repeats it. Words, texts and expressions need no quotes; lists are written [a, b]. Several values of a knob set the
/// size of the fleet, or multiply it where they begin with x (see knob_expression.h); one number holds for all members,
/// so that a fleet in which nothing else varies becomes a single model. Throws InputError and leaves the experiment as
/// it was.
void assignField(Experiment& experiment, const std::string& assignment);

/// The text of one field as assignField reads it. Throws InputError for an unknown key.
std::string fieldText(const Experiment& experiment, const std::string& key);

/// All dotted keys in file order.
std::vector<std::string> experimentKeys();

}  // namespace elbo
