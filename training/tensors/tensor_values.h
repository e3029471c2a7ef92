// From tensors to plain arrays.
#pragma once

#include <torch/types.h>

#include <vector>

namespace elbo {

/// The elements of a tensor of any shape and precision in row-major order.
std::vector<float> toFloats(const torch::Tensor& values);
std::vector<double> toDoubles(const torch::Tensor& values);

}  // namespace elbo
