// Stein variational gradient and the kernelised Stein discrepancy of codes against a prior that is known by its score,
// the gradient of log p(z) (MATH: section 4). That of N(0, I) is -z, and is meant where no score is given. The kernel
// is k(a, b) = exp(-|a - b|^2 / (2 h)).
#pragma once

#include <torch/types.h>

#include "models/divergence/mmd.h"

namespace elbo {

/// h of the median heuristic, median(r)^2 / (2 log(N + 1)) over pairs of different points, so that a point and its
/// neighbours weigh alike: z [M, N, d], returns [M]. Never below 1e-3, for codes that have become one point.
torch::Tensor medianBandwidth(const torch::Tensor& z);

/// phi(z_i) = 1/N sum_j [k(z_j, z_i) grad log p(z_j) + grad_{z_j} k(z_j, z_i)], [M, N, d]: the direction in which codes
/// move towards the prior fastest. h: [M].
torch::Tensor steinDirection(const torch::Tensor& z, const torch::Tensor& h, const torch::Tensor& score = {});

/// The squared kernelised Stein discrepancy, [M]: how fast phi brings KL(q(z) || p(z)) down. Biased: all pairs, never
/// negative; unbiased: pairs of different points.
torch::Tensor steinDiscrepancy(const torch::Tensor& z, const torch::Tensor& h, MmdEstimator estimator,
                               const torch::Tensor& score = {});

/// The term of a training loss, [M]: the value is steinDiscrepancy (biased) of the batch, the gradient with respect to
/// z_i is -phi(z_i) / N. A fixed `bandwidth` h, or 0 for the median heuristic.
torch::Tensor steinTerm(const torch::Tensor& z, const torch::Tensor& score, double bandwidth);

/// [M] of that bandwidth for z.
torch::Tensor steinBandwidth(const torch::Tensor& z, double bandwidth);

}  // namespace elbo
