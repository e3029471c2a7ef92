// Information and KL(q(z) || p(z)) for any number of latent dimensions, by Monte Carlo over the exact mixture of all
// posteriors: no network, no bound (MATH: section 5).
#pragma once

#include <torch/types.h>

#include <cstdint>

#include "training/metrics/measured.h"
#include "training/metrics/progress.h"

namespace elbo {

struct MixtureEstimates {
    Measured information;  ///< I_q of the N examples, at most log N; nats
    Measured klMarginal;   ///< KL(q(z) || N(0, I)); nats
};

/// means, stddevs: [N, Z], float64. `draws` codes are drawn, evenly spread over the examples, and each is weighed
/// against all N posteriors. Errors are standard errors. Throws MeasureStopped.
MixtureEstimates sampleMixture(const torch::Tensor& means, const torch::Tensor& stddevs, int draws, std::uint64_t seed,
                               const MeasureProgress& progress);

/// log q(z) of the mixture for z [S, Z]: [S].
torch::Tensor logMixtureDensity(const torch::Tensor& z, const torch::Tensor& means, const torch::Tensor& stddevs);

}  // namespace elbo
