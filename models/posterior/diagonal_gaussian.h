// Gaussian posteriors with independent latent dimensions: those of the VAE.
#pragma once

#include "models/posterior/posterior.h"

namespace elbo {

/// The encoder puts out Z means and Z scales.
class DiagonalGaussianPosterior : public Posterior {
  public:
    DiagonalGaussianPosterior(const ModelSpec& spec, ParameterLayout& layout, const DataShape& data);

    std::unique_ptr<PosteriorBatch> of(const FleetParameters& parameters, const torch::Tensor& x) const override;
    void initialise(FleetParameters& parameters, torch::Generator& generator) const override;
    bool gaussian() const override { return true; }
    int noise() const override { return spec_.latentDim; }
    const Network& network() const override { return *network_; }

  private:
    ModelSpec spec_;
    std::shared_ptr<const Network> network_;
};

}  // namespace elbo
