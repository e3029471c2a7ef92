#include "models/likelihood/gaussian_likelihood.h"

#include <cmath>
#include <numbers>

#include "models/tensor/torch.h"

namespace elbo {

namespace {

double constantOf(const LikelihoodBatch& batch) {
    return 0.5 * static_cast<double>(batch.location.size(-1)) * std::log(2.0 * std::numbers::pi);
}

}  // namespace

torch::Tensor GaussianFamily::mean(const LikelihoodBatch& batch) const {
    return batch.location;
}

torch::Tensor GaussianFamily::variance(const LikelihoodBatch& batch) const {
    return batch.logVariance.exp().expand_as(batch.location);
}

torch::Tensor GaussianFamily::distortion(const LikelihoodBatch& batch, const torch::Tensor& x) const {
    const torch::Tensor squared = (x - batch.location).square() * (-batch.logVariance).exp();
    return 0.5 * (squared + batch.logVariance).sum(-1) + constantOf(batch);
}

ExponentialForm GaussianFamily::exponential(const LikelihoodBatch& batch) const {
    const torch::Tensor logVariance = batch.logVariance.expand_as(batch.location);
    const torch::Tensor precision = (-logVariance).exp();
    return {batch.location * precision, -0.5 * precision,
            -0.5 * (batch.location.square() * precision + logVariance).sum(-1) - constantOf(batch)};
}

torch::Tensor GaussianFamily::sample(const LikelihoodBatch& batch, const torch::Tensor& noise,
                                     double /*relaxation*/) const {
    return batch.location + (0.5 * batch.logVariance).exp() * noise;
}

torch::Tensor GaussianFamily::draw(const LikelihoodBatch& batch, torch::Generator& generator) const {
    const torch::Tensor noise = torch::randn(batch.location.sizes(), generator, batch.location.options());
    return batch.location + variance(batch).sqrt() * noise;
}

}  // namespace elbo
