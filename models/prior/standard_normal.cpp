#include "models/prior/standard_normal.h"

#include <cmath>
#include <numbers>

#include "models/tensor/torch.h"

namespace elbo {

StandardNormalPrior::StandardNormalPrior(const ModelSpec& spec, ParameterLayout& /*layout*/)
    : latentDim_(spec.latentDim) {}

torch::Tensor StandardNormalPrior::draw(const FleetParameters& /*parameters*/, const torch::Tensor& noise) const {
    return noise;
}

torch::Tensor StandardNormalPrior::logDensity(const FleetParameters& /*parameters*/, const torch::Tensor& z) const {
    const torch::Tensor density = -0.5 * (z.square() + std::log(2.0 * std::numbers::pi)).sum(-1);
    return density.dim() == 1 ? density.unsqueeze(0) : density;
}

torch::Tensor StandardNormalPrior::score(const FleetParameters& /*parameters*/, const torch::Tensor& z) const {
    return -z.detach();
}

torch::Tensor StandardNormalPrior::reach(const FleetParameters& parameters) const {
    const torch::Tensor corner =
        torch::full({parameters.members(), 1, latentDim_}, kReach, parameters.values().options().requires_grad(false));
    return torch::cat({-corner, corner}, 1);
}

void StandardNormalPrior::initialise(FleetParameters& /*parameters*/, torch::Generator& /*generator*/) const {}

}  // namespace elbo
