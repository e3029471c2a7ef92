#include "models/prior/maf.h"

#include <algorithm>
#include <cmath>
#include <numbers>

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
    const torch::Tensor noise = noiseThroughout(kLookedAt, latentDim_, parameters.values().options());
    const torch::Tensor moved = draw(parameters, noise) - noise;  // [M, points, Z]
    return torch::stack({std::get<0>(moved.min(1)) - kReach, std::get<0>(moved.max(1)) + kReach}, 1);
}

void MafPrior::initialise(FleetParameters& parameters, torch::Generator& generator) const {
    flow_.initialise(parameters, generator);
}

}  // namespace elbo
