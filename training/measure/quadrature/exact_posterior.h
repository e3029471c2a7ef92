// The true posterior p(z|x) and the marginal likelihood p(x) by quadrature over one or two latent dimensions, from the
// log-likelihood surface of one example; tempered ones too.
#pragma once

#include <Eigen/Core>

#include "training/frame/frame.h"
#include "training/measure/quadrature/likelihood_surface.h"
#include "training/measure/quadrature/prior_values.h"

namespace elbo {

/// What the integral over z of p(x|z)^t p(z) gives for one example, t = 1 unless said otherwise. Nats, latent units.
struct ExactPosterior {
    double logEvidence = 0.0;       ///< log of the integral: log p(x) for t = 1
    double logLikelihood = 0.0;     ///< mean of log p(x|z) under the posterior
    Eigen::Array2d mean{0.0, 0.0};  ///< of the posterior, p(z|x) for t = 1; the second entry is 0 in one dimension
    Eigen::Array2d stddev{0.0, 0.0};
    Eigen::Array2d logEdge{0.0, 0.0};  ///< log density at the edge of the grid along x and y, less that of the peak
};

/// Integrates over the part of the grid that holds mass, on nodes as fine as the narrowest peak asks for. Trapezoidal
/// sums of such functions converge exponentially, so the error is that of the interpolation. `power` is t > 0: the
/// posterior is proportional to p(z) p(x|z)^t.
ExactPosterior integratePosterior(const Surface& logLikelihood, const PriorValues& prior, double power = 1.0);

/// q(z|x) of one example: N(mean, L L^T) with a lower triangular L; in one dimension only the first entries count.
struct EncoderPosterior {
    Eigen::Array2d mean{0.0, 0.0};
    Eigen::Matrix2d factor = Eigen::Matrix2d::Identity();

    bool diagonal() const { return factor(1, 0) == 0.0; }
    /// Standard deviations of every dimension alone.
    Eigen::Array2d stddev() const { return factor.rowwise().norm().array(); }
};

/// KL(q(z|x) || p(z|x)) and the distortion -E_q log p(x|z) by quadrature over q.
struct PosteriorGap {
    double distortion = 0.0;
    double kl = 0.0;
};
PosteriorGap posteriorGap(const Surface& logLikelihood, const PriorValues& prior, double logEvidence,
                          const EncoderPosterior& posterior);

/// The density of p(z|x) at the cell centres of a window inside the grid, for contours.
GridDensity posteriorDensity(const Surface& logLikelihood, const PriorValues& prior, double logEvidence,
                             const LatentWindow& window, int columns, int rows);

}  // namespace elbo
