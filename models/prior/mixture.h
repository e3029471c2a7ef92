// What priors that are mixtures have in common.
#pragma once

#include <torch/types.h>

#include <functional>

#include "models/posterior/gaussian.h"

namespace elbo {

/// Which component each draw is of, [M, N] from 0 to K - 1, by a standard normal value of its own: `normal` [M, N, 1],
/// `logits` of the weights [M, 1, K]. No gradient: weights are trained through log densities alone.
torch::Tensor chosenComponents(const torch::Tensor& logits, const torch::Tensor& normal);

/// log sum_k w_k p_k(z) in nats for codes z [M, N, Z], [M, N]; `logDensities` gives log p_k(z), [M, n, K], of some of
/// the codes at a time.
torch::Tensor mixtureLogDensity(const torch::Tensor& logits, const torch::Tensor& z,
                                const std::function<torch::Tensor(const torch::Tensor&)>& logDensities);

/// Prior::reach() of Gaussian components, [M, 2, Z].
torch::Tensor reachOf(const Gaussian& components);

}  // namespace elbo
