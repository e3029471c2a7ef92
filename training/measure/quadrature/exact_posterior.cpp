#include "training/measure/quadrature/exact_posterior.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

namespace elbo {

namespace {

/// log density below the peak at which nothing is left: exp(-40) = 4e-18.
constexpr double kDrop = 40.0;
const double kLogTwoPi = std::log(2.0 * std::numbers::pi);

/// Nodes [first, last] along one axis that hold mass, and how much finer than the grid the integrand must be sampled.
struct Span {
    int first = 0;
    int last = 0;
    double bend = 0.0;  ///< largest curvature near the peak times step^2

    void include(int i) {
        first = std::min(first, i);
        last = std::max(last, i);
    }
    /// Steps per grid step: nodes at most 0.8 standard deviations apart leave an error below 1e-13.
    int refinement() const {
        constexpr int kFinest = 16;
        return std::clamp(static_cast<int>(std::ceil(1.25 * std::sqrt(bend))), 1, kFinest);
    }
    std::vector<double> coordinates(const LatentAxis& axis) const {
        if (axis.nodes == 1) {
            return {0.0};
        }
        const int steps = refinement();
        std::vector<double> values;
        for (int i = 0; i <= (last - first) * steps; ++i) {
            values.push_back(axis.at(first) + axis.step * i / steps);
        }
        return values;
    }
};

/// The integrand on the grid itself: t log p(x|z) + log p(z).
Eigen::ArrayXXd nodesOf(const Surface& surface, const PriorValues& prior, double power) {
    const LatentGrid& grid = surface.grid();
    Eigen::ArrayXXd values = prior.on(grid);
    for (int column = 0; column < grid.x.nodes; ++column) {
        for (int row = 0; row < grid.y.nodes; ++row) {
            values(row, column) = power * surface.node(row, column) + values(row, column);
        }
    }
    return values;
}

/// Largest curvature (times step^2) along one line of nodes, where the values are near the peak.
double bendAt(double before, double here, double after) {
    return 2.0 * here - before - after;
}

/// Takes one node that holds mass into the spans.
void includeNode(const Eigen::ArrayXXd& values, int row, int column, double peak, Span& x, Span& y) {
    constexpr double kNearPeak = 10.0;
    const double here = values(row, column);
    x.include(column);
    y.include(row);
    if (here < peak - kNearPeak) {
        return;
    }
    if (column > 0 && column + 1 < values.cols()) {
        x.bend = std::max(x.bend, bendAt(values(row, column - 1), here, values(row, column + 1)));
    }
    if (row > 0 && row + 1 < values.rows()) {
        y.bend = std::max(y.bend, bendAt(values(row - 1, column), here, values(row + 1, column)));
    }
}

void findSpans(const Eigen::ArrayXXd& values, double peak, Span& x, Span& y) {
    const int rows = static_cast<int>(values.rows());
    const int columns = static_cast<int>(values.cols());
    x = {columns, -1, 0.0};
    y = {rows, -1, 0.0};
    for (int column = 0; column < columns; ++column) {
        for (int row = 0; row < rows; ++row) {
            if (!(values(row, column) < peak - kDrop)) {
                includeNode(values, row, column, peak, x, y);
            }
        }
    }
    constexpr int kMargin = 1;
    x.first = std::max(0, x.first - kMargin);
    x.last = std::min(columns - 1, x.last + kMargin);
    y.first = std::max(0, y.first - kMargin);
    y.last = std::min(rows - 1, y.last + kMargin);
}

}  // namespace

ExactPosterior integratePosterior(const Surface& logLikelihood, const PriorValues& prior, double power) {
    const LatentGrid& grid = logLikelihood.grid();
    const Eigen::ArrayXXd values = nodesOf(logLikelihood, prior, power);
    const double top = values.maxCoeff();
    Span x, y;
    findSpans(values, top, x, y);
    const std::vector<double> xs = x.coordinates(grid.x);
    const std::vector<double> ys = y.coordinates(grid.y);
    const Eigen::ArrayXXd likelihood = logLikelihood.at(xs, ys);
    Eigen::ArrayXXd density = power * likelihood;
    const Eigen::Map<const Eigen::ArrayXd> xArray(xs.data(), static_cast<Eigen::Index>(xs.size()));
    const Eigen::Map<const Eigen::ArrayXd> yArray(ys.data(), static_cast<Eigen::Index>(ys.size()));
    if (prior.standardNormal()) {
        density.rowwise() += -0.5 * xArray.square().transpose();
        density.colwise() += -0.5 * yArray.square();
        density -= grid.plane() ? kLogTwoPi : 0.5 * kLogTwoPi;
    } else {
        density += prior.at(xs, ys);
    }
    const double peak = density.maxCoeff();
    density = (density - peak).exp();
    const double mass = density.sum();
    const double cell = grid.x.step / x.refinement() * (grid.plane() ? grid.y.step / y.refinement() : 1.0);

    ExactPosterior result;
    result.logEvidence = peak + std::log(mass * cell);
    result.logLikelihood = (density * likelihood).sum() / mass;
    const Eigen::ArrayXd alongX = density.colwise().sum().transpose() / mass;
    const Eigen::ArrayXd alongY = density.rowwise().sum() / mass;
    result.mean = {(alongX * xArray).sum(), (alongY * yArray).sum()};
    result.stddev = {std::sqrt((alongX * (xArray - result.mean(0)).square()).sum()),
                     std::sqrt((alongY * (yArray - result.mean(1)).square()).sum())};
    const auto edge = [&](double border) { return border - top; };
    result.logEdge = {edge(std::max(values.col(0).maxCoeff(), values.col(values.cols() - 1).maxCoeff())),
                      grid.plane() ? edge(std::max(values.row(0).maxCoeff(), values.row(values.rows() - 1).maxCoeff()))
                                   : -std::numeric_limits<double>::infinity()};
    return result;
}

namespace {

/// How many nodes of a posterior from -6 to 6 standard deviations. Half a standard deviation apart they are exact to
/// 1e-8 for polynomials times a Gaussian. Other priors bend more, and get nodes four times as close; below a posterior
/// that is wide the likelihood may bend, and its nodes lie no further apart than two of the grid.
int gapNodes(const LatentGrid& grid, const PriorValues& prior, const EncoderPosterior& posterior) {
    constexpr double kReach = 6.0;
    const auto along = [&](int dim, const LatentAxis& axis) {
        const double stddev = posterior.factor.row(dim).norm();
        return static_cast<int>(std::ceil(kReach * stddev / (2.0 * axis.step)));
    };
    const int wide = std::max(along(0, grid.x), grid.plane() ? along(1, grid.y) : 0);
    return 2 * std::clamp(wide, prior.standardNormal() ? 12 : 48, 120) + 1;
}

}  // namespace

PosteriorGap posteriorGap(const Surface& logLikelihood, const PriorValues& prior, double logEvidence,
                          const EncoderPosterior& posterior) {
    constexpr double kReach = 6.0;
    const bool plane = logLikelihood.grid().plane();
    const int nodes = gapNodes(logLikelihood.grid(), prior, posterior);
    const Eigen::ArrayXd t = Eigen::ArrayXd::LinSpaced(nodes, -kReach, kReach);
    Eigen::ArrayXd weights = (-0.5 * t.square()).exp();
    weights /= weights.sum();
    const Eigen::Index rows = plane ? nodes : 1;
    Eigen::ArrayXXd points(nodes * rows, plane ? 2 : 1);
    for (Eigen::Index at = 0; at < points.rows(); ++at) {
        const Eigen::Vector2d step = posterior.factor * Eigen::Vector2d(t(at / rows), plane ? t(at % rows) : 0.0);
        points(at, 0) = posterior.mean(0) + step(0);
        if (plane) {
            points(at, 1) = posterior.mean(1) + step(1);
        }
    }
    // Where the nodes stand in rows and columns, the surface is interpolated once along each.
    Eigen::ArrayXd values;
    if (posterior.diagonal()) {
        std::vector<double> xs, ys;
        for (Eigen::Index i = 0; i < nodes; ++i) {
            xs.push_back(points(i * rows, 0));
            ys.push_back(plane ? points(i, 1) : 0.0);
        }
        ys.resize(static_cast<std::size_t>(rows));
        values = logLikelihood.at(xs, ys).reshaped();
    } else {
        values = logLikelihood.at(points);
    }
    const Eigen::ArrayXd logPrior = prior.at(points);
    double logDeterminant = std::log(posterior.factor(0, 0)) + 0.5 * kLogTwoPi;
    if (plane) {
        logDeterminant += std::log(posterior.factor(1, 1)) + 0.5 * kLogTwoPi;
    }
    PosteriorGap gap;
    double logRatio = 0.0;
    for (Eigen::Index at = 0; at < points.rows(); ++at) {
        const Eigen::Index i = at / rows, j = at % rows;
        const double weight = weights(i) * (plane ? weights(j) : 1.0);
        const double logQ = -0.5 * (t(i) * t(i) + (plane ? t(j) * t(j) : 0.0)) - logDeterminant;
        gap.distortion -= weight * values(at);
        logRatio += weight * (logQ - logPrior(at));
    }
    gap.kl = logRatio + gap.distortion + logEvidence;
    return gap;
}

GridDensity posteriorDensity(const Surface& logLikelihood, const PriorValues& prior, double logEvidence,
                             const LatentWindow& window, int columns, int rows) {
    const bool plane = logLikelihood.grid().plane();
    const auto centres = [](double low, double high, int cells) {
        std::vector<double> values;
        for (int i = 0; i < cells; ++i) {
            values.push_back(low + (high - low) * (i + 0.5) / cells);
        }
        return values;
    };
    const std::vector<double> xs = centres(window.xMin, window.xMax, columns);
    const std::vector<double> ys = plane ? centres(window.yMin, window.yMax, rows) : std::vector<double>{0.0};
    const Eigen::ArrayXXd values = logLikelihood.at(xs, ys) + prior.at(xs, ys);
    GridDensity density{columns, plane ? rows : 1, window, {}};
    for (std::size_t j = 0; j < ys.size(); ++j) {
        for (std::size_t i = 0; i < xs.size(); ++i) {
            const double log = values(static_cast<Eigen::Index>(j), static_cast<Eigen::Index>(i)) - logEvidence;
            density.values.push_back(static_cast<float>(std::exp(log)));
        }
    }
    return density;
}

}  // namespace elbo
