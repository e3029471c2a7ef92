// A trained flow as prior: a masked autoregressive flow (Papamakarios et al. 2017) that moves means only.
#pragma once

#include "models/network/autoregressive_flow.h"
#include "models/prior/prior.h"

namespace elbo {

/// p(z) = N(f(z); 0, I) for a flow f that keeps volumes. It starts as N(0, I). A density takes one pass, a draw the
/// coordinates one after the other. The sign with which f moves z is one of the weights.
class MafPrior : public Prior {
  public:
    /// Registers "prior.flow.*".
    MafPrior(const ModelSpec& spec, ParameterLayout& layout);

    torch::Tensor draw(const FleetParameters& parameters, const torch::Tensor& noise) const override;
    torch::Tensor logDensity(const FleetParameters& parameters, const torch::Tensor& z) const override;
    torch::Tensor reach(const FleetParameters& parameters) const override;
    void initialise(FleetParameters& parameters, torch::Generator& generator) const override;
    int noise() const override { return latentDim_; }
    NetworkCost cost() const override { return flow_.cost(); }

  private:
    int latentDim_;
    AutoregressiveFlow flow_;
};

}  // namespace elbo
