// Memory for what every step walks through from end to end: parameters, gradients, moments.
#pragma once

#include <torch/types.h>

namespace elbo {

/// Zeros of the given shape. On the CPU, from a few megabytes on, in large pages where Linux has them: passes over
/// small pages spend half of their time looking up addresses. Any thread.
torch::Tensor zeroBuffer(torch::IntArrayRef shape, const torch::TensorOptions& options);

}  // namespace elbo
