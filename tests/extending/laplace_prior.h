// p(z) = prod_i Laplace(z_i; 0, b) with variance 1: heavier tails than N(0, I), and fixed.
#pragma once

#include "models/prior/prior.h"
#include "models/spec/model_spec.h"

namespace elbo {

class LaplacePrior : public Prior {
  public:
    LaplacePrior(const ModelSpec& spec, ParameterLayout& layout);

    torch::Tensor draw(const FleetParameters& parameters, const torch::Tensor& noise) const override;
    torch::Tensor logDensity(const FleetParameters& parameters, const torch::Tensor& z) const override;
    torch::Tensor reach(const FleetParameters& parameters) const override;
    void initialise(FleetParameters& parameters, torch::Generator& generator) const override;
    int noise() const override { return latentDim_; }

  private:
    int latentDim_;
};

}  // namespace elbo
