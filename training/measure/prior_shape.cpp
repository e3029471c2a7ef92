#include "training/measure/prior_shape.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "models/fleet/generator.h"
#include "models/tensor/torch.h"
#include "training/measure/aggregated_posterior.h"
#include "training/measure/grid_divergence.h"
#include "training/measure/prior_density.h"
#include "training/tensors/tensor_values.h"

namespace elbo {

namespace {

/// More codes than these would not move a bound that is read to one digit.
constexpr std::int64_t kMostCodes = 2000;
/// Latent units; a grid that would need more cells than these gets wider ones.
constexpr double kCell = 0.1;
constexpr int kFewestCells = 20;
constexpr int kMostCells = 400;
/// Draws of a prior without a formula along a line, and how far each is spread, of their standard deviation.
constexpr std::int64_t kDraws = 20000;
constexpr double kSpread = 0.1;

int cellsOver(double low, double high) {
    return std::clamp(static_cast<int>(std::lround((high - low) / kCell)), kFewestCells, kMostCells);
}

/// KL(N(0, C) || N(0, I)) for the covariance C of q(z): what a wrong spread alone gives. Nats.
double spreadDivergence(const LatentFrame& latent) {
    const auto count = static_cast<double>(latent.meanX.size());
    const bool plane = !latent.meanY.empty();
    double meanX = 0.0, meanY = 0.0;
    for (std::size_t n = 0; n < latent.meanX.size(); ++n) {
        meanX += static_cast<double>(latent.meanX[n]) / count;
        meanY += plane ? static_cast<double>(latent.meanY[n]) / count : 0.0;
    }
    double xx = 0.0, yy = 0.0, xy = 0.0;
    for (std::size_t n = 0; n < latent.meanX.size(); ++n) {
        const double x = static_cast<double>(latent.meanX[n]) - meanX;
        xx += (x * x + static_cast<double>(latent.varianceX[n])) / count;
        if (plane) {
            const double y = static_cast<double>(latent.meanY[n]) - meanY;
            yy += (y * y + static_cast<double>(latent.varianceY[n])) / count;
            xy += (x * y + static_cast<double>(latent.covarianceXY[n])) / count;
        }
    }
    return plane ? 0.5 * (xx + yy - 2.0 - std::log(xx * yy - xy * xy)) : 0.5 * (xx - 1.0 - std::log(xx));
}

/// A line or the plane with the codes [N, 1 or 2] on it, and a grid of q(z) over `window`; p(z) is left to the caller.
LatentFrame onGrid(const torch::Tensor& means, const torch::Tensor& variances, const torch::Tensor& covariance,
                   const LatentWindow& window) {
    LatentFrame frame;
    frame.meanX = toFloats(means.select(1, 0));
    frame.varianceX = toFloats(variances.select(1, 0));
    const int columns = cellsOver(window.xMin, window.xMax);
    const auto along = [](const torch::Tensor& values, int axis) { return values.select(1, axis); };
    if (means.size(1) == 1) {
        frame.aggregatedPosterior = mixtureDensity(along(means, 0), along(variances, 0).sqrt(), window, columns);
        return frame;
    }
    const int rows = cellsOver(window.yMin, window.yMax);
    frame.meanY = toFloats(along(means, 1));
    frame.varianceY = toFloats(along(variances, 1));
    if (covariance.defined()) {
        frame.covarianceXY = toFloats(covariance);
        frame.aggregatedPosterior = correlatedMixtureDensity(along(means, 0), along(means, 1), along(variances, 0),
                                                             along(variances, 1), covariance, window, columns, rows);
    } else {
        frame.covarianceXY.assign(frame.meanX.size(), 0.0F);
        frame.aggregatedPosterior = mixtureDensity(along(means, 0), along(variances, 0).sqrt(), along(means, 1),
                                                   along(variances, 1).sqrt(), window, columns, rows);
    }
    return frame;
}

/// On the latent space itself, of one or two dimensions.
double shapeOfWhole(const LatentModel& model, const FleetParameters& parameters, const Gaussian& posteriors) {
    const torch::Tensor reach = model.prior().reach(parameters)[0].to(torch::kFloat64);
    const auto edge = [&](int side, int axis) { return reach[side][axis].item<double>(); };
    const bool plane = model.latentDim() == 2;
    const LatentWindow window{edge(0, 0), edge(1, 0), plane ? edge(0, 1) : 0.0, plane ? edge(1, 1) : 1.0};
    torch::Tensor covariance;
    if (plane && !posteriors.diagonal()) {
        const torch::Tensor& factor = posteriors.factor[0];
        covariance = (factor.select(1, 0) * factor.select(1, 1)).sum(1);
    }
    LatentFrame frame = onGrid(posteriors.mean[0], posteriors.stddev[0].square(), covariance, window);
    const GridDensity& q = frame.aggregatedPosterior;
    if (model.prior().standardNormal()) {
        const torch::Tensor zero = torch::zeros({1}, torch::kFloat64), one = torch::ones({1}, torch::kFloat64);
        frame.prior = plane ? mixtureDensity(zero, one, zero, one, window, q.columns, q.rows)
                            : mixtureDensity(zero, one, window, q.columns);
    } else {
        frame.prior = priorDensity(
            model.prior(), parameters, [](const torch::Tensor& points) { return points; }, window, q.columns, q.rows);
    }
    return shapeOnGrid(frame, model.prior().standardNormal());
}

/// The largest along the coordinates and the principal axes of q(z).
double shapeAlongAxes(const LatentModel& model, const FleetParameters& parameters, const Gaussian& posteriors) {
    const torch::Tensor means = posteriors.mean[0];
    const torch::Tensor centred = means - means.mean(0);
    const torch::Tensor covariance =
        torch::mm(centred.t(), centred) / static_cast<double>(means.size(0)) + posteriors.meanCovariance()[0];
    const torch::Tensor axes =
        torch::cat({torch::eye(means.size(1), means.options()), std::get<1>(torch::linalg_eigh(covariance))}, 1);
    // A prior without a formula for what lies along a line: from draws of it.
    torch::Tensor draws;
    const bool standardNormal = model.prior().standardNormal();
    if (!standardNormal) {
        torch::Generator generator = makeGenerator(1);
        const torch::Tensor noise = torch::randn({kDraws, model.priorNoise()}, generator, torch::kFloat64);
        draws = model.prior().draw(parameters, noise.to(parameters.values().scalar_type())).to(torch::kFloat64);
        draws = draws.dim() == 3 ? draws[0] : draws;
    }
    double largest = 0.0;
    for (std::int64_t number = 0; number < axes.size(1); ++number) {
        const torch::Tensor axis = axes.select(1, number);
        const torch::Tensor variances = posteriors.diagonal()
                                            ? torch::mv(posteriors.stddev[0].square(), axis.square())
                                            : torch::matmul(posteriors.factor[0].transpose(1, 2), axis).square().sum(1);
        torch::Tensor priorMean = torch::zeros({1}, torch::kFloat64), priorStddev = torch::ones({1}, torch::kFloat64);
        LatentWindow window{-Prior::kReach, Prior::kReach, 0.0, 1.0};
        if (!standardNormal) {
            priorMean = torch::mv(draws, axis);
            const double middle = priorMean.mean().item<double>();
            const double stddev = std::max(1e-3, priorMean.std().item<double>());
            priorStddev = torch::full({kDraws}, kSpread * stddev, torch::kFloat64);
            window = {middle - Prior::kReach * stddev, middle + Prior::kReach * stddev, 0.0, 1.0};
        }
        LatentFrame frame = onGrid(torch::mv(means, axis).unsqueeze(1), variances.unsqueeze(1), {}, window);
        frame.prior = mixtureDensity(priorMean, priorStddev, window, frame.aggregatedPosterior.columns);
        largest = std::max(largest, shapeOnGrid(frame, standardNormal));
    }
    return largest;
}

}  // namespace

double shapeOnGrid(const LatentFrame& latent, bool standardNormal) {
    if (latent.meanX.empty()) {
        return 0.0;
    }
    const double divergence = coarseDivergence(latent.aggregatedPosterior, latent.prior, latent.meanX.size());
    return standardNormal ? std::max(0.0, divergence - spreadDivergence(latent)) : divergence;
}

double priorShape(const LatentModel& model, const FleetParameters& parameters, const Gaussian& posteriors) {
    const Gaussian some = posteriors.narrow(0, std::min(kMostCodes, posteriors.mean.size(1)));
    if (!some.mean.isfinite().all().item<bool>() || !some.stddev.isfinite().all().item<bool>()) {
        return std::numeric_limits<double>::quiet_NaN();
    }
    return model.latentDim() <= 2 ? shapeOfWhole(model, parameters, some) : shapeAlongAxes(model, parameters, some);
}

}  // namespace elbo
