// Real-valued data.
#pragma once

#include "models/likelihood/likelihood.h"

namespace elbo {

/// p(x|z) = N(x; mean(z), variance).
class GaussianFamily : public LikelihoodFamily {
  public:
    torch::Tensor mean(const LikelihoodBatch& batch) const override;
    torch::Tensor variance(const LikelihoodBatch& batch) const override;
    torch::Tensor distortion(const LikelihoodBatch& batch, const torch::Tensor& x) const override;
    ExponentialForm exponential(const LikelihoodBatch& batch) const override;
    torch::Tensor sample(const LikelihoodBatch& batch, const torch::Tensor& noise, double relaxation) const override;
    torch::Tensor draw(const LikelihoodBatch& batch, torch::Generator& generator) const override;
};

}  // namespace elbo
