// What the decoder's outputs mean: p(x|z) as Bernoulli or Gaussian.
#pragma once

#include <torch/types.h>

#include "models/fleet/fleet_parameters.h"
#include "models/spec/model_spec.h"

namespace elbo {

/// p(x|z) for a batch of codes. `location` is [M, B, D]: logits (Bernoulli) or means (Gaussian); `logVariance` is
/// undefined for Bernoulli, else broadcastable to [M, B, D].
struct LikelihoodBatch {
    LikelihoodKind kind = LikelihoodKind::Bernoulli;
    torch::Tensor location;
    torch::Tensor logVariance;

    /// E[x|z], [M, B, D]: probabilities or means.
    torch::Tensor mean() const;
    /// Variance of x given z, [M, B, D].
    torch::Tensor variance() const;
    /// -log p(x|z) in nats per example, summed over data dimensions: x [B, D] or [M, B, D], result [M, B].
    torch::Tensor distortion(const torch::Tensor& x) const;
};

/// Reads decoder outputs as a likelihood. Stateless apart from its slot (the learned log variance); any thread.
class Likelihood {
  public:
    /// Registers "likelihood.log_variance" when the variance is a learned scalar.
    Likelihood(ParameterLayout& layout, const ModelSpec& spec, int dataDim);

    /// Number of outputs the decoder must have.
    int outputs() const;
    void initialise(FleetParameters& parameters) const;
    /// outputs: [M, B, outputs()].
    LikelihoodBatch read(const FleetParameters& parameters, const torch::Tensor& outputs) const;

  private:
    ModelSpec spec_;
    int dataDim_;
    std::size_t logVarianceSlot_ = 0;
};

}  // namespace elbo
