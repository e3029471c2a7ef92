#include "models/network/mlp.h"

#include <fmt/format.h>

#include "models/tensor/torch.h"

namespace elbo {

std::vector<LinearLayer> addLayers(ParameterLayout& layout, const std::string& prefix, int inputs,
                                   const std::vector<int>& hidden, int outputs) {
    std::vector<int> widths = hidden;
    widths.push_back(outputs);
    std::vector<LinearLayer> layers;
    int from = inputs;
    for (const int width : widths) {
        layers.push_back(LinearLayer::add(layout, fmt::format("{}.{}", prefix, layers.size()), from, width));
        from = width;
    }
    return layers;
}

NetworkCost costOf(const std::vector<LinearLayer>& layers) {
    NetworkCost cost;
    for (const LinearLayer& layer : layers) {
        cost.multiplications += static_cast<std::int64_t>(layer.inputs) * layer.outputs;
        cost.outputs += layer.outputs;
    }
    return cost;
}

Mlp::Mlp(ParameterLayout& layout, const std::string& prefix, int inputs, const std::vector<int>& hidden, int outputs,
         Activation activation)
    : layers_(addLayers(layout, prefix, inputs, hidden, outputs)), activation_(activation) {}

torch::Tensor Mlp::forward(const FleetParameters& parameters, torch::Tensor x) const {
    for (std::size_t i = 0; i < layers_.size(); ++i) {
        x = layers_[i].forward(parameters, x);
        if (i + 1 < layers_.size()) {
            x = activate(x, activation_);
        }
    }
    return x;
}

void Mlp::initialise(FleetParameters& parameters, torch::Generator& generator) const {
    for (const LinearLayer& layer : layers_) {
        layer.initialise(parameters, generator);
    }
}

NetworkCost Mlp::cost() const {
    return costOf(layers_);
}

}  // namespace elbo
