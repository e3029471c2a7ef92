// log p(x) by importance sampling with the encoder as proposal, in log space (MATH: section 5; [LiBI] Eq. 48).
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <vector>

#include "models/latent_model.h"
#include "training/metrics/measured.h"
#include "training/metrics/progress.h"

namespace elbo {

struct ImportanceOptions {
    std::vector<int> draws{5, 50, 5000};  ///< K, ascending; the largest is drawn, the smaller are groups of those draws
    double varianceFactor = 1.0;          ///< of the proposal N(mean, factor * stddev^2); [LiBI] takes 2
    std::uint64_t seed = 1;
};

/// Nats per example. The expectation of each value is a bound that tightens with K; values come with the error of the
/// draws, and the one of the largest K with an estimate of what its bound still lacks. The spread between examples is
/// not part of the errors.
struct ImportanceEstimate {
    std::vector<int> draws;
    std::vector<Measured> nll;  ///< -log p(x), one per entry of draws
    Measured single;            ///< -log weight of single draws: -ELBO of these examples when varianceFactor is 1
    std::vector<double> logLikelihood;  ///< log p(x_n) with the largest K, [N]
};

/// x [N, D] under one member of `fleet`, in the precision of its parameters. Throws MeasureStopped.
ImportanceEstimate importanceSample(const LatentModel& model, const FleetParameters& fleet, int member,
                                    const torch::Tensor& x, const ImportanceOptions& options,
                                    const MeasureProgress& progress);

/// log p(x_n, z) - log proposal(z|x_n) for `draws` draws of every example of a small batch x [B, D], float64 [B,
/// draws]. `parameters` holds one member.
torch::Tensor logImportanceWeights(const LatentModel& model, const FleetParameters& parameters, const torch::Tensor& x,
                                   int draws, double varianceFactor, torch::Generator& generator);

}  // namespace elbo
