#include "models/network/linear_layer.h"

#include <cmath>

#include "models/network/initial_values.h"
#include "models/tensor/torch.h"

namespace elbo {

torch::Tensor activate(const torch::Tensor& x, Activation activation) {
    switch (activation) {
        case Activation::Identity:
            return x;
        case Activation::Relu:
            return torch::relu(x);
        case Activation::LeakyRelu:
            return torch::leaky_relu(x, 0.1);
        case Activation::Tanh:
            return torch::tanh(x);
        case Activation::Sigmoid:
            return torch::sigmoid(x);
        case Activation::Softplus:
            return torch::softplus(x);
        case Activation::Gelu:
            return torch::gelu(x);
        case Activation::Elu:
            return torch::elu(x);
    }
    return x;
}

torch::Tensor affine(const torch::Tensor& x, const torch::Tensor& weight, const torch::Tensor& bias) {
    // A fleet of one takes the plain matrix product, which BLAS does without the batching overhead.
    if (weight.size(0) == 1) {
        const torch::Tensor flat = x.dim() == 3 ? x.squeeze(0) : x;
        return torch::addmm(bias.squeeze(0), flat, weight.squeeze(0)).unsqueeze(0);
    }
    const torch::Tensor batched = x.dim() == 3 ? x : x.unsqueeze(0).expand({weight.size(0), -1, -1});
    return torch::baddbmm(bias, batched, weight);
}

LinearLayer LinearLayer::add(ParameterLayout& layout, const std::string& name, int inputs, int outputs) {
    const std::size_t weight = layout.add(name + ".weight", {inputs, outputs});
    const std::size_t bias = layout.add(name + ".bias", {1, outputs});
    return {weight, bias, inputs, outputs};
}

torch::Tensor LinearLayer::forward(const FleetParameters& parameters, const torch::Tensor& x) const {
    return affine(x, parameters[weight], parameters[bias]);
}

void LinearLayer::initialise(FleetParameters& parameters, torch::Generator& generator) const {
    const double bound = 1.0 / std::sqrt(static_cast<double>(inputs));
    for (const std::size_t slot : {weight, bias}) {
        drawUniform(parameters[slot], bound, generator);
    }
}

void LinearLayer::initialiseNormal(FleetParameters& parameters, double stddev, torch::Generator& generator) const {
    drawNormal(parameters[weight], stddev, generator);
    const torch::NoGradGuard noGradients;
    parameters[bias].zero_();
}

}  // namespace elbo
