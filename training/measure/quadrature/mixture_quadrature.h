// Information and divergences of the aggregated posterior q(z) = 1/N sum_n q(z|x_n) by quadrature, for one or two
// latent dimensions (MATH: section 5).
#pragma once

#include <Eigen/Core>
#include <vector>

#include "training/measure/quadrature/prior_values.h"
#include "training/metrics/measured.h"
#include "training/metrics/progress.h"

namespace elbo {

/// The posteriors N(means_n, diag(stddevs_n^2)) of N examples, [N, dim] each, dim 1 or 2; with factors, one lower
/// triangular L per example, N(means_n, L_n L_n^T).
struct Mixture {
    Eigen::ArrayXXd means;
    Eigen::ArrayXXd stddevs;
    std::vector<Eigen::Matrix2d> factors{};
};

/// Nats.
struct MixtureIntegrals {
    Measured information;        ///< I_q(x; z) of the mixture, at most log N
    Measured klMarginal;         ///< KL(q(z) || p(z))
    Measured klMarginalReverse;  ///< KL(p(z) || q(z))
};

/// The information is integrated on a small grid around every posterior (as fine as the narrowest one asks for),
/// KL(q||p) on one grid over all codes where that resolves them and else on the small ones, KL(p||q) over the prior; so
/// the sum I_q + KL(q||p) = R is a check and no identity. Full covariances and other priors than N(0, I) take the small
/// grids for all but KL(p||q). Time O(N^2). Throws MeasureStopped.
MixtureIntegrals integrateMixture(const Mixture& mixture, const PriorValues& prior,
                                  const MeasureProgress& progress = {});

}  // namespace elbo
