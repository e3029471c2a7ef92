// Gaussian moment matching: the divergence between the normal distribution with the moments of q(z) and the prior.
#pragma once

#include <torch/types.h>

#include "models/posterior/gaussian.h"

namespace elbo {

/// KL(N(mean, covariance) || N(0, I)) in nats: mean [M, Z], covariance [M, Z, Z]; returns [M]. Differentiable. Not a
/// number where a covariance is not positive definite.
torch::Tensor gaussianKl(const torch::Tensor& mean, const torch::Tensor& covariance);

/// The same with the exact moments of the mixture of a batch of posteriors [M, B, Z]. Zero does not mean q(z) = p(z):
/// anything with mean 0 and covariance I has it.
torch::Tensor momentDivergence(const Gaussian& posterior);

}  // namespace elbo
