// What a fleet needs, known before anything is taken.
#pragma once

#include <cstdint>

#include "models/spec/data_shape.h"
#include "training/data/dataset.h"
#include "training/data/machine.h"
#include "training/experiment/experiment.h"

namespace elbo {

/// Bytes that one member needs while it trains: parameters, gradients, two moments, and three copies of the activations
/// of one batch (outputs, gradients, and what autograd keeps). Throws InputError as builtModel() does.
std::uint64_t memberBytes(const Experiment& experiment, const DataShape& data);

/// Bytes that a trainer takes: all members, its batch, and its own copy of the training examples.
std::uint64_t trainerBytes(const Experiment& experiment, const Dataset& dataset);

/// Throws InputError with both figures and a remedy where a trainer would not fit into `machine`; what a graphics card
/// holds is not counted. Every trainer asks this of the machine it runs on before it takes anything.
void requireMemory(const Experiment& experiment, const Dataset& dataset, const Machine& machine);

}  // namespace elbo
