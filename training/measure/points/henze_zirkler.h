// The Henze-Zirkler test of multivariate normality ([LiBI] Eq. 44 takes its statistic as a penalty).
#pragma once

#include "training/measure/points/points.h"
#include "training/metrics/progress.h"

namespace elbo {

struct HenzeZirkler {
    double statistic = 0.0;  ///< small: close to normal; 4 n when the covariance is singular
    double pValue = 0.0;     ///< chance of at least this statistic for normal points (log-normal approximation)
};

/// Both to double precision. Invariant under affine maps. Time O(n^2 dim), memory O(block n). Throws MeasureStopped.
HenzeZirkler henzeZirkler(const Points& points, const MeasureProgress& progress = {});

}  // namespace elbo
