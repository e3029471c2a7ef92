// Bounds of the generative mutual information I_p(x; z) under p(z) p(x|z) ([RD] App. C, Eq. 7-9).
#pragma once

#include <cstdint>

#include "models/latent_model.h"
#include "training/metrics/measured.h"
#include "training/metrics/progress.h"

namespace elbo {

struct GenerativeBounds {
    Measured lower;  ///< E = E_p log q(z|x) / p(z), nats
    Measured upper;  ///< G = E_p log p(x|z) / r(x), nats
};

/// Over `samples` draws (z, x) of one member's model. r(x) is the importance estimate of p(x) with `draws` draws from
/// the encoder: its logarithm lies below log p(x) on average, so G stays an upper bound. Errors are standard errors.
GenerativeBounds generativeBounds(const LatentModel& model, const FleetParameters& fleet, int member, int samples,
                                  int draws, std::uint64_t seed, const MeasureProgress& progress);

}  // namespace elbo
