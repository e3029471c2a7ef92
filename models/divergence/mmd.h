// Maximum mean discrepancy between codes and prior draws (MATH: section 4).
#pragma once

#include <torch/types.h>

#include "models/spec/kernel.h"

namespace elbo {

enum class MmdEstimator {
    Biased,    ///< V-statistic: all pairs, never negative; what training minimises
    Unbiased,  ///< U-statistic: pairs of different points; what reports show
};

/// Kernel values of squared distances, any shape.
torch::Tensor kernelOf(const torch::Tensor& squaredDistances, DivergenceKernel kernel, std::int64_t dim);

/// Squared Euclidean distances between rows: a [M, N, d], b [M or 1, K, d]; [M, N, K].
torch::Tensor squaredDistances(const torch::Tensor& a, const torch::Tensor& b);

/// MMD^2 = E k(z,z') - 2 E k(z,y) + E k(y,y') for z [M, N, d] and y [M or 1, K, d]; returns [M]. Differentiable in z.
/// Memory: one [M, N, K] block; for large sets use mmdInBlocks.
torch::Tensor mmd(const torch::Tensor& z, const torch::Tensor& y, DivergenceKernel kernel, MmdEstimator estimator);

/// The same value without gradients in tiles of pairs: memory stays at a few [M, block, block], which the default keeps
/// within the caches of one core.
torch::Tensor mmdInBlocks(const torch::Tensor& z, const torch::Tensor& y, DivergenceKernel kernel,
                          MmdEstimator estimator, std::int64_t block = 384);

}  // namespace elbo
