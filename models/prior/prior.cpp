#include "models/prior/prior.h"

#include <torch/autograd.h>

#include <cmath>

#include "models/fleet/generator.h"
#include "models/tensor/torch.h"

namespace elbo {

torch::Tensor Prior::score(const FleetParameters& parameters, const torch::Tensor& z) const {
    const torch::AutoGradMode gradients(true);
    const torch::Tensor codes = z.detach().clone().requires_grad_();
    const torch::Tensor density = logDensity(parameters, codes).sum();
    return torch::autograd::grad({density}, {codes})[0];
}

torch::Tensor Prior::noiseThroughout(std::int64_t count, std::int64_t dims, const torch::TensorOptions& options) {
    constexpr std::uint64_t kSeed = 0x7265616368ULL;
    torch::Generator generator = makeGenerator(kSeed);
    // All but 1e-9 of N(0, I) lies within sqrt(Z) + kReach of 0.
    const torch::Tensor direction = torch::randn({count, dims}, generator, torch::kFloat64);
    const torch::Tensor radius =
        (std::sqrt(static_cast<double>(dims)) + kReach) * torch::rand({count, 1}, generator, torch::kFloat64);
    return (direction / direction.square().sum(1, true).sqrt() * radius).to(options.requires_grad(false));
}

}  // namespace elbo
