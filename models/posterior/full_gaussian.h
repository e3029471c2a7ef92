// Gaussian posteriors with a full covariance.
#pragma once

#include "models/posterior/posterior.h"

namespace elbo {

/// The encoder puts out Z means, the Z positive entries on the diagonal of a lower-triangular L (scales as
/// ModelSpec::scale says) and the Z (Z - 1) / 2 entries below it, row by row; the covariance is L L^T.
class FullGaussianPosterior : public Posterior {
  public:
    FullGaussianPosterior(const ModelSpec& spec, ParameterLayout& layout, const DataShape& data);

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
