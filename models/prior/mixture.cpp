#include "models/prior/mixture.h"

#include <algorithm>
#include <numbers>
#include <vector>

#include "models/prior/prior.h"
#include "models/tensor/torch.h"

namespace elbo {
namespace {

/// Pairs of a code and a component whose differences are held at a time, [codes, K, Z] numbers.
constexpr std::int64_t kBlock = 4'000'000;

}  // namespace

torch::Tensor chosenComponents(const torch::Tensor& logits, const torch::Tensor& normal) {
    const torch::NoGradGuard noGradients;
    // A normal value made uniform chooses among the summed weights.
    const torch::Tensor uniform = 0.5 * (1.0 + torch::erf(normal / std::numbers::sqrt2));
    const torch::Tensor sums = torch::softmax(logits, -1).cumsum(-1);  // [M, 1, K]
    return (uniform > sums).sum(-1).clamp_max(logits.size(-1) - 1);
}

torch::Tensor mixtureLogDensity(const torch::Tensor& logits, const torch::Tensor& z,
                                const std::function<torch::Tensor(const torch::Tensor&)>& logDensities) {
    const torch::Tensor logWeights = torch::log_softmax(logits, -1);  // [M, 1, K]
    const std::int64_t codes = z.size(1);
    const std::int64_t block = std::max<std::int64_t>(1, kBlock / (z.size(0) * logits.size(-1) * z.size(2)));
    std::vector<torch::Tensor> parts;
    for (std::int64_t first = 0; first < codes || parts.empty(); first += block) {
        const torch::Tensor some = z.narrow(1, first, std::min(block, codes - first));
        parts.push_back(torch::logsumexp(logWeights + logDensities(some), -1));
    }
    return parts.size() == 1 ? parts.front() : torch::cat(parts, 1);
}

torch::Tensor reachOf(const Gaussian& components) {
    const torch::Tensor margin = Prior::kReach * components.stddev;
    return torch::stack({(components.mean - margin).amin(1), (components.mean + margin).amax(1)}, 1);
}

}  // namespace elbo
