#include "models/divergence/critic.h"

#include <torch/autograd.h>

#include <numbers>

#include "models/fleet/generator.h"
#include "models/tensor/torch.h"

namespace elbo {

Critic::Critic(int inputs, const std::vector<int>& hidden)
    : Critic(inputs, hidden, std::make_shared<ParameterLayout>()) {}

Critic::Critic(int inputs, const std::vector<int>& hidden, const std::shared_ptr<ParameterLayout>& layout)
    : layout_(layout), network_(*layout, "critic", inputs, hidden, 1, Activation::LeakyRelu) {}

void Critic::initialise(FleetParameters& parameters, std::uint64_t seed) const {
    torch::Generator generator = makeGenerator(seed);
    network_.initialise(parameters, generator);
}

torch::Tensor Critic::score(const FleetParameters& parameters, const torch::Tensor& points) const {
    return network_.forward(parameters, points).squeeze(-1);
}

namespace {

/// A ratio that runs away must not throw the model with it.
constexpr double kLargestLogRatio = 10.0;

/// In value the first, in gradient the second.
torch::Tensor valueWithGradient(const torch::Tensor& value, const torch::Tensor& surrogate) {
    return value.detach() + surrogate - surrogate.detach();
}

}  // namespace

torch::Tensor criticTerm(DivergenceKind kind, Moving moving, const torch::Tensor& qScore, const torch::Tensor& pScore) {
    const auto sum = [moving](const torch::Tensor& whereQMoves, const torch::Tensor& wherePMoves) {
        return moving == Moving::Q ? whereQMoves : moving == Moving::P ? wherePMoves : whereQMoves + wherePMoves;
    };
    switch (kind) {
        case DivergenceKind::Wasserstein:
            return qScore.mean(1) - pScore.mean(1);
        case DivergenceKind::RatioKl:
            return valueWithGradient(qScore.mean(1),
                                     sum(qScore.mean(1), -pScore.clamp_max(kLargestLogRatio).exp().mean(1)));
        case DivergenceKind::RatioReverseKl:
            return valueWithGradient(-pScore.mean(1),
                                     sum(-(-qScore).clamp_max(kLargestLogRatio).exp().mean(1), -pScore.mean(1)));
        default:
            return sum(torch::softplus(qScore).mean(1) - std::numbers::ln2,
                       torch::softplus(-pScore).mean(1) - std::numbers::ln2);
    }
}

torch::Tensor criticLoss(DivergenceKind kind, const torch::Tensor& qScore, const torch::Tensor& pScore) {
    if (kind == DivergenceKind::Wasserstein) {
        return pScore.mean(1) - qScore.mean(1);
    }
    return torch::softplus(-qScore).mean(1) + torch::softplus(pScore).mean(1);
}

torch::Tensor gradientPenalty(const Critic& critic, const FleetParameters& parameters, const torch::Tensor& points) {
    torch::Tensor z = points.detach().clone().requires_grad_();
    const torch::Tensor score = critic.score(parameters, z);
    const torch::Tensor slope = torch::autograd::grad({score.sum()}, {z}, {}, /*retain_graph=*/true,
                                                      /*create_graph=*/true)[0];
    // The root of exactly 0 has no derivative.
    constexpr double kTiny = 1e-12;
    return ((slope.square().sum(-1) + kTiny).sqrt() - 1.0).square().mean(1);
}

torch::Tensor criticAccuracy(DivergenceKind kind, const torch::Tensor& qScore, const torch::Tensor& pScore) {
    const torch::NoGradGuard noGradients;
    const torch::Tensor middle = kind == DivergenceKind::Wasserstein
                                     ? 0.5 * (qScore.mean(1, true) + pScore.mean(1, true))
                                     : torch::zeros({1, 1}, qScore.options());
    return 0.5 * ((qScore > middle).to(qScore.dtype()).mean(1) + (pScore <= middle).to(qScore.dtype()).mean(1));
}

}  // namespace elbo
