// What the weight of the rate multiplies: the rate itself, or a target, a floor or a cap for it (MATH: section 3).
#pragma once

#include <torch/types.h>

#include "models/posterior/posterior.h"
#include "models/spec/objective_spec.h"

namespace elbo {

/// I = mean over the batch of log q(z|x) - log 1/B sum_j q(z|x_j) in nats, [M]: the information between example and
/// code with the batch in place of the data. At most log B. z: [M, B, Z], one code per posterior.
torch::Tensor batchInformation(const DiagonalGaussian& posterior, const torch::Tensor& z);

/// What the weight of the rate multiplies, [M]; undefined where that is the rate in closed form.
torch::Tensor rateTerm(const ObjectiveSpec& spec, const DiagonalGaussian& posterior, const torch::Tensor& z);

}  // namespace elbo
