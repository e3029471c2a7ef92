// The smooth k-nearest-neighbour two-sample statistic (Djolonga and Krause 2017; used by [LiBI]).
#pragma once

#include <vector>

#include "training/measure/points/points.h"
#include "training/metrics/progress.h"

namespace elbo {

/// How strongly every point of the pooled sample holds the others for its neighbours: for each point the law over
/// subsets of exactly k others with weight exp(-alpha * sum of distances), averaged over several alphas.
struct SmoothKnnOptions {
    int neighbours = 1;               ///< k
    std::vector<double> alphas{1.0};  ///< per unit of distance
};

struct SmoothKnn {
    double crossing = 0.0;     ///< T: expected number of neighbours across the two samples
    double expectation = 0.0;  ///< of T over all splits of the pool into samples of these sizes
    double variance = 0.0;     ///< of T over all splits
    double value = 0.0;        ///< (expectation - T) / sd: 0 when neighbours cannot tell, large when the samples differ
};

/// Pools with more points are refused: the n x n neighbour matrix would not fit.
inline constexpr int kSmoothKnnLimit = 20000;

/// a [n1, dim], b [n2, dim], at least four points together and more than k + 1. Throws InputError otherwise. As in the
/// authors' code 1e-5 is added to the variance, so that the value stays finite.
/// Throws MeasureStopped.
SmoothKnn smoothKnn(const Points& a, const Points& b, const SmoothKnnOptions& options,
                    const MeasureProgress& progress = {});

}  // namespace elbo
