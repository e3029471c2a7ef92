// Kernels of the maximum mean discrepancy, by name (MATH: section 4). No tensor.
#pragma once

namespace elbo {

/// k(a, b) as a function of the squared distance r2 between codes of dimension d.
enum class DivergenceKernel {
    GaussianDim2,           ///< exp(-r2 / d^2), the InfoVAE authors' code; a paper's lambda is meant with it
    GaussianDim,            ///< exp(-r2 / d)
    InverseMultiquadratic,  ///< C / (C + r2), C = 2 d
    MultiScale,             ///< mean of Gaussians with bandwidths d * {1/4, 1/2, 1, 2, 4}
};

}  // namespace elbo
