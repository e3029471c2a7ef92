// Divergences by a network that tells draws of q from draws of p, one per fleet member (MATH: section 4).
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "models/fleet/fleet_parameters.h"
#include "models/network/mlp.h"
#include "models/spec/objective_spec.h"

namespace elbo {

/// The architecture of the critics T(a), a code, an example or a pair of both; like LatentModel it holds no values. Any
/// thread.
class Critic {
  public:
    /// `hidden` are the widths of its hidden layers, leaky ReLU after each.
    Critic(int inputs, const std::vector<int>& hidden);

    const std::shared_ptr<const ParameterLayout>& layout() const { return layout_; }
    /// The same initial weights for every member.
    void initialise(FleetParameters& parameters, std::uint64_t seed) const;
    /// T(a), [M, B]; a: [B, inputs] or [M, B, inputs]. The logistic critic aims at log q(a) / p(a).
    torch::Tensor score(const FleetParameters& parameters, const torch::Tensor& points) const;

  private:
    Critic(int inputs, const std::vector<int>& hidden, const std::shared_ptr<ParameterLayout>& layout);

    std::shared_ptr<const ParameterLayout> layout_;
    Mlp network_;
};

/// A critic with the weights it has now, for the model's step: parameters without gradients.
struct CriticInForce {
    const Critic* critic = nullptr;
    const FleetParameters* parameters = nullptr;

    explicit operator bool() const { return critic != nullptr; }
    torch::Tensor score(const torch::Tensor& points) const { return critic->score(*parameters, points); }
};

/// Which of the two distributions the model can move.
enum class Moving { Q, P, Both };

/// The divergence as the model sees it, [M], from the scores [M, B] of draws of q and of p.
/// Adversarial, non-saturating: E_q softplus(T) - log 2 where q moves, E_p softplus(-T) - log 2 where p moves, their
/// sum where both do; with the best critic KL(q || p) - KL(q || (q + p) / 2) and its mirror image, zero for equal
/// distributions only. Wasserstein: E_q T - E_p T. RatioKl: E_q T in value, RatioReverseKl: -E_p T; their gradients are
/// those of the divergence with the ratio held: E_q T and -E_p exp(T), and -E_q exp(-T) and -E_p T.
torch::Tensor criticTerm(DivergenceKind kind, Moving moving, const torch::Tensor& qScore, const torch::Tensor& pScore);

/// What the critic minimises, [M]. Logistic: E_q softplus(-T) + E_p softplus(T), at least 2 log 2 - 2 JS(q, p).
/// Wasserstein: E_p T - E_q T, to which the gradient penalty is added.
torch::Tensor criticLoss(DivergenceKind kind, const torch::Tensor& qScore, const torch::Tensor& pScore);

/// E (|grad T(a)| - 1)^2, [M], at points [M, B, inputs] (Gulrajani et al. 2017). Differentiable in the critic's
/// weights.
torch::Tensor gradientPenalty(const Critic& critic, const FleetParameters& parameters, const torch::Tensor& points);

/// Share of points on the right side, [M]: T > 0 for draws of q, or above the middle of both means for Wasserstein.
torch::Tensor criticAccuracy(DivergenceKind kind, const torch::Tensor& qScore, const torch::Tensor& pScore);

}  // namespace elbo
