// From standard normal values to uniform ones.
#pragma once

#include <numbers>

#include "models/tensor/torch.h"

namespace elbo {

/// Values made uniform through the normal distribution function, kept off 0 and 1; any shape.
inline torch::Tensor uniformOf(const torch::Tensor& noise) {
    constexpr double kTiny = 1e-6;
    return (0.5 * (1.0 + torch::erf(noise / std::numbers::sqrt2))).clamp(kTiny, 1.0 - kTiny);
}

}  // namespace elbo
