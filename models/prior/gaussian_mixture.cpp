#include "models/prior/gaussian_mixture.h"

#include <cmath>
#include <numbers>

#include "models/tensor/torch.h"

namespace elbo {

namespace {

constexpr double kStartVariance = 0.5;
/// Pairs of a code and a component whose differences are held at a time, [codes, K, Z] numbers.
constexpr std::int64_t kBlock = 4'000'000;

}  // namespace

GaussianMixturePrior::GaussianMixturePrior(const ModelSpec& spec, ParameterLayout& layout) : spec_(spec) {
    means_ = layout.add("prior.means", {spec.priorComponents, spec.latentDim});
    logVariances_ = layout.add("prior.log_variances", {spec.priorComponents, spec.latentDim});
    logits_ = layout.add("prior.logits", {1, spec.priorComponents});
}

torch::Tensor GaussianMixturePrior::variances(const FleetParameters& parameters) const {
    return parameters[logVariances_].exp() + spec_.minimumStddev * spec_.minimumStddev;
}

torch::Tensor GaussianMixturePrior::draw(const FleetParameters& parameters, const torch::Tensor& noise) const {
    const std::int64_t members = parameters.members(), latent = spec_.latentDim;
    const torch::Tensor all = noise.expand({members, noise.size(-2), noise.size(-1)});
    torch::Tensor chosen;  // [M, B, 1]
    {
        const torch::NoGradGuard noGradients;
        // A normal value made uniform chooses among the summed weights.
        const torch::Tensor uniform = 0.5 * (1.0 + torch::erf(all.narrow(-1, latent, 1) / std::numbers::sqrt2));
        const torch::Tensor sums = torch::softmax(parameters[logits_], -1).cumsum(-1);  // [M, 1, K]
        chosen = (uniform > sums).sum(-1, true).clamp_max(spec_.priorComponents - 1);
    }
    const torch::Tensor index = chosen.expand({members, all.size(1), latent});
    const torch::Tensor mean = parameters[means_].gather(1, index);
    return mean + variances(parameters).sqrt().gather(1, index) * all.narrow(-1, 0, latent);
}

torch::Tensor GaussianMixturePrior::logDensity(const FleetParameters& parameters, const torch::Tensor& z) const {
    const torch::Tensor variance = variances(parameters).unsqueeze(1);  // [M, 1, K, Z]
    const torch::Tensor mean = parameters[means_].unsqueeze(1);
    const torch::Tensor constant = torch::log_softmax(parameters[logits_], -1) -
                                   0.5 * (variance.log() + std::log(2.0 * std::numbers::pi)).sum(-1);  // [M, 1, K]
    const torch::Tensor codes = z.dim() == 2 ? z.unsqueeze(0) : z;
    std::vector<torch::Tensor> parts;
    const std::int64_t pairs =
        static_cast<std::int64_t>(spec_.priorComponents) * spec_.latentDim * parameters.members();
    const std::int64_t block = std::max<std::int64_t>(1, kBlock / pairs);
    for (std::int64_t first = 0; first < codes.size(1) || parts.empty(); first += block) {
        const torch::Tensor some = codes.narrow(1, first, std::min(block, codes.size(1) - first)).unsqueeze(2);
        parts.push_back(torch::logsumexp(constant - 0.5 * ((some - mean).square() / variance).sum(-1), -1));
    }
    return torch::cat(parts, 1);
}

torch::Tensor GaussianMixturePrior::reach(const FleetParameters& parameters) const {
    const torch::NoGradGuard noGradients;
    const torch::Tensor margin = kReach * variances(parameters).sqrt();
    const torch::Tensor lower = std::get<0>((parameters[means_] - margin).min(1));
    const torch::Tensor upper = std::get<0>((parameters[means_] + margin).max(1));
    return torch::stack({lower, upper}, 1);
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
