#include "training/measure/quadrature/sampling_errors.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "training/measure/quadrature/general_mixture.h"

namespace elbo {

namespace {

using Eigen::ArrayXd;
using Eigen::ArrayXXd;
using Eigen::Index;

/// Examples whose share in the information is looked at.
constexpr Index kLookedAt = 1000;
/// Fewer have no quarters to learn from.
constexpr Index kFewest = 8;

/// The first `count` posteriors.
Mixture firstOf(const Mixture& mixture, Index count) {
    Mixture first{ArrayXXd(mixture.means.topRows(count)), ArrayXXd(mixture.stddevs.topRows(count)), {}};
    if (!mixture.factors.empty()) {
        first.factors.assign(mixture.factors.begin(), mixture.factors.begin() + count);
    }
    return first;
}

/// KL(q(z|x_n) || q(z)) of the posteriors of a mixture. The mean of log q(z) is taken at two points along every axis of
/// the ellipse, which is exact up to third powers.
std::vector<double> divergencesFromMixture(const Mixture& mixture) {
    const Index dims = mixture.means.cols();
    const Index looked = std::min(mixture.means.rows(), kLookedAt);
    const double reach = std::sqrt(static_cast<double>(dims));
    ArrayXXd points(2 * dims * looked, dims);
    ArrayXd logVolumes = ArrayXd::Zero(looked);
    for (Index n = 0; n < looked; ++n) {
        Eigen::Matrix2d factor = Eigen::Matrix2d::Identity();
        for (Index dim = 0; dim < dims; ++dim) {
            factor(dim, dim) = mixture.stddevs(n, dim);
        }
        if (!mixture.factors.empty()) {
            factor = mixture.factors[static_cast<std::size_t>(n)];
        }
        for (Index axis = 0; axis < dims; ++axis) {
            logVolumes(n) += std::log(factor(axis, axis));
            for (Index dim = 0; dim < dims; ++dim) {
                const double step = reach * factor(dim, axis);
                points(2 * (dims * n + axis), dim) = mixture.means(n, dim) + step;
                points(2 * (dims * n + axis) + 1, dim) = mixture.means(n, dim) - step;
            }
        }
    }
    const ArrayXd logQ = logMixture(mixture, points);
    const double ownEntropy = 0.5 * static_cast<double>(dims) * (1.0 + std::log(2.0 * std::numbers::pi));
    std::vector<double> divergences;
    for (Index n = 0; n < looked; ++n) {
        divergences.push_back(-logVolumes(n) - ownEntropy - logQ.segment(2 * dims * n, 2 * dims).mean());
    }
    return divergences;
}

double meanOf(const std::vector<double>& values) {
    double sum = 0.0;
    for (const double value : values) {
        sum += value;
    }
    return sum / static_cast<double>(values.size());
}

/// How much information the mixture of all would have beyond that of the part: every doubling is taken to add a share
/// of what the last one added, between a half (few against many codes that overlap) and all of it (codes that lie
/// apart, each of which adds to log N).
double missingInformation(const Mixture& mixture, double information, double available) {
    const Index count = mixture.means.rows();
    const double growth = available / static_cast<double>(count);
    const double most = std::log(growth);
    if (count < kFewest) {
        return most;
    }
    const double half = meanOf(divergencesFromMixture(firstOf(mixture, count / 2)));
    const double last = information - half;
    const double before = half - meanOf(divergencesFromMixture(firstOf(mixture, count / 4)));
    const double share = before > 0.0 ? std::clamp(last / before, 0.5, 1.0) : 0.5;
    const double doublings = std::log2(growth);
    const double sum = share > 0.999 ? doublings : share * (1.0 - std::pow(share, doublings)) / (1.0 - share);
    return std::clamp(last * sum, 0.0, most);
}

}  // namespace

double errorOfPart(const std::vector<double>& values, double count, double available) {
    if (values.size() < 2) {
        return std::numeric_limits<double>::quiet_NaN();
    }
    const double mean = meanOf(values);
    double squares = 0.0;
    for (const double value : values) {
        squares += (value - mean) * (value - mean);
    }
    const double variance = squares / (static_cast<double>(values.size()) - 1.0);
    return std::sqrt(variance / count * (1.0 - count / available));
}

FormErrors samplingErrors(const ExampleValues& values, const Mixture& mixture, int available) {
    const auto count = static_cast<double>(mixture.means.rows());
    const auto all = static_cast<double>(available);
    FormErrors errors;
    if (count >= all) {
        return errors;
    }
    std::vector<double> negativeElbos;
    for (std::size_t i = 0; i < values.distortions.size(); ++i) {
        negativeElbos.push_back(values.distortions[i] + values.rates[i]);
    }
    errors.distortion = errorOfPart(values.distortions, count, all);
    errors.rate = errorOfPart(values.rates, count, all);
    errors.negativeElbo = errorOfPart(negativeElbos, count, all);
    errors.negativeLogLikelihood = errorOfPart(values.logLikelihoods, count, all);
    errors.posteriorGap = errorOfPart(values.posteriorGaps, count, all);

    const std::vector<double> information = divergencesFromMixture(mixture);
    std::vector<double> marginal;
    for (std::size_t i = 0; i < information.size(); ++i) {
        marginal.push_back(values.rates[i] - information[i]);
    }
    const double missing = missingInformation(mixture, meanOf(information), all);
    errors.informationQ = std::hypot(errorOfPart(information, count, all), missing);
    errors.marginalKl = std::hypot(errorOfPart(marginal, count, all), missing);
    return errors;
}

}  // namespace elbo
