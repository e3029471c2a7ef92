// Every measure of a plain point set, and of one set against another: `elboroom measure --points`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "training/measure/points/henze_zirkler.h"
#include "training/measure/points/points.h"
#include "training/measure/points/smooth_knn.h"

namespace elbo {

/// Maximum mean discrepancy under one named kernel (models/divergence/kernel.h).
struct KernelMmd {
    std::string kernel;     ///< "gaussian_dim"
    double biased = 0.0;    ///< V-statistic
    double unbiased = 0.0;  ///< U-statistic
};

struct PointMeasures {
    HenzeZirkler henzeZirkler;
    double logDetCov = 0.0;      ///< log det of the sample covariance (divided by n - 1), per dimension; 0 for N(0, I)
    std::vector<KernelMmd> mmd;  ///< empty without a second set
    std::optional<SmoothKnn> smoothKnn;
};

/// log det of the sample covariance divided by the dimension; minus infinity when it is singular.
double logDetCovariance(const Points& points);

/// MMD between two sets under gaussian_dim, gaussian_dim2 and imq; at least two points in each.
std::vector<KernelMmd> kernelMmds(const Points& a, const Points& b);

/// `against` may be null. Both sets need at least two points and the same number of columns (the caller's to check).
PointMeasures measurePoints(const Points& points, const Points* against, const SmoothKnnOptions& options);

}  // namespace elbo
