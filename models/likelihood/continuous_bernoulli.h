// Grey values.
#pragma once

#include "models/likelihood/likelihood.h"

namespace elbo {

/// p(x|z) = prod_i C(lambda_i) lambda_i^x_i (1 - lambda_i)^(1 - x_i) on [0, 1], lambda = sigmoid(logit): a density
/// for grey values (Loaiza-Ganem and Cunningham 2019). Stable at every logit, also where lambda is near 1/2 and the
/// normaliser C a limit.
class ContinuousBernoulliFamily : public LikelihoodFamily {
  public:
    torch::Tensor mean(const LikelihoodBatch& batch) const override;
    torch::Tensor variance(const LikelihoodBatch& batch) const override;
    torch::Tensor distortion(const LikelihoodBatch& batch, const torch::Tensor& x) const override;
    ExponentialForm exponential(const LikelihoodBatch& batch) const override;
    torch::Tensor sample(const LikelihoodBatch& batch, const torch::Tensor& noise, double relaxation) const override;
    torch::Tensor draw(const LikelihoodBatch& batch, torch::Generator& generator) const override;
    bool unitInterval() const override { return true; }
};

}  // namespace elbo
