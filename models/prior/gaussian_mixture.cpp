#include "models/prior/gaussian_mixture.h"

#include <cmath>

#include "models/prior/mixture.h"
#include "models/tensor/torch.h"

namespace elbo {

namespace {

constexpr double kStartVariance = 0.5;

}  // namespace

GaussianMixturePrior::GaussianMixturePrior(const ModelSpec& spec, ParameterLayout& layout) : spec_(spec) {
    means_ = layout.add("prior.means", {spec.priorComponents, spec.latentDim});
    logVariances_ = layout.add("prior.log_variances", {spec.priorComponents, spec.latentDim});
    logits_ = layout.add("prior.logits", {1, spec.priorComponents});
}

Gaussian GaussianMixturePrior::components(const FleetParameters& parameters) const {
    const torch::Tensor variance = parameters[logVariances_].exp() + spec_.minimumStddev * spec_.minimumStddev;
    return {parameters[means_], variance.sqrt(), variance.log()};
}

torch::Tensor GaussianMixturePrior::draw(const FleetParameters& parameters, const torch::Tensor& noise) const {
    const std::int64_t latent = spec_.latentDim;
    const torch::Tensor all = noise.expand({parameters.members(), noise.size(-2), noise.size(-1)});
    const torch::Tensor index = chosenComponents(parameters[logits_], all.narrow(-1, latent, 1));
    return components(parameters).chosen(index).sample(all.narrow(-1, 0, latent));
}

torch::Tensor GaussianMixturePrior::logDensity(const FleetParameters& parameters, const torch::Tensor& z) const {
    const Gaussian gaussians = components(parameters);
    return mixtureLogDensity(parameters[logits_], z.expand({parameters.members(), z.size(-2), z.size(-1)}),
                             [&](const torch::Tensor& some) { return gaussians.logDensities(some); });
}

torch::Tensor GaussianMixturePrior::reach(const FleetParameters& parameters) const {
    const torch::NoGradGuard noGradients;
    return reachOf(components(parameters));
}

void GaussianMixturePrior::initialise(FleetParameters& parameters, torch::Generator& generator) const {
    const torch::NoGradGuard noGradients;
    const torch::Tensor& means = parameters[means_];
    const torch::Tensor drawn = torch::randn(means.sizes().slice(1), generator, torch::kFloat64);
    means.copy_((std::sqrt(1.0 - kStartVariance) * drawn).unsqueeze(0).expand_as(means));
    parameters[logVariances_].fill_(std::log(kStartVariance));
    parameters[logits_].zero_();
}

}  // namespace elbo
