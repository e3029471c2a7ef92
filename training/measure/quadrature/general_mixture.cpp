#include "training/measure/quadrature/general_mixture.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace elbo {

namespace {

using Eigen::ArrayXd;
using Eigen::ArrayXXd;
using Eigen::Index;
using Eigen::Matrix2d;

const double kLogTwoPi = std::log(2.0 * std::numbers::pi);
/// Standard deviations to either side of a posterior that hold all but 1e-11 of it.
constexpr double kReach = 7.0;
/// Where the mixture stands in a measure of which it is a part.
constexpr double kProgress = 0.8;

/// Nodes along one axis and two sets of weights: all of them, and every second one.
struct Axis {
    ArrayXd at;
    ArrayXd fine;
    ArrayXd coarse;
};

/// A quadrature over one or two axes: points in the order of rows within columns.
struct Nodes {
    ArrayXXd points;  ///< [points, dim]
    ArrayXd fine;
    ArrayXd coarse;
};

/// One node, for what has no second axis.
Axis point() {
    return {ArrayXd::Zero(1), ArrayXd::Ones(1), ArrayXd::Ones(1)};
}

ArrayXd everySecond(ArrayXd weights) {
    for (Index i = 1; i < weights.size(); i += 2) {
        weights(i) = 0.0;
    }
    return weights;
}

/// Over the standard normal distribution, with at most `limit` nodes to either side.
Axis normalAxis(double narrowest, int limit) {
    constexpr double kStep = 0.5;
    const int half = std::clamp(2 * static_cast<int>(std::ceil(kReach / std::min(kStep, narrowest) / 2.0)), 2, limit);
    Axis axis;
    axis.at = ArrayXd::LinSpaced(2 * half + 1, -kReach, kReach);
    axis.fine = (-0.5 * axis.at.square()).exp();
    axis.coarse = everySecond(axis.fine);
    axis.fine /= axis.fine.sum();
    axis.coarse /= axis.coarse.sum();
    return axis;
}

/// Over an interval.
Axis evenAxis(double low, double high, Index nodes) {
    Axis axis;
    axis.at = ArrayXd::LinSpaced(nodes, low, high);
    axis.fine = ArrayXd::Constant(nodes, axis.at(1) - axis.at(0));
    axis.coarse = everySecond(2.0 * axis.fine);
    return axis;
}

Nodes product(const Axis& x, const Axis& y, int dims) {
    const auto both = [&](const ArrayXd& a, const ArrayXd& b) {
        return ArrayXd((b.matrix() * a.matrix().transpose()).reshaped().array());
    };
    Nodes nodes{ArrayXXd(x.at.size() * y.at.size(), dims), both(x.fine, y.fine), both(x.coarse, y.coarse)};
    nodes.points.col(0) = both(x.at, ArrayXd::Ones(y.at.size()));
    if (dims == 2) {
        nodes.points.col(1) = both(ArrayXd::Ones(x.at.size()), y.at);
    }
    return nodes;
}

Matrix2d factorOf(const Mixture& mixture, Index n) {
    if (!mixture.factors.empty()) {
        return mixture.factors[static_cast<std::size_t>(n)];
    }
    Matrix2d factor = Matrix2d::Identity();
    for (Index dim = 0; dim < mixture.stddevs.cols(); ++dim) {
        factor(dim, dim) = mixture.stddevs(n, dim);
    }
    return factor;
}

/// Two quadratures of the same integral, one on half the nodes.
struct Pair {
    double fine = 0.0;
    double coarse = 0.0;

    void add(double share, const Nodes& nodes, const ArrayXd& integrand) {
        fine += share * (nodes.fine * integrand).sum();
        coarse += share * (nodes.coarse * integrand).sum();
    }
    Measured measured() const { return {fine, std::abs(fine - coarse)}; }
};

Measured reverseKl(const Mixture& mixture, const PriorValues& prior) {
    const bool plane = prior.dims() == 2;
    const auto axis = [&](int dim) {
        const auto [low, high] = prior.reach(dim);
        return evenAxis(low, high, plane ? 161 : 4001);
    };
    const Nodes nodes = product(axis(0), plane ? axis(1) : point(), prior.dims());
    const ArrayXd logPrior = prior.at(nodes.points);
    Pair kl;
    kl.add(1.0, nodes, logPrior.exp() * (logPrior - logMixture(mixture, nodes.points)));
    return kl.measured();
}

}  // namespace

ArrayXd logMixture(const Mixture& mixture, const ArrayXXd& points) {
    const bool plane = points.cols() == 2;
    ArrayXd peak = ArrayXd::Constant(points.rows(), -1e300), sum = ArrayXd::Zero(points.rows());
    for (Index n = 0; n < mixture.means.rows(); ++n) {
        const Matrix2d factor = factorOf(mixture, n);
        const ArrayXd x = (points.col(0) - mixture.means(n, 0)) / factor(0, 0);
        ArrayXd log = -0.5 * x.square() - std::log(factor(0, 0)) - 0.5 * kLogTwoPi;
        if (plane) {
            const ArrayXd y = (points.col(1) - mixture.means(n, 1) - factor(1, 0) * x) / factor(1, 1);
            log += -0.5 * y.square() - std::log(factor(1, 1)) - 0.5 * kLogTwoPi;
        }
        const ArrayXd higher = peak.max(log);
        sum = sum * (peak - higher).exp() + (log - higher).exp();
        peak = higher;
    }
    return peak + sum.log() - std::log(static_cast<double>(mixture.means.rows()));
}

MixtureIntegrals integrateGenerally(const Mixture& mixture, const PriorValues& prior, const MeasureProgress& progress) {
    const Index n = mixture.means.rows();
    const int dims = prior.dims();
    const bool plane = dims == 2;
    const int limit = plane ? 24 : 400;
    const ArrayXd narrowest = mixture.stddevs.colwise().minCoeff().transpose();
    const double share = 1.0 / static_cast<double>(n);
    // Components of a prior may be far narrower than a posterior, and log p(z) costs less than log q(z).
    const Axis closeAxis = plane ? normalAxis(0.125, 56) : normalAxis(0.02, 350);
    const Nodes close = product(closeAxis, plane ? closeAxis : point(), dims);
    Pair information, klMarginal;
    for (Index i = 0; i < n; ++i) {
        progress.at(kProgress);
        const Matrix2d factor = factorOf(mixture, i);
        const Nodes nodes = product(normalAxis(narrowest(0) / factor(0, 0), limit),
                                    plane ? normalAxis(narrowest(1) / factor(1, 1), limit) : point(), dims);
        const double logHeight =
            -std::log(factor(0, 0)) - (plane ? std::log(factor(1, 1)) : 0.0) - 0.5 * dims * kLogTwoPi;
        const ArrayXd logOwn = logHeight - 0.5 * nodes.points.square().rowwise().sum();
        const auto move = [&](const ArrayXXd& points) {
            return ArrayXXd(((points.matrix() * factor.topLeftCorner(dims, dims).transpose()).rowwise() +
                             mixture.means.row(i).matrix())
                                .array());
        };
        const ArrayXd logQ = logMixture(mixture, move(nodes.points));
        information.add(share, nodes, logOwn - logQ);
        klMarginal.add(share, nodes, logQ);
        klMarginal.add(-share, close, prior.at(move(close.points)));
    }
    return {information.measured(), klMarginal.measured(), reverseKl(mixture, prior)};
}

}  // namespace elbo
