// The weights of the rate at which a linear model loses its directions, one after the other (Lucas et al. 2019).
#pragma once

#include <vector>

#include "training/experiment/experiment.h"
#include "training/tensors/model_inputs.h"

namespace elbo {

/// s_i / sigma^2 for the largest eigenvalues s_i of the covariance of the training data, as many as there are latent
/// dimensions, the largest first: where the weight of the rate exceeds one, the best model no longer uses that
/// direction. Empty for a model that is not linear with a Gaussian likelihood of fixed variance, or for data of too
/// many dimensions.
std::vector<double> directionThresholds(const Experiment& experiment, const ModelInputs& train);

}  // namespace elbo
