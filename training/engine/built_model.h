// The model of an experiment, or why there is none.
#pragma once

#include "models/latent_model.h"
#include "training/experiment/experiment.h"

namespace elbo {

/// The architecture for data of this shape; it takes no memory for values. Throws InputError where the network cannot
/// be built for them: it wants images, or sides that can be halved more often.
LatentModel builtModel(const Experiment& experiment, const DataShape& data);

}  // namespace elbo
