// Kernels of the maximum mean discrepancy, by name (MATH: section 4). No tensor.
#pragma once

#include "models/spec/names.h"

namespace elbo {

/// k(a, b) as a function of the squared distance r2 between codes of dimension d.
enum class DivergenceKernel {
    GaussianDim2,           ///< exp(-r2 / d^2), the InfoVAE authors' code; a paper's lambda is meant with it
    GaussianDim,            ///< exp(-r2 / d)
    InverseMultiquadratic,  ///< C / (C + r2), C = 2 d
    MultiScale,             ///< mean of Gaussians with bandwidths d * {1/4, 1/2, 1, 2, 4}
};

template <>
inline constexpr std::array<EnumName<DivergenceKernel>, 4> namesOf<DivergenceKernel>{{
    {DivergenceKernel::GaussianDim2, "gaussian_dim2", "Gaussian, dim squared",
     "exp(-r^2 / dim^2), as in the code of the InfoVAE authors"},
    {DivergenceKernel::GaussianDim, "gaussian_dim", "Gaussian, dim", "exp(-r^2 / dim)"},
    {DivergenceKernel::InverseMultiquadratic, "imq", "inverse multiquadratic", "C / (C + r^2) with C = 2 dim"},
    {DivergenceKernel::MultiScale, "multi_scale", "multi-scale",
     "the mean of five Gaussians with squared widths from dim / 4 to 4 dim"},
}};
static_assert(wellNamed(DivergenceKernel::MultiScale));

}  // namespace elbo
