#include "laplace_prior.h"

#include <cmath>
#include <numbers>

#include "models/tensor/torch.h"

namespace elbo {

namespace {

const double kScale = 1.0 / std::numbers::sqrt2;  // variance 2 b^2 = 1

}  // namespace

LaplacePrior::LaplacePrior(const ModelSpec& spec, ParameterLayout& /*layout*/) : latentDim_(spec.latentDim) {}

torch::Tensor LaplacePrior::draw(const FleetParameters& /*parameters*/, const torch::Tensor& noise) const {
    // A normal value made uniform, then Laplace: -b sgn(u) log(1 - 2 |u|) for u in (-1/2, 1/2).
    const torch::Tensor uniform = 0.5 * torch::erf(noise / std::numbers::sqrt2);
    return -kScale * uniform.sign() * torch::log1p((-2.0 * uniform.abs()).clamp_min(-1.0 + 1e-12));
}

torch::Tensor LaplacePrior::logDensity(const FleetParameters& /*parameters*/, const torch::Tensor& z) const {
    const torch::Tensor density = -(z.abs() / kScale + std::log(2.0 * kScale)).sum(-1);
    return density.dim() == 1 ? density.unsqueeze(0) : density;
}

torch::Tensor LaplacePrior::reach(const FleetParameters& parameters) const {
    // exp(-|z| / b) = 1e-10 at 23 b.
    const torch::Tensor corner = torch::full({parameters.members(), 1, latentDim_}, 23.0 * kScale,
                                             parameters.values().options().requires_grad(false));
    return torch::cat({-corner, corner}, 1);
}

void LaplacePrior::initialise(FleetParameters& /*parameters*/, torch::Generator& /*generator*/) const {}

}  // namespace elbo
