// Linear layers of a fleet: the part that all fully connected networks share.
#pragma once

#include <torch/types.h>

#include <string>

#include "models/fleet/fleet_parameters.h"
#include "models/spec/model_spec.h"

namespace elbo {

/// Applies `activation` elementwise; any shape.
torch::Tensor activate(const torch::Tensor& x, Activation activation);

/// x W + b of every member: x [B, I] or [M, B, I], weight [M, I, O], bias [M, 1, O] or [M, B, O]. Returns [M, B, O].
torch::Tensor affine(const torch::Tensor& x, const torch::Tensor& weight, const torch::Tensor& bias);

/// x W + b with a weight [inputs, outputs] and a bias [1, outputs] per member.
struct LinearLayer {
    std::size_t weight = 0;  ///< slots of the layout
    std::size_t bias = 0;
    int inputs = 0;
    int outputs = 0;

    /// Registers "name.weight" and "name.bias".
    static LinearLayer add(ParameterLayout& layout, const std::string& name, int inputs, int outputs);

    /// x: [B, inputs] or [M, B, inputs]; returns [M, B, outputs].
    torch::Tensor forward(const FleetParameters& parameters, const torch::Tensor& x) const;

    /// Uniform in +-1/sqrt(inputs) for weights and biases, drawn once and given to every member.
    void initialise(FleetParameters& parameters, torch::Generator& generator) const;
    /// Weights N(0, stddev^2), biases 0.
    void initialiseNormal(FleetParameters& parameters, double stddev, torch::Generator& generator) const;
};

}  // namespace elbo
