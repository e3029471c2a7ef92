#include "models/prior/vamp.h"

#include <algorithm>
#include <utility>

#include "models/prior/mixture.h"
#include "models/tensor/torch.h"

namespace elbo {
namespace {

/// Of a pixel that is 1; -kStartLogit of one that is 0.
constexpr double kStartLogit = 2.0;
/// Draws at which reach() looks where components are no Gaussians: of each, and of all of them at least.
constexpr std::int64_t kLookedAtEach = 64;
constexpr std::int64_t kLookedAt = 4096;

}  // namespace

VampPrior::VampPrior(const ModelSpec& spec, ParameterLayout& layout, const DataShape& data,
                     std::shared_ptr<const Posterior> posterior)
    : latentDim_(spec.latentDim),
      components_(spec.priorComponents),
      squashed_(data.isImage() || spec.likelihood != LikelihoodKind::Gaussian),
      posterior_(std::move(posterior)) {
    inputs_ = layout.add("prior.pseudo_inputs", {components_, data.dim});
    logits_ = layout.add("prior.logits", {1, components_});
}

torch::Tensor VampPrior::inputs(const FleetParameters& parameters) const {
    return squashed_ ? torch::sigmoid(parameters[inputs_]) : parameters[inputs_];
}

torch::Tensor VampPrior::draw(const FleetParameters& parameters, const torch::Tensor& noise) const {
    const torch::Tensor all = noise.expand({parameters.members(), noise.size(-2), noise.size(-1)});
    const torch::Tensor index = chosenComponents(parameters[logits_], all.narrow(-1, posterior_->noise(), 1));
    return posterior_->of(parameters, inputs(parameters))
        ->chosen(index)
        ->sample(all.narrow(-1, 0, posterior_->noise()));
}

torch::Tensor VampPrior::logDensity(const FleetParameters& parameters, const torch::Tensor& z) const {
    const auto components = posterior_->of(parameters, inputs(parameters));
    return mixtureLogDensity(parameters[logits_], z.expand({parameters.members(), z.size(-2), z.size(-1)}),
                             [&](const torch::Tensor& some) { return components->logDensities(some); });
}

torch::Tensor VampPrior::reach(const FleetParameters& parameters) const {
    const torch::NoGradGuard noGradients;
    const auto components = posterior_->of(parameters, inputs(parameters));
    if (components->gaussian() != nullptr) {
        return reachOf(*components->gaussian());
    }
    // Points throughout the noise of every component, and a tenth of their range for what lies between them.
    const std::int64_t each = std::max<std::int64_t>(kLookedAtEach, kLookedAt / components_);
    const auto options = parameters.values().options();
    const torch::Tensor noise = noiseThroughout(each * components_, posterior_->noise(), options);
    const torch::Tensor index =
        torch::arange(components_, options.dtype(torch::kLong).requires_grad(false)).repeat({each}).unsqueeze(0);
    const torch::Tensor z = components->chosen(index.expand({parameters.members(), each * components_}))
                                ->sample(noise.expand({parameters.members(), each * components_, posterior_->noise()}));
    const torch::Tensor lower = z.amin(1), upper = z.amax(1), margin = 0.1 * (upper - lower);
    return torch::stack({lower - margin, upper + margin}, 1);
}

void VampPrior::initialise(FleetParameters& parameters, torch::Generator& generator) const {
    const torch::NoGradGuard noGradients;
    const torch::Tensor& values = parameters[inputs_];
    const torch::Tensor drawn = torch::randn(values.sizes().slice(1), generator, torch::kFloat64);
    values.copy_(drawn.unsqueeze(0).expand_as(values));
    parameters[logits_].zero_();
}

void VampPrior::startFrom(FleetParameters& parameters, const torch::Tensor& x) const {
    const torch::NoGradGuard noGradients;
    const torch::Tensor& values = parameters[inputs_];
    const std::int64_t times = (components_ + x.size(0) - 1) / x.size(0);
    torch::Tensor examples = x.to(torch::kFloat64).repeat({times, 1}).narrow(0, 0, components_);
    if (squashed_) {
        examples = torch::logit(examples.clamp(0.0, 1.0), 1e-6).clamp(-kStartLogit, kStartLogit);
    }
    values.copy_(examples.unsqueeze(0).expand_as(values));
}

std::optional<PseudoInputs> VampPrior::pseudoInputs(const FleetParameters& parameters) const {
    const torch::NoGradGuard noGradients;
    return PseudoInputs{inputs(parameters), torch::softmax(parameters[logits_], -1).squeeze(1)};
}

NetworkCost VampPrior::cost() const {
    // A difference, its square and the square weighed by each component.
    const std::int64_t numbers = std::int64_t{components_} * latentDim_;
    return {2 * numbers, 3 * numbers};
}

NetworkCost VampPrior::costOfAny() const {
    const NetworkCost one = posterior_->cost();
    return {components_ * one.multiplications, components_ * one.outputs};
}

}  // namespace elbo
