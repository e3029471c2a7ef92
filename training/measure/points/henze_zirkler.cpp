#include "training/measure/points/henze_zirkler.h"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <optional>

namespace elbo {

namespace {

/// Points with mean zero and covariance I (covariance divided by n), or nothing when it is singular.
std::optional<Points> whitened(const Points& points) {
    const auto n = static_cast<double>(points.rows());
    Points centred = points.rowwise() - points.colwise().mean();
    // Scaled to unit variances first, so that "singular" does not depend on the units of a column.
    const Eigen::RowVectorXd scale = (centred.array().square().colwise().sum() / n).sqrt();
    const Eigen::RowVectorXd largest = points.cwiseAbs().colwise().maxCoeff();
    constexpr double kRounding = 1e-13;
    if ((scale.array() <= kRounding * largest.array()).any()) {
        return std::nullopt;
    }
    centred.array().rowwise() /= scale.array();
    const Eigen::MatrixXd correlation = centred.transpose() * centred / n;
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(correlation);
    const Eigen::VectorXd& spectrum = solver.eigenvalues();
    if (spectrum(0) <= kRounding * static_cast<double>(points.cols()) * spectrum(spectrum.size() - 1)) {
        return std::nullopt;
    }
    return Points(centred * solver.eigenvectors() * spectrum.cwiseSqrt().cwiseInverse().asDiagonal());
}

/// Sum over all ordered pairs of exp(-rate |y_j - y_k|^2).
double pairSum(const Points& y, double rate, const MeasureProgress& progress) {
    constexpr Eigen::Index kBlock = 256;
    const Eigen::Index n = y.rows();
    const Eigen::VectorXd squares = y.rowwise().squaredNorm();
    double off = 0.0;
    for (Eigen::Index i = 0; i < n; i += kBlock) {
        progress.at(static_cast<double>(i) / static_cast<double>(n));
        const Eigen::Index rows = std::min(kBlock, n - i);
        for (Eigen::Index j = i; j < n; j += kBlock) {
            const Eigen::Index columns = std::min(kBlock, n - j);
            Eigen::MatrixXd distances = -2.0 * y.middleRows(i, rows) * y.middleRows(j, columns).transpose();
            distances.colwise() += squares.segment(i, rows);
            distances.rowwise() += squares.segment(j, columns).transpose();
            const double sum = (distances.array().max(0.0) * -rate).exp().sum();
            off += i == j ? sum : 2.0 * sum;
        }
    }
    return off;
}

double pValue(double statistic, double p, double b) {
    const double b2 = b * b, b4 = b2 * b2, b8 = b4 * b4;
    const double a = 1.0 + 2.0 * b2;
    const double w = (1.0 + b2) * (1.0 + 3.0 * b2);
    const double mean = 1.0 - std::pow(a, -p / 2.0) * (1.0 + p * b2 / a + p * (p + 2.0) * b4 / (2.0 * a * a));
    const double variance =
        2.0 * std::pow(1.0 + 4.0 * b2, -p / 2.0) +
        2.0 * std::pow(a, -p) * (1.0 + 2.0 * p * b4 / (a * a) + 3.0 * p * (p + 2.0) * b8 / (4.0 * std::pow(a, 4.0))) -
        4.0 * std::pow(w, -p / 2.0) * (1.0 + 3.0 * p * b4 / (2.0 * w) + p * (p + 2.0) * b8 / (2.0 * w * w));
    const double location = 0.5 * std::log(std::pow(mean, 4.0) / (variance + mean * mean));
    const double spread = std::sqrt(std::log((variance + mean * mean) / (mean * mean)));
    const double log = std::log(std::max(statistic, std::numeric_limits<double>::min()));
    return 0.5 * std::erfc((log - location) / (spread * std::numbers::sqrt2));
}

}  // namespace

HenzeZirkler henzeZirkler(const Points& points, const MeasureProgress& progress) {
    const auto n = static_cast<double>(points.rows());
    const auto p = static_cast<double>(points.cols());
    const double b = std::pow((2.0 * p + 1.0) / 4.0 * n, 1.0 / (p + 4.0)) / std::numbers::sqrt2;
    const double b2 = b * b;
    HenzeZirkler result;
    result.statistic = 4.0 * n;
    if (const std::optional<Points> y = whitened(points)) {
        const double pairs = pairSum(*y, b2 / 2.0, progress) / n;
        const double single = (y->rowwise().squaredNorm().array() * (-b2 / (2.0 * (1.0 + b2)))).exp().sum();
        result.statistic = pairs - 2.0 * std::pow(1.0 + b2, -p / 2.0) * single + n * std::pow(1.0 + 2.0 * b2, -p / 2.0);
    }
    result.pValue = pValue(result.statistic, p, b);
    return result;
}

}  // namespace elbo
