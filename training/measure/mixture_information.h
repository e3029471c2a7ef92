// Information and KL(q(z) || p(z)) for any number of latent dimensions, by Monte Carlo over the exact mixture of all
// posteriors: no network, no bound (MATH: section 5).
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <functional>

#include "models/posterior/gaussian.h"
#include "training/metrics/measured.h"
#include "training/metrics/progress.h"

namespace elbo {

struct MixtureEstimates {
    Measured information;  ///< I_q of the N examples, at most log N; nats
    Measured klMarginal;   ///< KL(q(z) || p(z)); nats
};

/// log p(z) in nats for z [S, Z], [S].
using LogPrior = std::function<torch::Tensor(const torch::Tensor& z)>;

/// The posteriors of N examples, one member, float64. `draws` codes are drawn, evenly spread over the examples, and
/// each is weighed against all N posteriors. Errors are standard errors. An empty `logPrior` means N(0, I). Throws
/// MeasureStopped.
MixtureEstimates sampleMixture(const Gaussian& posteriors, int draws, std::uint64_t seed,
                               const MeasureProgress& progress, const LogPrior& logPrior = {});

/// log q(z) of the mixture for z [S, Z]: [S].
torch::Tensor logMixtureDensity(const torch::Tensor& z, const Gaussian& posteriors);

}  // namespace elbo
