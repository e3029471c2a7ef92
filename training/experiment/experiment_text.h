// Experiments as TOML, and single fields as text ("beta=0.5", "data.train_size=500").
#pragma once

#include <string>
#include <vector>

#include "training/experiment/experiment.h"

namespace elbo {

/// Parses an experiment file. `origin` names the file in messages. Unknown keys are errors that name the nearest known
/// key; values out of range are errors too. Missing keys keep their defaults. Throws InputError with line and column.
Experiment parseExperiment(const std::string& toml, const std::string& origin);

/// The inverse of parseExperiment: every field, so that parse(write(e)) == e.
std::string writeExperiment(const Experiment& experiment);

/// Reads a file through parseExperiment; refuses directories, unreadable and over-long files. Throws InputError.
Experiment loadExperiment(const std::string& path);

/// Applies one assignment "key=value", as if that line of the experiment's file were replaced. The key is dotted
/// ("data.train_size") or a last part that is unique ("beta", "train_size"); bare "seed" means run.seed, bare
/// "learning_rate" optimiser.learning_rate, bare "name" the experiment's name. Words, texts and expressions need no
/// quotes; lists are written [a, b]. Several values of a knob set the size of the fleet, or multiply it where they
/// begin with x (see knob_expression.h); one number holds for all members, so that a fleet in which nothing else varies
/// becomes a single model. Throws InputError and leaves the experiment as it was.
void assignField(Experiment& experiment, const std::string& assignment);

/// The text of one field as assignField reads it. Throws InputError for an unknown key.
std::string fieldText(const Experiment& experiment, const std::string& key);

/// All dotted keys in file order.
std::vector<std::string> experimentKeys();

// Names used in files, on the command line and in panels.
const std::vector<std::string>& activationNames();    ///< in the order of Activation
const std::vector<std::string>& likelihoodNames();    ///< in the order of LikelihoodKind
const std::vector<std::string>& varianceNames();      ///< in the order of VarianceKind
const std::vector<std::string>& scaleNames();         ///< in the order of ScaleKind
const std::vector<std::string>& binarisationNames();  ///< in the order of Binarisation
const std::vector<std::string>& kernelNames();        ///< in the order of DivergenceKernel
const std::vector<std::string>& divergenceNames();    ///< in the order of DivergenceKind
const std::vector<std::string>& rateTermNames();      ///< in the order of RateTerm
const std::vector<std::string>& rateEstimateNames();  ///< in the order of RateEstimate
const std::vector<std::string>& scheduleNames();      ///< in the order of Schedule
const std::vector<std::string>& precisionNames();     ///< in the order of Precision
const std::vector<std::string>& engineNames();        ///< in the order of Engine
const std::vector<std::string>& deviceNames();        ///< in the order of Device

}  // namespace elbo
