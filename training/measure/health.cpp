#include "training/measure/health.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "models/latent_model.h"
#include "models/spec/number_text.h"
#include "training/data/dataset.h"
#include "training/experiment/experiment.h"

namespace elbo {

namespace {

// Thresholds, in nats unless said otherwise. Comparisons with NaN are false: what is not known gives no finding.

/// Below this rate nothing of an example arrives in its code.
constexpr double kNoRate = 0.1;
/// |log det Cov| / dim z that a finite network does not reach by chance: a spread 1.5 times too large or too small.
const double kSpread = 2.0 * std::log(1.5);
/// KL(q(z) || p(z)) that no spread explains and that is more than a matter of taste: two heaps as far apart as the
/// prior allows have 0.6.
constexpr double kShape = 0.35;
/// Train-test gap of the ELBO, as a share of it and at least in nats.
constexpr double kGapShare = 0.05;
constexpr double kGapNats = 0.3;
/// KL(q(z|x) || p(z|x)) as a share of the rate, and at least in nats; the inference gap likewise, as a share of what
/// the rate costs. Two latent dimensions on MNIST reach a share of 1 when all is well: Gaussian posteriors are too
/// simple there.
constexpr double kPosteriorShare = 2.0;
constexpr double kPosteriorNats = 1.0;
/// A decoder whose distortion is this close to the data entropy needs no code.
constexpr double kNearEntropy = 0.5;
/// Mean kernel values outside of which the kernel tells no codes apart.
constexpr double kFar = 1e-3;
constexpr double kFlat = 0.99;

}  // namespace

HealthNumbers healthNumbers(const ObjectiveSpec& objective, const Dataset& dataset, const LatentModel& model,
                            const Knobs& knobs, int member, const std::function<double(const char* name)>& metric,
                            const std::function<double()>& kernelMean, const std::function<double()>& shape) {
    HealthNumbers numbers;
    numbers.member = member;
    numbers.latentDim = model.latentDim();
    numbers.knobs = knobs;
    numbers.rate = metric("rate_test");
    numbers.distortion = metric("distortion_test");
    numbers.dataEntropy = dataset.entropy.value_or(HealthNumbers::kUnknown);
    numbers.elboTrain = metric("elbo_train");
    numbers.elboTest = metric("elbo_test");
    // Where q(z) is trained: with few examples it spreads there, and less on new ones. A trained prior has another
    // volume than N(0, I), and there is nothing to say about it.
    if (model.prior().standardNormal()) {
        numbers.logDetCov = metric("log_det_cov_train");
    }
    numbers.activeUnits = metric("active_units_test");
    numbers.information = metric("mi_q_test");
    numbers.klPosterior = metric("kl_posterior_test");
    numbers.inferenceGap = metric("inference_gap_test");
    if (knobs.divergenceWeight() != 0.0 && objective.divergence == DivergenceKind::Mmd) {
        numbers.kernelMean = kernelMean();
    }
    numbers.shape = shape();
    return numbers;
}

bool kernelSaturated(double meanKernel) {
    return meanKernel < kFar || meanKernel > kFlat;
}

std::vector<HealthFinding> healthFindings(const HealthNumbers& n) {
    std::vector<HealthFinding> findings;
    const auto find = [&](HealthKind kind, const char* sentence, const char* term, std::string evidence) {
        findings.push_back({kind, n.member, sentence, term, std::move(evidence), n.step});
    };
    const bool collapsed = n.rate < kNoRate && !(n.activeUnits > 0.0);
    if (collapsed) {
        find(HealthKind::PosteriorCollapse,
             "The codes no longer depend on the examples: every example gets the same code.", "posterior collapse",
             fmt::format("R = {:.2g} nats, {:.0f} of {} units active", n.rate,
                         std::isfinite(n.activeUnits) ? n.activeUnits * n.latentDim : 0.0, n.latentDim));
    }
    // Where the rate is not punished beyond the ELBO, codes are unused because the decoder does not need them.
    const bool needsNoCode = !std::isfinite(n.dataEntropy) || n.distortion - n.dataEntropy < kNearEntropy;
    if (n.rate < kNoRate && n.knobs.rateWeight() <= 1.0 && needsNoCode) {
        const double information = std::isfinite(n.information) ? n.information : n.rate;
        find(HealthKind::InformationPreference,
             "The decoder explains the data without the codes, so nothing rewards putting information into them.",
             "information preference",
             fmt::format("I_q at most {:.2g} nats, D = {:.4g} nats", information, n.distortion));
    }
    if (n.logDetCov > kSpread) {
        find(HealthKind::OverDispersed,
             "The codes spread wider than the prior: samples drawn from the prior miss where most codes lie.",
             "over-dispersed aggregated posterior",
             fmt::format("log det Cov[q(z)] / dim z = {:+.2f}, should be near 0", n.logDetCov));
    }
    if (n.logDetCov < -kSpread) {
        find(HealthKind::UnderDispersed,
             "The codes fill only a part of the prior: samples drawn from the prior land where no example is.",
             "under-dispersed aggregated posterior",
             fmt::format("log det Cov[q(z)] / dim z = {:+.2f}, should be near 0", n.logDetCov));
    }
    // A spread that is wrong already says why the two differ.
    if (n.shape > kShape && !(std::abs(n.logDetCov) > kSpread)) {
        find(
            HealthKind::UnlikePrior,
            "The codes lie in other places than the prior puts them, though they spread as far: samples drawn from the "
            "prior land where no example is.",
            "q(z) unlike p(z)", fmt::format("KL(q(z) || p(z)) at least {:.2g} nats, should be near 0", n.shape));
    }
    const double gap = n.elboTrain - n.elboTest;
    if (gap > std::max(kGapNats, kGapShare * std::abs(n.elboTrain))) {
        find(HealthKind::Overfitting, "The model knows its training examples by heart and explains new ones worse.",
             "overfitting",
             fmt::format("ELBO {:.4g} on train, {:.4g} on test: a gap of {:.3g} nats", n.elboTrain, n.elboTest, gap));
    }
    // An encoder that D and R alone shape is held against the best one at their weights, which is the true posterior
    // for beta = 1 only; whatever else pulls at the codes is no fault of the encoder.
    const double slope = n.knobs.rateWeight();
    if (std::isfinite(n.inferenceGap) && n.knobs.threeSliders() && n.knobs.divergenceWeight() == 0.0) {
        if (n.inferenceGap > kPosteriorNats && n.inferenceGap > kPosteriorShare * slope * n.rate) {
            find(
                HealthKind::AmortisationGap,
                "The encoder has its price: another one would bring the objective further down with this very decoder.",
                "inference gap",
                fmt::format("D + {} R lies {:.3g} nats above the best for this decoder", shortNumber(slope),
                            n.inferenceGap));
        }
    } else if (n.klPosterior > kPosteriorNats && n.klPosterior > kPosteriorShare * n.rate) {
        find(HealthKind::AmortisationGap,
             "The encoder's codes are not where the decoder's own posterior lies, so the ELBO falls short of the "
             "likelihood.",
             "amortisation gap",
             fmt::format("KL(q(z|x) || p(z|x)) = {:.3g} nats against a rate of {:.3g}", n.klPosterior, n.rate));
    }
    if (kernelSaturated(n.kernelMean)) {
        find(HealthKind::KernelSaturated,
             "The kernel of the divergence no longer tells codes apart, so it pulls them nowhere.", "kernel saturated",
             fmt::format("mean kernel value {:.2g} between codes and prior", n.kernelMean));
    }
    if (!n.knobs.insideProposition2()) {
        find(HealthKind::OutsideProposition2,
             "These weights are outside the theory: the best value need not belong to the true distribution.",
             "outside Proposition 2",
             fmt::format("alpha = {}, lambda = {}, weights {} and {}", shortNumber(n.knobs.alpha),
                         shortNumber(n.knobs.lambda), shortNumber(n.knobs.rateWeight()),
                         shortNumber(n.knobs.divergenceWeight())));
    }
    return findings;
}

}  // namespace elbo
