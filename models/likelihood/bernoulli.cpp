#include "models/likelihood/bernoulli.h"

#include "models/likelihood/uniform_noise.h"
#include "models/tensor/torch.h"

namespace elbo {

torch::Tensor BernoulliFamily::mean(const LikelihoodBatch& batch) const {
    return torch::sigmoid(batch.location);
}

torch::Tensor BernoulliFamily::variance(const LikelihoodBatch& batch) const {
    const torch::Tensor p = torch::sigmoid(batch.location);
    return p * (1.0 - p);
}

torch::Tensor BernoulliFamily::distortion(const LikelihoodBatch& batch, const torch::Tensor& x) const {
    // -x log s(l) - (1 - x) log(1 - s(l)) = softplus(l) - x l, exact for grey x too.
    return (torch::softplus(batch.location) - batch.location * x).sum(-1);
}

ExponentialForm BernoulliFamily::exponential(const LikelihoodBatch& batch) const {
    return {batch.location, {}, -torch::softplus(batch.location).sum(-1)};
}

torch::Tensor BernoulliFamily::sample(const LikelihoodBatch& batch, const torch::Tensor& noise,
                                      double relaxation) const {
    // Relaxed values (Maddison et al. 2017; Jang et al. 2017): logistic noise on the logit.
    const torch::Tensor uniform = uniformOf(noise);
    return torch::sigmoid((batch.location + uniform.log() - (-uniform).log1p()) / relaxation);
}

torch::Tensor BernoulliFamily::draw(const LikelihoodBatch& batch, torch::Generator& generator) const {
    const torch::Tensor p = mean(batch);
    return (torch::rand(p.sizes(), generator, p.options()) < p).to(p.scalar_type());
}

}  // namespace elbo
