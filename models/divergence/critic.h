// Adversarial divergences between codes and prior draws: a network per member tells them apart (MATH: section 4).
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "models/fleet_parameters.h"
#include "models/mlp.h"
#include "models/objective/objective_spec.h"

namespace elbo {

/// The architecture of the critics T(z); like LatentModel it holds no values. Any thread.
class Critic {
  public:
    /// `hidden` are the widths of its hidden layers, leaky ReLU after each.
    Critic(int latentDim, const std::vector<int>& hidden);

    const std::shared_ptr<const ParameterLayout>& layout() const { return layout_; }
    /// The same initial weights for every member.
    void initialise(FleetParameters& parameters, std::uint64_t seed) const;
    /// T(z), [M, B]; z: [B, Z] or [M, B, Z]. The logistic critic aims at log q(z) / p(z).
    torch::Tensor score(const FleetParameters& parameters, const torch::Tensor& z) const;

  private:
    Critic(int latentDim, const std::vector<int>& hidden, const std::shared_ptr<ParameterLayout>& layout);

    std::shared_ptr<const ParameterLayout> layout_;
    Mlp network_;
};

/// A critic with the weights it has now, for the encoder's step: parameters without gradients.
struct CriticInForce {
    const Critic* critic = nullptr;
    const FleetParameters* parameters = nullptr;
};

/// The divergence as the encoder sees it, [M], from scores of codes and prior draws.
/// Adversarial: E_q softplus(T) - log 2, which is the non-saturating loss; with the best critic it is
/// KL(q || p) - KL(q || (q + p) / 2), zero for equal distributions only. Wasserstein: E_q T - E_p T.
torch::Tensor criticTerm(DivergenceKind kind, const torch::Tensor& codeScore, const torch::Tensor& priorScore);

/// What the critic minimises, [M]. Adversarial: E_q softplus(-T) + E_p softplus(T), at least 2 log 2 - 2 JS(q, p).
/// Wasserstein: E_p T - E_q T, to which the gradient penalty is added.
torch::Tensor criticLoss(DivergenceKind kind, const torch::Tensor& codeScore, const torch::Tensor& priorScore);

/// E (|grad T(z)| - 1)^2, [M], at points z [M, B, Z] (Gulrajani et al. 2017). Differentiable in the critic's weights.
torch::Tensor gradientPenalty(const Critic& critic, const FleetParameters& parameters, const torch::Tensor& points);

/// Share of points on the right side, [M]: T > 0 for codes, or above the middle of both means for Wasserstein.
torch::Tensor criticAccuracy(DivergenceKind kind, const torch::Tensor& codeScore, const torch::Tensor& priorScore);

}  // namespace elbo
