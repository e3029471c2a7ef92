#include "training/measure/quadrature/exact_measures.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <tuple>
#include <utility>

#include "models/objective/rate.h"
#include "models/tensor/torch.h"
#include "training/measure/quadrature/decoder_curve.h"
#include "training/measure/quadrature/exact_posterior.h"
#include "training/measure/quadrature/mixture_quadrature.h"
#include "training/measure/quadrature/prior_values.h"
#include "training/measure/quadrature/sampling_errors.h"
#include "training/tensors/tensor_values.h"

namespace elbo {

namespace {

/// One latent dimension costs so little that its grid is this much finer.
constexpr int kFinerLine = 8;
/// log density at the edge of the grid, below the peak, that is called mass.
constexpr double kEdge = -14.0;
/// Of the pictures of posteriors: draws of q(z|x), and standard deviations to either side of a mean.
constexpr int kPairSamples = 60;
constexpr double kPairReach = 4.5;

/// The encoder's posteriors in double precision. What is none of Gaussians is taken for the one with its moments.
struct Codes {
    Eigen::ArrayXXd means, stddevs;        ///< [N, Z]
    std::vector<Eigen::Matrix2d> factors;  ///< with a full covariance, else empty
    std::vector<double> rates;             ///< nats, [N]

    EncoderPosterior of(Eigen::Index n) const {
        EncoderPosterior posterior;
        for (Eigen::Index dim = 0; dim < means.cols(); ++dim) {
            posterior.mean(dim) = means(n, dim);
            posterior.factor(dim, dim) = stddevs(n, dim);
        }
        if (!factors.empty()) {
            posterior.factor = factors[static_cast<std::size_t>(n)];
        }
        return posterior;
    }
};

Eigen::ArrayXXd toArray(const torch::Tensor& values) {
    const torch::Tensor host = values.to(torch::kFloat64).contiguous();
    return Eigen::Map<const Eigen::Array<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>(
        host.data_ptr<double>(), host.size(0), host.size(1));
}

double meanOf(const std::vector<double>& values) {
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

Codes encode(const LatentModel& model, const FleetParameters& parameters, const torch::Tensor& x) {
    const Gaussian posterior = model.encode(parameters, x);
    const torch::Tensor rate = rateInClosedForm(model)
                                   ? posterior.rate()
                                   : rateByQuadrature(model, parameters, posterior, model.latentDim() == 1 ? 701 : 113);
    Codes codes{toArray(posterior.mean[0]), toArray(posterior.stddev[0]), {}, toDoubles(rate[0])};
    if (!posterior.diagonal()) {
        const torch::Tensor factor = posterior.factor[0].to(torch::kFloat64).contiguous();
        for (std::int64_t n = 0; n < factor.size(0); ++n) {
            codes.factors.emplace_back(
                Eigen::Map<const Eigen::Matrix<double, 2, 2, Eigen::RowMajor>>(factor[n].data_ptr<double>()));
        }
    }
    return codes;
}

/// Prior and codes with six standard deviations to either side.
LatentGrid firstGrid(const Codes& codes, const PriorValues& prior, int cells) {
    constexpr double kReach = Prior::kReach;
    const auto axis = [&](Eigen::Index dim) {
        const double low = (codes.means.col(dim) - kReach * codes.stddevs.col(dim)).minCoeff();
        const double high = (codes.means.col(dim) + kReach * codes.stddevs.col(dim)).maxCoeff();
        const auto [priorLow, priorHigh] = prior.reach(static_cast<int>(dim));
        return LatentAxis::over(std::min(priorLow, low), std::max(priorHigh, high), cells);
    };
    LatentGrid grid{axis(0), {}};
    if (codes.means.cols() == 2) {
        grid.y = axis(1);
    }
    return grid;
}

LatentAxis widened(const LatentAxis& axis) {
    const double margin = 0.25 * (axis.high() - axis.low);
    return LatentAxis::over(axis.low - margin, axis.high() + margin, axis.nodes - 1);
}

LatentGrid refined(const LatentGrid& grid) {
    LatentGrid finer = grid;
    finer.x = LatentAxis::over(grid.x.low, grid.x.high(), 2 * (grid.x.nodes - 1));
    if (grid.plane()) {
        finer.y = LatentAxis::over(grid.y.low, grid.y.high(), 2 * (grid.y.nodes - 1));
    }
    return finer;
}

/// Sums over examples on one grid, and what every second node would have given.
struct Pass {
    double logEvidence = 0.0, distortion = 0.0, kl = 0.0;
    double logEvidenceError = 0.0, distortionError = 0.0, klError = 0.0;
    Eigen::Array2d logEdge{-1e300, -1e300};
    ExampleValues examples;  ///< without their rates
    std::vector<double> posteriorMeans;
};

Pass passOver(const LatentModel& model, const FleetParameters& parameters, const PriorValues& prior,
              const torch::Tensor& x, const Codes& codes, const LatentGrid& grid, const MeasureProgress& progress) {
    Pass pass;
    const auto share = 1.0 / static_cast<double>(x.size(0));
    forSurfaces(model, parameters, x, grid, [&](std::int64_t n, const Surface& surface) {
        progress.at(0.8 * static_cast<double>(n) * share);
        const Surface half = surface.halved();
        const ExactPosterior posterior = integratePosterior(surface, prior);
        const ExactPosterior coarse = integratePosterior(half, prior);
        const PosteriorGap gap = posteriorGap(surface, prior, posterior.logEvidence, codes.of(n));
        const PosteriorGap coarseGap = posteriorGap(half, prior, coarse.logEvidence, codes.of(n));
        pass.logEvidence += share * posterior.logEvidence;
        pass.distortion += share * gap.distortion;
        pass.kl += share * gap.kl;
        pass.logEvidenceError += share * std::abs(posterior.logEvidence - coarse.logEvidence);
        pass.distortionError += share * std::abs(gap.distortion - coarseGap.distortion);
        pass.klError += share * std::abs(gap.kl - coarseGap.kl);
        pass.logEdge = pass.logEdge.max(posterior.logEdge);
        pass.examples.logLikelihoods.push_back(posterior.logEvidence);
        pass.examples.distortions.push_back(gap.distortion);
        pass.examples.posteriorGaps.push_back(gap.kl);
        pass.posteriorMeans.push_back(posterior.mean(0));
        if (grid.plane()) {
            pass.posteriorMeans.push_back(posterior.mean(1));
        }
    });
    return pass;
}

/// E log p(x|z) - log p(x) over draws of the model; its error is a standard error.
Measured modelInformation(const LatentModel& model, const FleetParameters& parameters, const PriorValues& prior,
                          const LatentGrid& grid, const QuadratureOptions& options, const MeasureProgress& progress) {
    torch::Generator generator = makeGenerator(options.seed);
    const torch::Tensor noise = torch::randn({options.samples, model.priorNoise()}, generator, torch::kFloat64);
    const LikelihoodBatch p = model.decode(parameters, model.prior().draw(parameters, noise));
    const torch::Tensor x = p.draw(generator)[0];
    const torch::Tensor logLikelihood = -p.distortion(x)[0];
    double sum = 0.0, squares = 0.0;
    forSurfaces(model, parameters, x, grid, [&](std::int64_t n, const Surface& surface) {
        progress.at(0.9);
        const double ratio = logLikelihood[n].item<double>() - integratePosterior(surface, prior).logEvidence;
        sum += ratio;
        squares += ratio * ratio;
    });
    const auto count = static_cast<double>(options.samples);
    const double mean = sum / count;
    const double variance = std::max(0.0, squares / count - mean * mean);
    return {mean, std::sqrt(variance / std::max(1.0, count - 1.0))};
}

}  // namespace

ExactMeasures measureExactly(const LatentModel& model, const FleetParameters& fleet, int member, const torch::Tensor& x,
                             const QuadratureOptions& options, const MeasureProgress& progress) {
    if (model.latentDim() > 2) {
        throw std::invalid_argument("quadrature is for one or two latent dimensions");
    }
    const torch::NoGradGuard noGradients;
    const FleetParameters parameters = doubleParameters(fleet, member);
    const torch::Tensor examples = x.to(torch::kFloat64);
    const Codes codes = encode(model, parameters, examples);
    const PriorValues prior(model, parameters);
    const int finer = model.latentDim() == 1 ? kFinerLine : 1;
    LatentGrid grid = firstGrid(codes, prior, options.cells * finer);
    Pass pass = passOver(model, parameters, prior, examples, codes, grid, progress);
    for (int widenings = 0; widenings < 6 && (pass.logEdge > kEdge).any(); ++widenings) {
        grid.x = pass.logEdge(0) > kEdge ? widened(grid.x) : grid.x;
        grid.y = grid.plane() && pass.logEdge(1) > kEdge ? widened(grid.y) : grid.y;
        pass = passOver(model, parameters, prior, examples, codes, grid, progress);
    }
    while (std::max(pass.logEvidenceError, pass.distortionError) > options.tolerance &&
           2 * (grid.x.nodes - 1) <= options.maxCells * finer) {
        grid = refined(grid);
        pass = passOver(model, parameters, prior, examples, codes, grid, progress);
    }

    ExactMeasures result;
    result.examples = static_cast<int>(x.size(0));
    result.nodesX = grid.x.nodes;
    result.nodesY = grid.y.nodes;
    result.nll = {-pass.logEvidence, pass.logEvidenceError};
    result.distortion = {pass.distortion, pass.distortionError};
    result.rate = {meanOf(codes.rates), 0.0};
    result.klPosterior = {pass.kl, pass.klError};
    const std::int64_t onCurve = std::min<std::int64_t>(options.curveExamples, examples.size(0));
    result.curve =
        decoderCurve(model, parameters, prior, examples.narrow(0, 0, onCurve), grid,
                     {pass.examples.distortions, codes.rates, pass.distortionError},
                     {options.curveBetas, options.slope, std::max(options.available, result.examples)}, progress);
    progress.at(0.85);
    const Mixture mixture{codes.means, codes.stddevs, codes.factors};
    const MixtureIntegrals integrals = integrateMixture(mixture, prior, progress);
    result.information = integrals.information;
    result.klMarginal = integrals.klMarginal;
    result.klMarginalReverse = integrals.klMarginalReverse;
    pass.examples.rates = codes.rates;
    if (options.samples > 0) {
        result.modelInformation = modelInformation(model, parameters, prior, grid, options, progress);
    }
    result.forms = {
        .distortion = result.distortion.value,
        .rate = result.rate.value,
        .negativeLogLikelihood = result.nll.value,
        .posteriorGap = result.klPosterior.value,
        .informationQ = result.information.value,
        .marginalKl = result.klMarginal.value,
        .reverseMarginalKl = result.klMarginalReverse.value,
        .informationP = result.modelInformation.value,
        .error = result.nll.error + result.distortion.error + result.information.error + result.klMarginal.error,
        .examples = result.examples,
        .available = std::max(options.available, result.examples),
        .sampling = samplingErrors(pass.examples, mixture, options.available)};
    result.logLikelihood = std::move(pass.examples.logLikelihoods);
    result.posteriorMeans = std::move(pass.posteriorMeans);
    for (Eigen::Index n = 0; n < codes.means.rows(); ++n) {
        for (Eigen::Index dim = 0; dim < codes.means.cols(); ++dim) {
            result.encoderMeans.push_back(codes.means(n, dim));
        }
    }
    return result;
}

std::vector<PosteriorPair> posteriorPairs(const LatentModel& model, const FleetParameters& fleet, int member,
                                          const torch::Tensor& x, int columns, const QuadratureOptions& options,
                                          const MeasureProgress& progress) {
    const torch::NoGradGuard noGradients;
    const FleetParameters parameters = doubleParameters(fleet, member);
    const torch::Tensor examples = x.to(torch::kFloat64);
    const Codes codes = encode(model, parameters, examples);
    const PriorValues prior(model, parameters);
    const bool plane = model.latentDim() == 2;
    const LatentGrid grid = firstGrid(codes, prior, options.cells * (plane ? 1 : kFinerLine));
    torch::Generator generator = makeGenerator(options.seed);
    const torch::Tensor noise = torch::randn({2, kPairSamples}, generator, torch::kFloat64);
    // Draws of q(z|x) along one dimension: a row of the factor times the noise.
    const auto draws = [&](int dim, const EncoderPosterior& posterior) {
        const double* rows[] = {noise.data_ptr<double>(), noise.data_ptr<double>() + kPairSamples};
        std::vector<float> values;
        for (int i = 0; i < kPairSamples; ++i) {
            double value = posterior.mean(dim);
            for (int other = 0; other <= dim; ++other) {
                value += posterior.factor(dim, other) * rows[other][i];
            }
            values.push_back(static_cast<float>(value));
        }
        return values;
    };
    std::vector<PosteriorPair> pairs;
    forSurfaces(model, parameters, examples, grid, [&](std::int64_t n, const Surface& surface) {
        progress.at(static_cast<double>(n) / static_cast<double>(examples.size(0)));
        const ExactPosterior exact = integratePosterior(surface, prior);
        const EncoderPosterior posterior = codes.of(n);
        const Eigen::Array2d mean = posterior.mean, stddev = posterior.stddev();
        PosteriorPair pair;
        pair.trueMeanX = exact.mean(0);
        pair.trueMeanY = exact.mean(1);
        pair.meanX = mean(0);
        pair.meanY = mean(1);
        pair.varianceX = stddev(0) * stddev(0);
        pair.varianceY = plane ? stddev(1) * stddev(1) : 0.0;
        pair.covarianceXY = plane ? posterior.factor(0, 0) * posterior.factor(1, 0) : 0.0;
        pair.gap = posteriorGap(surface, prior, exact.logEvidence, posterior).kl;
        pair.samplesX = draws(0, posterior);
        const auto reach = [&](int dim, const LatentAxis& axis) {
            const double low =
                std::min(exact.mean(dim) - kPairReach * exact.stddev(dim), mean(dim) - kPairReach * stddev(dim));
            const double high =
                std::max(exact.mean(dim) + kPairReach * exact.stddev(dim), mean(dim) + kPairReach * stddev(dim));
            return std::pair(std::max(axis.low, low), std::min(axis.high(), high));
        };
        LatentWindow window;
        std::tie(window.xMin, window.xMax) = reach(0, grid.x);
        if (plane) {
            std::tie(window.yMin, window.yMax) = reach(1, grid.y);
            pair.samplesY = draws(1, posterior);
        }
        pair.exact = posteriorDensity(surface, prior, exact.logEvidence, window, columns, plane ? columns : 1);
        pairs.push_back(std::move(pair));
    });
    return pairs;
}

}  // namespace elbo
