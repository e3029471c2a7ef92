// p(z) = N(0, I).
#pragma once

#include "models/prior/prior.h"
#include "models/spec/model_spec.h"

namespace elbo {

class StandardNormalPrior : public Prior {
  public:
    StandardNormalPrior(const ModelSpec& spec, ParameterLayout& layout);

    torch::Tensor draw(const FleetParameters& parameters, const torch::Tensor& noise) const override;
    torch::Tensor logDensity(const FleetParameters& parameters, const torch::Tensor& z) const override;
    torch::Tensor score(const FleetParameters& parameters, const torch::Tensor& z) const override;
    torch::Tensor reach(const FleetParameters& parameters) const override;
    void initialise(FleetParameters& parameters, torch::Generator& generator) const override;
    int noise() const override { return latentDim_; }
    bool standardNormal() const override { return true; }

  private:
    int latentDim_;
};

}  // namespace elbo
