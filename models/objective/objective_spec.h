// Which divergence and which form of the rate an objective uses: what does not change while it trains. No tensor.
#pragma once

#include <vector>

namespace elbo {

/// The divergence Delta(q(z) || p(z)) between all codes and the prior (MATH: section 4).
enum class DivergenceKind {
    Mmd,      ///< maximum mean discrepancy with a DivergenceKernel
    Moments,  ///< KL(N(mean, covariance of q(z)) || N(0, I)): sees the first two moments only
    Stein,    ///< gradient: the direction of Stein variational descent; value: the squared kernelised Stein discrepancy
    Adversarial,  ///< a logistic critic, non-saturating: KL(q || p) - KL(q || (q + p) / 2) where the critic is the best
    Wasserstein,  ///< the distance by a critic with gradient penalty
};

/// What the weight beta - alpha multiplies (MATH: section 3).
enum class RateTerm {
    Rate,         ///< R
    Target,       ///< |R - R*|  ([RD] section 4)
    FreeBits,     ///< sum_i max(R_i, floor) over latent dimensions, R_i averaged over the batch (Kingma et al. 2016)
    Information,  ///< |I - I*|, I the information between example and code estimated within the batch ([Family] 4.1)
};

struct ObjectiveSpec {
    DivergenceKind divergence = DivergenceKind::Mmd;
    double bandwidth = 0.0;  ///< h of the Stein kernel exp(-r2 / (2 h)), squared latent units; 0: median heuristic
    RateTerm rateTerm = RateTerm::Rate;
    double rateTarget = 0.0;           ///< R* or I*, nats
    double freeBits = 0.0;             ///< floor of FreeBits, nats per latent dimension
    std::vector<int> critic{64, 64};   ///< widths of the hidden layers of a critic
    int criticSteps = 1;               ///< steps of the critic per step of the model
    double criticLearningRate = 1e-3;  ///< of its Adam
    double gradientPenalty = 10.0;     ///< weight of the penalty of Wasserstein

    bool operator==(const ObjectiveSpec&) const = default;

    bool usesCritic() const {
        return divergence == DivergenceKind::Adversarial || divergence == DivergenceKind::Wasserstein;
    }
    /// Whether J consists of D, R and the MMD only.
    bool standard() const { return divergence == DivergenceKind::Mmd && rateTerm == RateTerm::Rate; }
};

}  // namespace elbo
