#include "models/network/residual_mlp.h"

#include "models/network/mlp.h"
#include "models/tensor/torch.h"

namespace elbo {

ResidualMlp::ResidualMlp(ParameterLayout& layout, const std::string& prefix, int inputs, const std::vector<int>& hidden,
                         int outputs, Activation activation)
    : layers_(addLayers(layout, prefix, inputs, hidden, outputs)), activation_(activation) {}

torch::Tensor ResidualMlp::forward(const FleetParameters& parameters, torch::Tensor x) const {
    for (std::size_t i = 0; i + 1 < layers_.size(); ++i) {
        const LinearLayer& layer = layers_[i];
        const torch::Tensor change = activate(layer.forward(parameters, x), activation_);
        // The first layer projects even where it could add: the input is data, not a feature.
        x = i > 0 && layer.inputs == layer.outputs ? x + change : change;
    }
    return layers_.back().forward(parameters, x);
}

void ResidualMlp::initialise(FleetParameters& parameters, torch::Generator& generator) const {
    for (const LinearLayer& layer : layers_) {
        layer.initialise(parameters, generator);
    }
}

NetworkCost ResidualMlp::cost() const {
    return costOf(layers_);
}

}  // namespace elbo
