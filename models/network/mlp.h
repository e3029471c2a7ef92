// A multilayer perceptron for a whole fleet: every layer is one batched matrix product.
#pragma once

#include <torch/types.h>

#include <string>
#include <vector>

#include "models/fleet/fleet_parameters.h"
#include "models/spec/model_spec.h"

namespace elbo {

/// Applies `activation` elementwise; any shape.
torch::Tensor activate(const torch::Tensor& x, Activation activation);

/// Hidden layers of the given widths, an activation after each, and a linear output layer. No hidden layer: a linear
/// map. Stateless apart from its slots in the layout; any thread.
class Mlp {
  public:
    /// Registers weights [in, out] and biases [1, out] per layer in `layout` under "prefix.0.weight", "prefix.0.bias",
    /// ...
    Mlp(ParameterLayout& layout, const std::string& prefix, int inputs, const std::vector<int>& hidden, int outputs,
        Activation activation);

    /// x: [B, inputs] shared by the fleet, or [M, B, inputs]. Returns [M, B, outputs].
    torch::Tensor forward(const FleetParameters& parameters, torch::Tensor x) const;

    /// Uniform in +-1/sqrt(fan in) for weights and biases, drawn once and given to every member.
    void initialise(FleetParameters& parameters, torch::Generator& generator) const;

  private:
    struct Layer {
        std::size_t weight;
        std::size_t bias;
        int inputs;
    };
    std::vector<Layer> layers_;
    Activation activation_;
};

}  // namespace elbo
