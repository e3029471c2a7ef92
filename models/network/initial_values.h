// First values of weights: drawn once and given to every member, in double whatever the precision of the run, so that
// both precisions start from the same weights.
#pragma once

#include <torch/types.h>

namespace elbo {

/// Uniform in +-bound. parameter: [M, ..].
void drawUniform(const torch::Tensor& parameter, double bound, torch::Generator& generator);

/// N(0, stddev^2). parameter: [M, ..].
void drawNormal(const torch::Tensor& parameter, double stddev, torch::Generator& generator);

}  // namespace elbo
