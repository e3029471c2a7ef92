// The rate-distortion curve of a decoder and its prior by annealed importance sampling, for any number of latent
// dimensions (Neal 2001; Wu et al. 2017; Huang et al. 2020).
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <vector>

#include "models/latent_model.h"
#include "training/metrics/measured.h"
#include "training/metrics/progress.h"

namespace elbo {

struct AnnealingOptions {
    std::vector<double> betas{1.0};  ///< weights of the rate, positive: one chain passes them all
    int temperatures = 200;          ///< steps from the prior to the lightest of them, at least 2
    int chains = 8;                  ///< per example, at least 2
    int leapfrogs = 5;               ///< steps of a Hamiltonian trajectory, one trajectory per temperature
    std::uint64_t seed = 1;
};

/// What the best of all encoders reaches at one weight of the rate: q(z|x) ~ p(z) p(x|z)^(1/beta). Nats per example.
/// Errors count in the spread of the chains and, since log Z is underestimated, what twice the temperatures brought
/// last; the spread between examples is not part of them.
struct AnnealedPoint {
    double beta = 1.0;
    Measured rate, distortion;
    Measured logIntegral;                    ///< E log Z, Z = integral of p(z) p(x|z)^(1/beta); at beta 1 E log p(x)
    std::vector<double> logIntegrals;        ///< of every example, [N]
    std::vector<double> rates, distortions;  ///< likewise
};

/// In the order of the betas. Codes start at the prior and follow p(z) p(x|z)^t for t that rises as a sigmoid, by
/// Hamiltonian transitions: in a first round the step of every temperature and example is adapted to the acceptance of
/// its trajectories, and kept for the second round, which is measured. x [N, D] under one member of `fleet`, in the
/// precision of its parameters; the decoder must have a density. Any thread; throws MeasureStopped.
std::vector<AnnealedPoint> annealedCurve(const LatentModel& model, const FleetParameters& fleet, int member,
                                         const torch::Tensor& x, const AnnealingOptions& options,
                                         const MeasureProgress& progress);

}  // namespace elbo
