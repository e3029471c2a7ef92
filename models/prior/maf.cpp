#include "models/prior/maf.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "models/fleet/generator.h"
#include "models/tensor/torch.h"

namespace elbo {
namespace {

/// Points of the noise at which reach() asks how far the flow moves them.
constexpr std::int64_t kLookedAt = 4096;

}  // namespace

MafPrior::MafPrior(const ModelSpec& spec, ParameterLayout& layout)
    : latentDim_(spec.latentDim), flow_(layout, "prior.flow", spec) {}

torch::Tensor MafPrior::draw(const FleetParameters& parameters, const torch::Tensor& noise) const {
    return flow_.inverse(parameters, noise);
}

torch::Tensor MafPrior::logDensity(const FleetParameters& parameters, const torch::Tensor& z) const {
    const std::int64_t rows = z.size(-2), block = flow_.codesAtOnce(parameters.members());
    std::vector<torch::Tensor> parts;
    for (std::int64_t first = 0; first < rows || parts.empty(); first += block) {
        const torch::Tensor u = flow_.forward(parameters, z.narrow(-2, first, std::min(block, rows - first)));
        parts.push_back(-0.5 * (u.square() + std::log(2.0 * std::numbers::pi)).sum(-1));
    }
    return parts.size() == 1 ? parts.front() : torch::cat(parts, 1);
}

torch::Tensor MafPrior::reach(const FleetParameters& parameters) const {
    const torch::NoGradGuard noGradients;
    constexpr std::uint64_t kSeed = 0x7265616368ULL;
    torch::Generator generator = makeGenerator(kSeed);
    // All but 1e-9 of N(0, I) lies within sqrt(Z) + kReach of 0. The same points always: the box does not jitter.
    const torch::Tensor direction = torch::randn({kLookedAt, latentDim_}, generator, torch::kFloat64);
    const torch::Tensor radius =
        (std::sqrt(static_cast<double>(latentDim_)) + kReach) * torch::rand({kLookedAt, 1}, generator, torch::kFloat64);
    const torch::Tensor noise = (direction / direction.square().sum(1, true).sqrt() * radius)
                                    .to(parameters.values().device(), parameters.values().scalar_type());
    const torch::Tensor moved = draw(parameters, noise) - noise;  // [M, points, Z]
    return torch::stack({std::get<0>(moved.min(1)) - kReach, std::get<0>(moved.max(1)) + kReach}, 1);
}

void MafPrior::initialise(FleetParameters& parameters, torch::Generator& generator) const {
    flow_.initialise(parameters, generator);
}

}  // namespace elbo
