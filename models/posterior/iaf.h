// Posteriors of any shape with a density: inverse autoregressive flows (Kingma et al. 2016) that move means only.
#pragma once

#include "models/network/autoregressive_flow.h"
#include "models/posterior/posterior.h"

namespace elbo {

/// z = f(z_0; h) with z_0 ~ N(mean, diag(stddev^2)) and a flow f that keeps volumes: log q(z|x) = log N(z_0). The
/// encoder puts out Z means, Z scales and, with FlowContext::H, as many numbers h as its last hidden layer is wide (Z
/// without one). Without h one flow serves all examples: the rate against N(0, I) is then that of the Gaussian against
/// a MafPrior with the same weights. A sample takes one pass, a density at any other point the coordinates one after
/// the other. The flow starts as the identity, and everything else as it does with the Gaussian alone.
class IafPosterior : public Posterior {
  public:
    /// Registers the network under "encoder.*" and the flow under "encoder.flow.*".
    IafPosterior(const ModelSpec& spec, ParameterLayout& layout, const DataShape& data);

    std::unique_ptr<PosteriorBatch> of(const FleetParameters& parameters, const torch::Tensor& x) const override;
    void initialise(FleetParameters& parameters, torch::Generator& generator) const override;
    int noise() const override { return spec_.latentDim; }
    const Network& network() const override { return *network_; }
    NetworkCost cost() const override;

  private:
    ModelSpec spec_;
    int context_;  ///< numbers in h
    std::shared_ptr<const Network> network_;
    AutoregressiveFlow flow_;
};

}  // namespace elbo
