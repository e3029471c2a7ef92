#include "training/measure/points/smooth_knn.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "training/experiment/input_error.h"

namespace elbo {

namespace {

constexpr double kNever = -std::numeric_limits<double>::infinity();

double logSum(double a, double b) {
    const double high = std::max(a, b);
    return high == kNever ? kNever : high + std::log1p(std::exp(std::min(a, b) - high));
}

/// Chances of membership in a random subset of exactly k of the items with the given log weights; k = 1: a softmax.
Eigen::ArrayXd subsetMarginals(const Eigen::ArrayXd& logWeights, int k) {
    const Eigen::Index n = logWeights.size();
    if (k == 1) {
        const Eigen::ArrayXd weights = (logWeights - logWeights.maxCoeff()).exp();
        return weights / weights.sum();
    }
    // before(t, j): log of the sum over subsets of size t of the first j items; after(t, j): of the items from j on.
    Eigen::ArrayXXd before = Eigen::ArrayXXd::Constant(k + 1, n + 1, kNever);
    Eigen::ArrayXXd after = before;
    before(0, 0) = after(0, n) = 0.0;
    for (Eigen::Index j = 0; j < n; ++j) {
        const Eigen::Index back = n - 1 - j;
        for (int t = 0; t <= k; ++t) {
            before(t, j + 1) = t == 0 ? 0.0 : logSum(before(t, j), before(t - 1, j) + logWeights(j));
            after(t, back) = t == 0 ? 0.0 : logSum(after(t, back + 1), after(t - 1, back + 1) + logWeights(back));
        }
    }
    Eigen::ArrayXd marginals(n);
    for (Eigen::Index j = 0; j < n; ++j) {
        double others = kNever;
        for (int t = 0; t < k; ++t) {
            others = logSum(others, before(t, j) + after(k - 1 - t, j + 1));
        }
        marginals(j) = std::exp(logWeights(j) + others - before(k, n));
    }
    return marginals;
}

/// P(i, j): how much point i holds j for a neighbour; zero on the diagonal.
Eigen::MatrixXd neighbourMatrix(const Points& pool, const SmoothKnnOptions& options, const MeasureProgress& progress) {
    const Eigen::Index n = pool.rows();
    Eigen::MatrixXd p = Eigen::MatrixXd::Zero(n, n);
    Eigen::ArrayXd distances(n - 1);
    for (Eigen::Index i = 0; i < n; ++i) {
        progress.at(static_cast<double>(i) / static_cast<double>(n));
        for (Eigen::Index j = 0; j < n - 1; ++j) {
            distances(j) = (pool.row(i) - pool.row(j < i ? j : j + 1)).norm();
        }
        for (const double alpha : options.alphas) {
            const Eigen::ArrayXd marginals = subsetMarginals(-alpha * distances, options.neighbours);
            for (Eigen::Index j = 0; j < n - 1; ++j) {
                p(j < i ? j : j + 1, i) += marginals(j) / static_cast<double>(options.alphas.size());
            }
        }
    }
    // Rows were filled as columns, which are contiguous.
    p.transposeInPlace();
    return p;
}

void refuseImpossible(const Points& a, const Points& b, const SmoothKnnOptions& options) {
    const Eigen::Index n = a.rows() + b.rows();
    if (a.cols() != b.cols()) {
        throw InputError(fmt::format("smooth_knn: the samples have {} and {} columns; both need the same number",
                                     a.cols(), b.cols()));
    }
    if (n < 4 || a.rows() < 1 || b.rows() < 1 || n <= options.neighbours + 1) {
        throw InputError(
            fmt::format("smooth_knn: {} points together are too few for k = {}; at least 4 are needed, and more than "
                        "k + 1",
                        n, options.neighbours));
    }
    if (n > kSmoothKnnLimit) {
        throw InputError(
            fmt::format("smooth_knn: {} points together are too many; give at most {}", n, kSmoothKnnLimit));
    }
}

}  // namespace

SmoothKnn smoothKnn(const Points& a, const Points& b, const SmoothKnnOptions& options,
                    const MeasureProgress& progress) {
    refuseImpossible(a, b, options);
    Points pool(a.rows() + b.rows(), a.cols());
    pool << a, b;
    const Eigen::MatrixXd p = neighbourMatrix(pool, options, progress);
    const auto n1 = static_cast<double>(a.rows());
    const auto n2 = static_cast<double>(b.rows());
    const double n = n1 + n2;
    const double mass = p.sum();
    SmoothKnn result;
    result.crossing = p.topRightCorner(a.rows(), b.rows()).sum() + p.bottomLeftCorner(b.rows(), a.rows()).sum();
    result.expectation = 2.0 * mass * n1 * n2 / (n * (n - 1.0));
    const double c1 = n1 * n2 / (n * (n - 1.0));
    const double c2 = 4.0 * (n1 - 1.0) * (n2 - 1.0) / ((n - 2.0) * (n - 3.0));
    const double degrees = (p.rowwise().sum() + p.colwise().sum().transpose()).squaredNorm();
    result.variance = c1 * (1.0 - c2) * degrees + c1 * c2 * p.squaredNorm() +
                      c1 * c2 * p.cwiseProduct(p.transpose()).sum() + c1 * (c2 - 4.0 * c1) * mass * mass;
    constexpr double kFloor = 1e-5;
    result.value = (result.expectation - result.crossing) / std::sqrt(std::max(0.0, result.variance) + kFloor);
    return result;
}

}  // namespace elbo
