// A trained mixture of Gaussians as prior.
#pragma once

#include "models/posterior/gaussian.h"
#include "models/prior/prior.h"
#include "models/spec/model_spec.h"

namespace elbo {

/// p(z) = sum_k w_k N(z; m_k, diag(s_k^2)) with K = ModelSpec::priorComponents. Means, log variances and the logits of
/// the weights are parameters; standard deviations have the floor ModelSpec::minimumStddev. It starts near N(0, I):
/// means scattered with variance 1/2 around 0, variances of 1/2, equal weights. Draws move with means and scales; the
/// weights are trained through log densities alone.
class GaussianMixturePrior : public Prior {
  public:
    /// Registers "prior.means" [K, Z], "prior.log_variances" [K, Z] and "prior.logits" [1, K].
    GaussianMixturePrior(const ModelSpec& spec, ParameterLayout& layout);

    /// The last column of the noise chooses the component.
    torch::Tensor draw(const FleetParameters& parameters, const torch::Tensor& noise) const override;
    torch::Tensor logDensity(const FleetParameters& parameters, const torch::Tensor& z) const override;
    torch::Tensor reach(const FleetParameters& parameters) const override;
    void initialise(FleetParameters& parameters, torch::Generator& generator) const override;
    int noise() const override { return spec_.latentDim + 1; }

  private:
    Gaussian components(const FleetParameters& parameters) const;  ///< [M, K, Z]

    ModelSpec spec_;
    std::size_t means_ = 0;
    std::size_t logVariances_ = 0;
    std::size_t logits_ = 0;
};

}  // namespace elbo
