// A multilayer perceptron for a whole fleet: every layer is one batched matrix product.
#pragma once

#include <string>
#include <vector>

#include "models/network/linear_layer.h"
#include "models/network/network.h"

namespace elbo {

/// Hidden layers of the given widths, an activation after each, and a linear output layer. No hidden layer: a linear
/// map.
class Mlp : public Network {
  public:
    /// Registers weights and biases per layer in `layout` under "prefix.0.weight", "prefix.0.bias", ...
    Mlp(ParameterLayout& layout, const std::string& prefix, int inputs, const std::vector<int>& hidden, int outputs,
        Activation activation);

    torch::Tensor forward(const FleetParameters& parameters, torch::Tensor x) const override;
    void initialise(FleetParameters& parameters, torch::Generator& generator) const override;
    NetworkCost cost() const override;
    const Mlp* mlp() const override { return this; }

    const std::vector<LinearLayer>& layers() const { return layers_; }

  private:
    std::vector<LinearLayer> layers_;
    Activation activation_;
};

/// Layers from `inputs` over the hidden widths to `outputs`, under "prefix.0", "prefix.1", ...
std::vector<LinearLayer> addLayers(ParameterLayout& layout, const std::string& prefix, int inputs,
                                   const std::vector<int>& hidden, int outputs);

/// What such layers cost.
NetworkCost costOf(const std::vector<LinearLayer>& layers);

}  // namespace elbo
