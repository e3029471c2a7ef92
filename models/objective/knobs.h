// The three sliders of J = D + (beta - alpha) R + (alpha + lambda - 1) Delta  (MATH: section 2; [InfoVAE] Eq. 6 at beta
// = 1).
#pragma once

namespace elbo {

/// Weights of one fleet member. The part of an experiment that may change between two steps.
struct Knobs {
    double beta = 1.0;
    double lambda = 1.0;
    double alpha = 0.0;

    bool operator==(const Knobs&) const = default;

    /// Coefficient of the rate R.
    double rateWeight() const { return beta - alpha; }
    /// Coefficient of the marginal divergence Delta(q(z) || p(z)).
    double divergenceWeight() const { return alpha + lambda - 1.0; }
    /// Coefficient of I_q in the second form of J (Delta = KL): beta - alpha - 1.
    double informationWeight() const { return beta - alpha - 1.0; }
    /// Coefficient of KL(q(z) || p(z)) in the second form of J: beta + lambda - 1.
    double marginalWeight() const { return beta + lambda - 1.0; }
    /// Whether [InfoVAE] Proposition 2 covers this setting: alpha < 1, lambda > 0, and no term rewarded for growing.
    bool insideProposition2() const {
        return alpha < 1.0 && lambda > 0.0 && rateWeight() >= 0.0 && divergenceWeight() >= 0.0;
    }
};

}  // namespace elbo
