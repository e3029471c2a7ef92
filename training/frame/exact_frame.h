// What quadrature and estimators know about one fleet member: plain data, made by the analyst, painted by views.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "models/spec/names.h"
#include "training/frame/grid_density.h"
#include "training/metrics/measured.h"

namespace elbo {

/// One example x: its true posterior p(z|x) beside the encoder's q(z|x).
struct PosteriorPair {
    std::string name;                         ///< "7", "x = -1", or "example 12"
    int label = -1;                           ///< -1: none
    GridDensity exact;                        ///< p(z|x), per unit area (length when dim z = 1, rows == 1)
    double trueMeanX = 0.0, trueMeanY = 0.0;  ///< of p(z|x)
    double meanX = 0.0, meanY = 0.0;          ///< of q(z|x)
    double varianceX = 0.0, varianceY = 0.0, covarianceXY = 0.0;  ///< of q(z|x)
    std::vector<float> samplesX, samplesY;                        ///< of q(z|x); samplesY empty when dim z = 1
    double gap = 0.0;                                             ///< KL(q(z|x) || p(z|x)), nats
};

/// How far what a part of a split says may be from what all of it would say: one standard error each, nats; 0 for all.
/// That of a mixture of few posteriors is also an underestimate of I_q, which counts in.
struct FormErrors {
    double distortion = 0.0;
    double rate = 0.0;
    double negativeElbo = 0.0;
    double negativeLogLikelihood = 0.0;
    double posteriorGap = 0.0;
    double informationQ = 0.0;
    double marginalKl = 0.0;
};

/// The quantities that make up the three forms of the ELBO, [InfoVAE] Eq. 2-4; nats per example, over `examples` of the
/// test split. -ELBO = D + R = -E log p(x) + E KL(q(z|x) || p(z|x)) = D + I_q + KL(q(z) || p(z)).
struct ElboForms {
    double distortion = 0.0;
    double rate = 0.0;
    double negativeLogLikelihood = 0.0;  ///< -E log p(x)
    double posteriorGap = 0.0;           ///< E KL(q(z|x) || p(z|x))
    double informationQ = 0.0;           ///< I_q
    double marginalKl = 0.0;             ///< KL(q(z) || p(z))
    double reverseMarginalKl = 0.0;      ///< KL(p(z) || q(z))
    double informationP = 0.0;           ///< I_p
    double error = 0.0;                  ///< estimate of the quadrature's error: the forms agree within it
    int examples = 0;
    int available = 0;      ///< examples of the split; 0: not known
    FormErrors sampling{};  ///< apart from the error of the quadrature
};

/// What the best of all encoders reaches with one decoder and prior: q(z|x) ~ p(z) p(x|z)^(1/beta), which makes
/// D + beta R least. Nats per example; errors are those of the quadrature.
struct DecoderCurvePoint {
    double beta = 1.0;
    Measured rate, distortion;
};

/// The rate-distortion curve of a decoder and its prior: no encoder lies below it, and its slope dD/dR is -beta.
struct DecoderCurve {
    std::vector<DecoderCurvePoint> points;  ///< by falling beta, so by rising rate; empty: not asked for
    DecoderCurvePoint best;                 ///< at the weight of the rate in force; NaN where there is none
    /// What the encoder costs there: its D + beta R less that of `best`, over the same examples. NaN: no such weight.
    /// Here and in `best` the errors count in that the examples are a part of the split.
    Measured inferenceGap;
    double rate = 0.0, distortion = 0.0;  ///< of the encoder in force, over the same examples
    int examples = 0;                     ///< of the test split
};

/// The exact picture of one member; dim z = 1 or 2.
struct ExactFrame {
    int member = 0;
    int latentDim = 0;
    ElboForms forms;
    DecoderCurve curve;
    std::vector<PosteriorPair> posteriors;  ///< of the chosen examples
    std::vector<float> trueMeanX, trueMeanY, encoderMeanX,
        encoderMeanY;         ///< means of p(z|x) and q(z|x) of many examples
    std::vector<int> labels;  ///< of those; empty or as many
};

/// What is happening to a model: troubles in the order in which they are listed.
enum class HealthKind {
    PosteriorCollapse,
    InformationPreference,
    OverDispersed,
    UnderDispersed,
    UnlikePrior,
    Overfitting,
    AmortisationGap,
    KernelSaturated,
    OutsideProposition2,
};

template <>
inline constexpr std::array<EnumName<HealthKind>, 9> namesOf<HealthKind>{{
    {HealthKind::PosteriorCollapse, "posterior_collapse", "posterior collapse",
     "codes that say nothing about the example"},
    {HealthKind::InformationPreference, "information_preference", "information preference",
     "a decoder strong enough to leave the code unused"},
    {HealthKind::OverDispersed, "over_dispersed", "over-dispersed codes",
     "codes spread wider than the prior that samples come from"},
    {HealthKind::UnderDispersed, "under_dispersed", "under-dispersed codes", "codes crowded into a part of the prior"},
    {HealthKind::UnlikePrior, "unlike_prior", "codes shaped unlike the prior",
     "codes that spread as far as the prior, but in separate heaps or with gaps where samples come from"},
    {HealthKind::Overfitting, "overfitting", "overfitting", "examples seen in training fare better than new ones"},
    {HealthKind::AmortisationGap, "amortisation_gap", "amortisation gap", "an encoder that misses the true posterior"},
    {HealthKind::KernelSaturated, "kernel_saturated", "saturated divergence kernel",
     "a divergence that no longer pulls on the codes"},
    {HealthKind::OutsideProposition2, "outside_proposition_2", "weights outside Proposition 2",
     "weights whose best value need not belong to the true distribution"},
}};
static_assert(wellNamed(HealthKind::OutsideProposition2));

struct HealthFinding {
    HealthKind kind = HealthKind::PosteriorCollapse;
    int member = 0;
    std::string sentence;    ///< for a listener without the jargon: what happens and what it means
    std::string term;        ///< the papers' name: "posterior collapse"
    std::string evidence;    ///< the number behind it: "R = 0.02 nats, 0 of 10 units active"
    std::int64_t step = -1;  ///< that the number belongs to; -1: not said
};

}  // namespace elbo
