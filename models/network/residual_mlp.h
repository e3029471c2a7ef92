// A multilayer perceptron with residual blocks (He et al. 2016).
#pragma once

#include <string>
#include <vector>

#include "models/network/linear_layer.h"
#include "models/network/network.h"

namespace elbo {

/// As an Mlp, but a hidden layer that is as wide as what it sees adds to it: x + f(x W + b). A layer of another width
/// replaces it, so that [512, 512, 512] is one projection and two blocks.
class ResidualMlp : public Network {
  public:
    /// The parameters are those of an Mlp of the same shape.
    ResidualMlp(ParameterLayout& layout, const std::string& prefix, int inputs, const std::vector<int>& hidden,
                int outputs, Activation activation);

    torch::Tensor forward(const FleetParameters& parameters, torch::Tensor x) const override;
    void initialise(FleetParameters& parameters, torch::Generator& generator) const override;
    NetworkCost cost() const override;

  private:
    std::vector<LinearLayer> layers_;
    Activation activation_;
};

}  // namespace elbo
