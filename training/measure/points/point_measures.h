// The registry of measures of a plain point set, alone or against another set: `elboroom measure --points`.
//
// To add one: 1. give its metric a row in the table of metrics (training/metrics/metric_rows.cpp); 2. write a function
// beside this file that computes it; 3. list it in point_measures.cpp, at its place in the output. The test of all
// measures of points (tst_point_measures) runs it without further ado.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "training/measure/points/points.h"
#include "training/measure/points/smooth_knn.h"

namespace elbo {

/// Both sets have at least two points and the same number of columns (the caller's to check).
struct PointSubject {
    const Points& points;
    const Points* against = nullptr;  ///< null: there is one set only
    SmoothKnnOptions knn;
};

/// One number of a point set. Of an MMD: the unbiased one (U-statistic), and beside it the biased one (V-statistic).
struct PointValue {
    std::string metric;  ///< row of the table of metrics
    std::string kernel;  ///< "gaussian_dim", of an MMD; else empty
    double value = 0.0;
    std::optional<double> biased{};
    std::string meaning;  ///< one sentence about a set of points; the table's speaks of codes
};

struct PointMeasure {
    std::vector<std::string> names;  ///< metrics, in the order of the output
    bool compares = false;           ///< needs a second set
    std::vector<PointValue> (*run)(const PointSubject& subject);

    /// Empty where it applies.
    std::string whyNot(const PointSubject& subject) const {
        return compares && subject.against == nullptr ? "it compares two sets of points" : "";
    }
};

const std::vector<PointMeasure>& pointMeasures();

/// All that apply, in order. Throws InputError when there are too few points for one of them.
std::vector<PointValue> measurePoints(const PointSubject& subject);

/// log det of the sample covariance (divided by n - 1), per dimension: 0 for N(0, I), minus infinity when it is
/// singular.
double logDetCovariance(const Points& points);

/// Maximum mean discrepancy under one named kernel (models/spec/kernel.h).
struct KernelMmd {
    std::string kernel;     ///< "gaussian_dim"
    double biased = 0.0;    ///< V-statistic
    double unbiased = 0.0;  ///< U-statistic
};
/// MMD between two sets under gaussian_dim, gaussian_dim2 and imq; at least two points in each.
std::vector<KernelMmd> kernelMmds(const Points& a, const Points& b);

}  // namespace elbo
