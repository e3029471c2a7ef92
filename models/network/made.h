// Masked autoregressive networks (Germain et al. 2015): an output sees the inputs before it and no others.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "models/network/linear_layer.h"
#include "models/network/network.h"

namespace elbo {

/// A map mu from D inputs to D outputs in which output i is a function of inputs 1 .. i - 1: its Jacobian is strictly
/// triangular whatever the weights are. Inputs have the degrees 1 .. D; hidden units of every layer have degrees that
/// are spread evenly over 1 .. D - 1 and grow from unit to unit. A hidden unit sees what has its degree or a lower one,
/// an output what has a lower degree than its own. In one dimension the output is its bias. Weights that are masked are
/// parameters like the others, with no effect and no gradient.
class Made : public Network {
  public:
    /// Registers "prefix.0.weight", "prefix.0.bias", ... as an Mlp does, and with a context of C > 0 values
    /// "prefix.0.context" [C, width], ...: what it adds to the biases of the hidden layers, or of the output where
    /// there are none.
    Made(ParameterLayout& layout, const std::string& prefix, int inputs, const std::vector<int>& hidden,
         Activation activation, int context = 0);

    torch::Tensor forward(const FleetParameters& parameters, torch::Tensor x) const override {
        return forward(parameters, std::move(x), {});
    }
    /// `context`: [M, B, C], or [M, 1, C] for all rows of x; undefined without one.
    torch::Tensor forward(const FleetParameters& parameters, torch::Tensor x, const torch::Tensor& context) const;

    /// x [M, B, D] with x + mu(x) = y, y: [B, D] or [M, B, D], found one coordinate after the other; differentiable.
    /// Every hidden unit is computed once, as soon as what it sees is known: the arithmetic of one pass in D parts.
    torch::Tensor solve(const FleetParameters& parameters, const torch::Tensor& y, const torch::Tensor& context) const;

    /// As a LinearLayer, with the last layer at a tenth of that.
    void initialise(FleetParameters& parameters, torch::Generator& generator) const override {
        initialise(parameters, generator, 0.1);
    }
    /// Weights and biases of the last layer are multiplied by `last`; 0: mu = 0 without a context.
    void initialise(FleetParameters& parameters, torch::Generator& generator, double last) const;

    NetworkCost cost() const override;

  private:
    std::vector<torch::Tensor> masksLike(const torch::Tensor& weight) const;
    torch::Tensor bias(const FleetParameters& parameters, std::size_t layer, const torch::Tensor& context) const;

    int inputs_;
    Activation activation_;
    int context_;
    std::vector<LinearLayer> layers_;
    std::vector<std::size_t> contexts_;  ///< slots of "context", of the first layers
    /// How many inputs (entry 0) or units of hidden layer l (entry l) have a degree up to d, d = 0 .. D.
    std::vector<std::vector<std::int64_t>> upTo_;

    mutable std::mutex mutex_;  ///< of the masks: the same values, kept in every precision and on every device in use
    mutable std::vector<std::vector<torch::Tensor>> masks_;  ///< per layer, [I, O], 1 where an input is seen
};

}  // namespace elbo
