#include "models/divergence/critic.h"

#include <torch/torch.h>

#include <numbers>

#include "models/latent_model.h"

namespace elbo {

Critic::Critic(int latentDim, const std::vector<int>& hidden)
    : Critic(latentDim, hidden, std::make_shared<ParameterLayout>()) {}

Critic::Critic(int latentDim, const std::vector<int>& hidden, const std::shared_ptr<ParameterLayout>& layout)
    : layout_(layout), network_(*layout, "critic", latentDim, hidden, 1, Activation::LeakyRelu) {}

void Critic::initialise(FleetParameters& parameters, std::uint64_t seed) const {
    torch::Generator generator = makeGenerator(seed);
    network_.initialise(parameters, generator);
}

torch::Tensor Critic::score(const FleetParameters& parameters, const torch::Tensor& z) const {
    return network_.forward(parameters, z).squeeze(-1);
}

torch::Tensor criticTerm(DivergenceKind kind, const torch::Tensor& codeScore, const torch::Tensor& priorScore) {
    if (kind == DivergenceKind::Wasserstein) {
        return codeScore.mean(1) - priorScore.mean(1);
    }
    return torch::softplus(codeScore).mean(1) - std::numbers::ln2;
}

torch::Tensor criticLoss(DivergenceKind kind, const torch::Tensor& codeScore, const torch::Tensor& priorScore) {
    if (kind == DivergenceKind::Wasserstein) {
        return priorScore.mean(1) - codeScore.mean(1);
    }
    return torch::softplus(-codeScore).mean(1) + torch::softplus(priorScore).mean(1);
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

torch::Tensor criticAccuracy(DivergenceKind kind, const torch::Tensor& codeScore, const torch::Tensor& priorScore) {
    const torch::NoGradGuard noGradients;
    const torch::Tensor middle = kind == DivergenceKind::Wasserstein
                                     ? 0.5 * (codeScore.mean(1, true) + priorScore.mean(1, true))
                                     : torch::zeros({1, 1}, codeScore.options());
    return 0.5 *
           ((codeScore > middle).to(codeScore.dtype()).mean(1) + (priorScore <= middle).to(codeScore.dtype()).mean(1));
}

}  // namespace elbo
