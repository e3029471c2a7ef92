// The aggregated posterior q(z) = 1/N sum_n q(z|x_n) of diagonal Gaussians: its moments and its exact density on a
// grid.
#pragma once

#include <torch/types.h>

#include "training/frame/frame.h"

namespace elbo {

/// Exact first and second moments of the mixture, per member.
struct AggregatedMoments {
    torch::Tensor mean;             ///< [M, Z]
    torch::Tensor covariance;       ///< [M, Z, Z]: covariance of the means plus the mean of the variances
    torch::Tensor varianceOfMeans;  ///< [M, Z]

    torch::Tensor logDetCovariance() const;  ///< log det Cov[q(z)], [M]
    /// Share of latent dimensions in which the posterior mean varies by more than 0.01, [M], in [0, 1].
    torch::Tensor activeUnits() const;
};

/// means, variances: [M, N, Z], float64.
AggregatedMoments aggregatedMoments(const torch::Tensor& means, const torch::Tensor& variances);

/// Exact mean density of q(z) over every cell of a columns x rows grid, from projected codes of one member: means and
/// standard deviations [N] along x and y. Cell means come from differences of the normal distribution function, so
/// posteriors narrower than a cell keep their mass; the sum over codes is one matrix product of two [N, G] factors.
GridDensity mixtureDensity(const torch::Tensor& meanX, const torch::Tensor& stddevX, const torch::Tensor& meanY,
                           const torch::Tensor& stddevY, const LatentWindow& window, int columns, int rows);

/// The same on an interval: rows == 1.
GridDensity mixtureDensity(const torch::Tensor& meanX, const torch::Tensor& stddevX, const LatentWindow& window,
                           int columns);

/// Mean density of N(mean, stddev^2) over each of `cells` equal cells of [low, high], for every row: [N, cells].
torch::Tensor cellDensity(const torch::Tensor& mean, const torch::Tensor& stddev, double low, double high, int cells);

/// The mixture density where x and y are correlated (a plane that is not spanned by two axes): point values at cell
/// centres, [N] arrays of a 2 x 2 covariance each.
GridDensity correlatedMixtureDensity(const torch::Tensor& meanX, const torch::Tensor& meanY,
                                     const torch::Tensor& varianceX, const torch::Tensor& varianceY,
                                     const torch::Tensor& covariance, const LatentWindow& window, int columns,
                                     int rows);

}  // namespace elbo
