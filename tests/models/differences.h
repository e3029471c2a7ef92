// Gradients by finite differences, for the tests over registries.
#pragma once

#include <algorithm>
#include <functional>

#include "models/fleet/fleet_parameters.h"
#include "models/tensor/torch.h"

namespace elbo {

/// The largest difference between autograd and central differences of `loss` (summed over everything) in any parameter,
/// relative to the largest gradient. `parameters`: trainable, float64.
inline double gradientError(FleetParameters& parameters, const std::function<torch::Tensor()>& loss) {
    constexpr double kStep = 1e-6;
    parameters.gradients().zero_();
    loss().sum().backward();
    const torch::Tensor exact = parameters.gradients().clone();
    const torch::NoGradGuard noGradients;
    double worst = 0.0;
    torch::Tensor values = parameters.values().flatten();
    for (std::int64_t i = 0; i < values.numel(); ++i) {
        torch::Tensor entry = values[i];
        const double value = entry.item<double>();
        entry.fill_(value + kStep);
        const double up = loss().sum().item<double>();
        entry.fill_(value - kStep);
        const double down = loss().sum().item<double>();
        entry.fill_(value);
        worst = std::max(worst, std::abs((up - down) / (2.0 * kStep) - exact.flatten()[i].item<double>()));
    }
    return worst / std::max(1e-3, exact.abs().max().item<double>());
}

/// Nodes of a grid over [-reach, reach] in one or two dimensions, [points, dims], float64, and the area of a cell.
inline std::pair<torch::Tensor, double> evenGrid(double reach, int nodes, int dims) {
    const torch::Tensor line = torch::linspace(-reach, reach, nodes, torch::kFloat64);
    const double step = 2.0 * reach / (nodes - 1);
    return dims == 1 ? std::pair(line.unsqueeze(1), step) : std::pair(torch::cartesian_prod({line, line}), step * step);
}

}  // namespace elbo
