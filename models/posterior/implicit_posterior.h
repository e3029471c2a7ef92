// Implicit posteriors: samples without a density.
#pragma once

#include "models/posterior/posterior.h"

namespace elbo {

/// The encoder takes the example and ModelSpec::encoderNoise standard normal values and puts out the code itself. What
/// asks for a density gets that of the Gaussian with the moments of kMomentDraws codes per example.
class ImplicitPosterior : public Posterior {
  public:
    ImplicitPosterior(const ModelSpec& spec, ParameterLayout& layout, const DataShape& data);

    std::unique_ptr<PosteriorBatch> of(const FleetParameters& parameters, const torch::Tensor& x) const override;
    torch::Tensor codes(const FleetParameters& parameters, const torch::Tensor& x,
                        const torch::Tensor& noise) const override;
    void initialise(FleetParameters& parameters, torch::Generator& generator) const override;
    int noise() const override { return spec_.encoderNoise; }
    bool density() const override { return false; }
    const Network& network() const override { return *network_; }

  private:
    ModelSpec spec_;
    std::shared_ptr<const Network> network_;
};

}  // namespace elbo
