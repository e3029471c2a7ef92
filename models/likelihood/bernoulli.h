// Binary data.
#pragma once

#include "models/likelihood/likelihood.h"

namespace elbo {

/// p(x|z) = prod_i Ber(x_i; sigmoid(logit_i(z))); grey values in [0, 1] have the same formula.
class BernoulliFamily : public LikelihoodFamily {
  public:
    torch::Tensor mean(const LikelihoodBatch& batch) const override;
    torch::Tensor variance(const LikelihoodBatch& batch) const override;
    torch::Tensor distortion(const LikelihoodBatch& batch, const torch::Tensor& x) const override;
    ExponentialForm exponential(const LikelihoodBatch& batch) const override;
    torch::Tensor sample(const LikelihoodBatch& batch, const torch::Tensor& noise, double relaxation) const override;
    torch::Tensor draw(const LikelihoodBatch& batch, torch::Generator& generator) const override;
    bool discrete() const override { return true; }
    bool unitInterval() const override { return true; }
};

}  // namespace elbo
