// Which divergence and which form of the rate an objective uses: what does not change while it trains. No tensor.
#pragma once

#include <vector>

#include "models/spec/kernel.h"
#include "models/spec/knobs.h"
#include "models/spec/names.h"

namespace elbo {

/// A divergence between two distributions q and p that are known by draws (MATH: section 4). Between codes, q is the
/// aggregated posterior and p the prior; between data, q is the data and p the model; between pairs, q is
/// p*(x) q(z|x) and p is p(z) p(x|z).
enum class DivergenceKind {
    Mmd,      ///< maximum mean discrepancy with a DivergenceKernel
    Moments,  ///< codes only. KL(N(mean, covariance of q(z)) || N(0, I)): sees the first two moments only
    Stein,    ///< codes only. Gradient: the direction of Stein variational descent; value: the squared kernelised Stein
              ///< discrepancy
    Adversarial,     ///< a logistic critic, non-saturating: see criticTerm()
    Wasserstein,     ///< the distance by a critic with gradient penalty
    RatioKl,         ///< KL(q || p) by the log density ratio of a logistic critic
    RatioReverseKl,  ///< KL(p || q), likewise
};

template <>
inline constexpr std::array<EnumName<DivergenceKind>, 7> namesOf<DivergenceKind>{{
    {DivergenceKind::Mmd, "mmd", "MMD", "the maximum mean discrepancy with a kernel"},
    {DivergenceKind::Moments, "moments", "moments",
     "the KL divergence of a normal distribution with mean and covariance of the codes; codes only"},
    {DivergenceKind::Stein, "stein", "Stein", "the direction of Stein variational descent; codes only"},
    {DivergenceKind::Adversarial, "adversarial", "adversarial", "a logistic critic, non-saturating"},
    {DivergenceKind::Wasserstein, "wgan", "Wasserstein", "the Wasserstein distance by a critic with gradient penalty"},
    {DivergenceKind::RatioKl, "kl_ratio", "KL by ratio", "KL(q || p) by the density ratio of a critic"},
    {DivergenceKind::RatioReverseKl, "reverse_kl_ratio", "reverse KL by ratio",
     "KL(p || q) by the density ratio of a critic"},
}};
static_assert(wellNamed(DivergenceKind::RatioReverseKl));

/// Whether a network has to be trained for it.
constexpr bool usesCritic(DivergenceKind kind) {
    return kind == DivergenceKind::Adversarial || kind == DivergenceKind::Wasserstein ||
           kind == DivergenceKind::RatioKl || kind == DivergenceKind::RatioReverseKl;
}

/// What the weight beta - alpha multiplies (MATH: section 3).
enum class RateTerm {
    Rate,          ///< R
    Target,        ///< |R - R*|  ([RD] section 4)
    FreeBits,      ///< sum_i max(R_i, floor) over latent dimensions, R_i averaged over the batch (Kingma et al. 2016)
    Information,   ///< |I - I*|, I the information between example and code estimated within the batch
    SoftFreeBits,  ///< gamma R, gamma adjusted until R stays just above Z times the floor (Chen et al. 2017)
    Cap,           ///< R, and max(0, 1 - beta + alpha) max(0, I - I*): information above I* is no gain ([Family] 4.1)
};

template <>
inline constexpr std::array<EnumName<RateTerm>, 6> namesOf<RateTerm>{{
    {RateTerm::Rate, "rate", "rate", "the rate R"},
    {RateTerm::Target, "target", "target", "|R - rate_target|"},
    {RateTerm::FreeBits, "free_bits", "free bits", "the sum of max(R_i, free_bits) over latent dimensions"},
    {RateTerm::Information, "information", "information",
     "|I_q - rate_target|, I_q the information between examples and codes"},
    {RateTerm::SoftFreeBits, "soft_free_bits", "soft free bits",
     "gamma R, gamma adjusted until R stays above latent_dim times free_bits"},
    {RateTerm::Cap, "cap", "cap", "R; information above rate_target brings no gain"},
}};
static_assert(wellNamed(RateTerm::Cap));

/// How the rate of a batch is had.
enum class RateEstimate {
    ClosedForm,   ///< KL(q(z|x) || p(z)) of the Gaussian posterior
    LogRatio,     ///< log q(z|x) - log p(z) at the sampled code
    Adversarial,  ///< the log density ratio of a logistic critic on pairs (x, z) (Mescheder et al. 2017)
};

template <>
inline constexpr std::array<EnumName<RateEstimate>, 3> namesOf<RateEstimate>{{
    {RateEstimate::ClosedForm, "closed_form", "closed form", "the KL divergence of two Gaussians"},
    {RateEstimate::LogRatio, "log_ratio", "log ratio", "log q(z|x) - log p(z) at the sampled code"},
    {RateEstimate::Adversarial, "adversarial", "adversarial", "the log density ratio of a critic"},
}};
static_assert(wellNamed(RateEstimate::Adversarial));

/// How the encoder's gradient is had where codes are weighed by importance. That of decoder and prior is the same.
enum class CodeGradient {
    Path,  ///< through the codes and through the density that they were drawn from (Burda et al. 2016)
    Stl,   ///< through the codes alone (Roeder et al. 2017): no noise where q(z|x) is the posterior; biased beyond one
           ///< code
    Dreg,  ///< through the codes with squared weights (Tucker et al. 2019): unbiased for any number of codes
};

template <>
inline constexpr std::array<EnumName<CodeGradient>, 3> namesOf<CodeGradient>{{
    {CodeGradient::Path, "path", "path", "through every code and the density that it was drawn from"},
    {CodeGradient::Stl, "stl", "STL", "through the codes alone: sticking the landing; biased beyond one code"},
    {CodeGradient::Dreg, "dreg", "DReG",
     "through the codes with squared weights: doubly reparameterised, unbiased for any number of codes"},
}};
static_assert(wellNamed(CodeGradient::Dreg));

struct ObjectiveSpec {
    DivergenceKind divergence = DivergenceKind::Mmd;               ///< Delta, weight alpha + lambda - 1
    DivergenceKind second = DivergenceKind::Adversarial;           ///< Delta_2, Knobs::secondDivergence
    DivergenceKind dataDivergence = DivergenceKind::Adversarial;   ///< Delta_x, Knobs::dataDivergence
    DivergenceKind jointDivergence = DivergenceKind::Adversarial;  ///< Delta_xz, Knobs::jointDivergence
    DivergenceKernel kernel = DivergenceKernel::GaussianDim2;      ///< of every MMD
    double bandwidth = 0.0;  ///< h of the Stein kernel exp(-r2 / (2 h)), squared latent units; 0: median heuristic
    RateTerm rateTerm = RateTerm::Rate;
    RateEstimate rateEstimate = RateEstimate::ClosedForm;
    double rateTarget = 0.0;           ///< R* or I*, nats
    double freeBits = 0.0;             ///< floor of FreeBits and SoftFreeBits, nats per latent dimension
    double relaxation = 0.5;           ///< temperature of relaxed Bernoulli samples of the model
    std::vector<int> critic{64, 64};   ///< widths of the hidden layers of a critic
    int criticSteps = 1;               ///< steps of the critics per step of the model
    double criticLearningRate = 1e-3;  ///< of their Adam
    double gradientPenalty = 10.0;     ///< weight of the penalty of Wasserstein
    int importanceSamples = 1;         ///< K codes of each example, weighed by importance; 1: D and R as they are
    CodeGradient gradient = CodeGradient::Path;

    bool operator==(const ObjectiveSpec&) const = default;

    /// Whether -log 1/K sum_k exp(-w_D D_k - (beta - alpha) R_k) over K codes stands in J for D and R. With one code
    /// they are the same, and only a gradient of another kind makes a difference.
    bool weighsCodes() const { return importanceSamples > 1 || gradient != CodeGradient::Path; }

    /// Whether J consists of D, R and the MMD only, as long as no other weight is set. Soft free bits only scale the
    /// weight of R.
    bool standard() const {
        return divergence == DivergenceKind::Mmd &&
               (rateTerm == RateTerm::Rate || rateTerm == RateTerm::SoftFreeBits) &&
               rateEstimate == RateEstimate::ClosedForm && !weighsCodes();
    }
};

/// An objective whole: its terms, and what they weigh in every fleet member. What changes while a run trains travels as
/// this one value.
struct Objective {
    ObjectiveSpec spec;
    std::vector<Knobs> knobs{Knobs{}};  ///< [M]

    bool operator==(const Objective&) const = default;
};

}  // namespace elbo
