#include "training/measure/quadrature/mixture_quadrature.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "training/measure/quadrature/general_mixture.h"

namespace elbo {

namespace {

using Eigen::ArrayXd;
using Eigen::ArrayXXd;
using Eigen::Index;
using Eigen::MatrixXd;

const double kLogTwoPi = std::log(2.0 * std::numbers::pi);
/// Standard deviations to either side of a posterior that hold all but 1e-11 of it.
constexpr double kReach = 7.0;
/// Where the mixture stands in a measure of which it is a part.
constexpr double kProgress = 0.8;

/// Densities of all posteriors along one dimension at the given coordinates: [coordinates, N].
MatrixXd densities(const Mixture& mixture, int dim, const ArrayXd& coordinates) {
    const ArrayXd scale = mixture.stddevs.col(dim).inverse();
    const ArrayXd height = scale / std::sqrt(2.0 * std::numbers::pi);
    MatrixXd result(coordinates.size(), mixture.means.rows());
    for (Index n = 0; n < result.cols(); ++n) {
        result.col(n) = height(n) * (-0.5 * ((coordinates - mixture.means(n, dim)) * scale(n)).square()).exp().matrix();
    }
    return result;
}

/// Nodes around one posterior: odd in number, so that every second one is a quadrature of its own.
struct LocalNodes {
    ArrayXd at;
    ArrayXd weights;      ///< of the normal distribution, summing to 1
    ArrayXd halfWeights;  ///< the same on every second node, 0 between
};

LocalNodes localNodes(double mean, double stddev, double narrowest, int limit) {
    constexpr double kStep = 0.5;
    const double step = std::min(kStep, narrowest / stddev);
    const int half = std::clamp(2 * static_cast<int>(std::ceil(kReach / step / 2.0)), 2, limit);
    const ArrayXd t = ArrayXd::LinSpaced(2 * half + 1, -kReach, kReach);
    LocalNodes nodes{mean + stddev * t, (-0.5 * t.square()).exp(), {}};
    nodes.halfWeights = nodes.weights;
    for (Index i = 1; i < t.size(); i += 2) {
        nodes.halfWeights(i) = 0.0;
    }
    nodes.weights /= nodes.weights.sum();
    nodes.halfWeights /= nodes.halfWeights.sum();
    return nodes;
}

/// Two quadratures of the same integral, one on half the nodes.
struct Pair {
    double fine = 0.0;
    double coarse = 0.0;
    Measured measured() const { return {fine, std::abs(fine - coarse)}; }
};

/// E_q log q(z|x_n) - log q(z) and E_q log q(z) - log p(z), averaged over the posteriors, on nodes around each.
void integrateLocally(const Mixture& mixture, Pair& information, Pair& klMarginal, const MeasureProgress& progress) {
    const Index n = mixture.means.rows();
    const bool plane = mixture.means.cols() == 2;
    // Nodes along one dimension to either side; in the plane the number of nodes is the square.
    const int limit = plane ? 24 : 400;
    const Eigen::ArrayXd narrowest = mixture.stddevs.colwise().minCoeff().transpose();
    for (Index i = 0; i < n; ++i) {
        progress.at(kProgress);
        const LocalNodes x = localNodes(mixture.means(i, 0), mixture.stddevs(i, 0), narrowest(0), limit);
        const MatrixXd alongX = densities(mixture, 0, x.at);
        ArrayXXd logQ;
        ArrayXXd logPrior = (-0.5 * x.at.square() - 0.5 * kLogTwoPi).replicate(1, 1);
        ArrayXXd logOwn = alongX.col(i).array().log().replicate(1, 1);
        ArrayXXd weights = x.weights.replicate(1, 1);
        ArrayXXd halfWeights = x.halfWeights.replicate(1, 1);
        if (plane) {
            const LocalNodes y = localNodes(mixture.means(i, 1), mixture.stddevs(i, 1), narrowest(1), limit);
            const MatrixXd alongY = densities(mixture, 1, y.at);
            logQ = (alongX * alongY.transpose() / static_cast<double>(n)).array().log();
            logPrior = logPrior.replicate(1, y.at.size()).eval();
            logPrior.rowwise() += (-0.5 * y.at.square() - 0.5 * kLogTwoPi).transpose();
            logOwn = logOwn.replicate(1, y.at.size()).eval();
            logOwn.rowwise() += alongY.col(i).array().log().transpose();
            weights = (x.weights.matrix() * y.weights.matrix().transpose()).array();
            halfWeights = (x.halfWeights.matrix() * y.halfWeights.matrix().transpose()).array();
        } else {
            logQ = (alongX.rowwise().sum() / static_cast<double>(n)).array().log();
        }
        const auto share = 1.0 / static_cast<double>(n);
        information.fine += share * (weights * (logOwn - logQ)).sum();
        information.coarse += share * (halfWeights * (logOwn - logQ)).sum();
        klMarginal.fine += share * (weights * (logQ - logPrior)).sum();
        klMarginal.coarse += share * (halfWeights * (logQ - logPrior)).sum();
    }
}

/// One grid along a dimension over all codes, or an empty one where the narrowest posterior would need too many nodes.
ArrayXd globalNodes(const Mixture& mixture, int dim, int limit) {
    constexpr double kStep = 0.6;
    const double low = (mixture.means.col(dim) - kReach * mixture.stddevs.col(dim)).minCoeff();
    const double high = (mixture.means.col(dim) + kReach * mixture.stddevs.col(dim)).maxCoeff();
    const double cells = 2.0 * std::ceil((high - low) / (kStep * mixture.stddevs.col(dim).minCoeff()) / 2.0);
    if (cells > limit) {
        return {};
    }
    return ArrayXd::LinSpaced(static_cast<Index>(cells) + 1, low, high);
}

/// The integral of q log(q / p) over one grid; false where no affordable grid resolves q.
bool integrateGlobally(const Mixture& mixture, Pair& klMarginal, const MeasureProgress& progress) {
    const bool plane = mixture.means.cols() == 2;
    const auto share = 1.0 / static_cast<double>(mixture.means.rows());
    const ArrayXd x = globalNodes(mixture, 0, plane ? 2048 : 50000);
    const ArrayXd y = plane ? globalNodes(mixture, 1, 2048) : ArrayXd::Zero(1);
    if (x.size() == 0 || y.size() == 0) {
        return false;
    }
    const double stepX = x(1) - x(0);
    const double stepY = plane ? y(1) - y(0) : 1.0;
    const MatrixXd alongX = densities(mixture, 0, x);
    const MatrixXd alongY = plane ? densities(mixture, 1, y) : MatrixXd::Ones(1, mixture.means.rows());
    constexpr Index kRows = 64;
    for (Index start = 0; start < y.size(); start += kRows) {
        progress.at(kProgress);
        const Index rows = std::min(kRows, y.size() - start);
        const MatrixXd q = alongX * alongY.middleRows(start, rows).transpose() * share;
        for (Index j = 0; j < rows; ++j) {
            const double yPart = plane ? 0.5 * (y(start + j) * y(start + j) + kLogTwoPi) : 0.0;
            const bool evenRow = !plane || (start + j) % 2 == 0;
            for (Index i = 0; i < x.size(); ++i) {
                if (q(i, j) <= 0.0) {
                    continue;
                }
                const double term = q(i, j) * (std::log(q(i, j)) + 0.5 * (x(i) * x(i) + kLogTwoPi) + yPart);
                klMarginal.fine += term * stepX * stepY;
                if (evenRow && i % 2 == 0) {
                    klMarginal.coarse += term * stepX * stepY * (plane ? 4.0 : 2.0);
                }
            }
        }
    }
    return true;
}

/// KL(p || q) over the prior, in log space: far from all codes log q(z) is a very negative number, not zero.
Pair integrateReverse(const Mixture& mixture, const MeasureProgress& progress) {
    constexpr double kPriorReach = 6.5;
    const bool plane = mixture.means.cols() == 2;
    const Index nodes = plane ? 105 : 2001;
    const ArrayXd t = ArrayXd::LinSpaced(nodes, -kPriorReach, kPriorReach);
    const double step = t(1) - t(0);
    const ArrayXd prior = (-0.5 * (t.square() + kLogTwoPi)).exp();
    const auto logDensities = [&](int dim) {
        const ArrayXd scale = mixture.stddevs.col(dim).inverse();
        ArrayXXd logs(mixture.means.rows(), nodes);
        for (Index i = 0; i < nodes; ++i) {
            logs.col(i) = scale.log() - 0.5 * (((t(i) - mixture.means.col(dim)) * scale).square() + kLogTwoPi);
        }
        return logs;
    };
    const ArrayXXd alongX = logDensities(0);
    const ArrayXXd alongY = plane ? logDensities(1) : ArrayXXd::Zero(mixture.means.rows(), 1);
    const double logN = std::log(static_cast<double>(mixture.means.rows()));
    Pair kl;
    ArrayXd logs;
    for (Index j = 0; j < alongY.cols(); ++j) {
        progress.at(kProgress);
        for (Index i = 0; i < nodes; ++i) {
            logs = alongX.col(i) + alongY.col(j);
            const double peak = logs.maxCoeff();
            const double logQ = peak + std::log((logs - peak).exp().sum()) - logN;
            double logP = -0.5 * (t(i) * t(i) + kLogTwoPi);
            double weight = prior(i) * step;
            if (plane) {
                logP += -0.5 * (t(j) * t(j) + kLogTwoPi);
                weight *= prior(j) * step;
            }
            kl.fine += weight * (logP - logQ);
            if (i % 2 == 0 && j % 2 == 0) {
                kl.coarse += weight * (logP - logQ) * (plane ? 4.0 : 2.0);
            }
        }
    }
    return kl;
}

}  // namespace

MixtureIntegrals integrateMixture(const Mixture& mixture, const PriorValues& prior, const MeasureProgress& progress) {
    if (!mixture.factors.empty() || !prior.standardNormal()) {
        return integrateGenerally(mixture, prior, progress);
    }
    Pair information, local, global;
    integrateLocally(mixture, information, local, progress);
    const bool resolved = integrateGlobally(mixture, global, progress);
    MixtureIntegrals result;
    result.information = information.measured();
    result.klMarginal = resolved ? global.measured() : local.measured();
    result.klMarginalReverse = integrateReverse(mixture, progress).measured();
    return result;
}

}  // namespace elbo
