#include "training/analysis/frame_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "models/divergence/mmd.h"
#include "models/spec/number_text.h"
#include "models/tensor/torch.h"
#include "training/measure/prior_density.h"
#include "training/tensors/tensor_values.h"

namespace elbo {

namespace {

/// A grid on which a one-dimensional density looks smooth needs more columns than a plane affords.
constexpr int kLineRefinement = 4;

}  // namespace

Codes FrameParts::encode(const FleetParameters& parameters, int count) const {
    ExamplePart examples = train.representative(count);
    const Gaussian posterior = model.encode(parameters, examples.x);
    AggregatedMoments moments =
        aggregatedMoments(posterior.mean.to(torch::kFloat64), posterior.stddev.square().to(torch::kFloat64));
    torch::Tensor factor;
    if (!posterior.diagonal()) {
        factor = posterior.factor[0].to(torch::kFloat32);
        const torch::Tensor covariance = posterior.meanCovariance().to(torch::kFloat64);
        moments.covariance = moments.covariance + covariance - torch::diag_embed(covariance.diagonal(0, -2, -1));
    }
    return {std::move(examples),
            posterior.mean[0].to(torch::kFloat32),
            posterior.stddev[0].to(torch::kFloat32),
            factor,
            moments.mean[0],
            moments.covariance[0]};
}

torch::Tensor FrameParts::priorDraws(const FleetParameters& parameters, const torch::Tensor& noise) const {
    if (model.prior().standardNormal()) {
        return noise;
    }
    const torch::Tensor draws = model.prior().draw(parameters, noise.to(parameters.values().scalar_type()));
    return (draws.dim() == 3 ? draws[0] : draws).to(noise.scalar_type());
}

GridDensity FrameParts::priorDensity(const FleetParameters& parameters, const LatentProjection& projection,
                                     const LatentWindow& window, int columns, int rows) const {
    const bool line = projection.dims() == 1;
    if (model.prior().standardNormal()) {
        const torch::Tensor mean = projection.priorMean().to(torch::kFloat32);
        const torch::Tensor one = torch::ones({1});
        return line ? mixtureDensity(mean, one, window, columns)
                    : mixtureDensity(mean.narrow(0, 0, 1), one, mean.narrow(0, 1, 1), one, window, columns, rows);
    }
    if (model.latentDim() <= 2) {
        return elbo::priorDensity(
            model.prior(), parameters, [&](const torch::Tensor& points) { return projection.lift(points); }, window,
            columns, line ? 1 : rows);
    }
    // Projections have no formula in general: draws, each spread a little.
    constexpr std::int64_t kDraws = 20000;
    constexpr double kSpread = 0.12;  // of the standard deviation: N^(-1/6) of two-dimensional kernels, rounded down
    torch::Generator generator = makeGenerator(1);
    const torch::Tensor noise = torch::randn({kDraws, model.priorNoise()}, generator, torch::kFloat64);
    const torch::Tensor points = projection.project(priorDraws(parameters, noise)).to(torch::kFloat32);
    const auto width = [&](int axis) {
        return torch::full({kDraws}, std::max(1e-3, kSpread * points.select(1, axis).std().item<double>()));
    };
    return mixtureDensity(points.select(1, 0), width(0), points.select(1, 1), width(1), window, columns, rows);
}

LatentFrame FrameParts::latent(const FleetParameters& parameters, const Codes& codes, int member,
                               const ViewRequest& request) const {
    const LatentProjection projection(request.plane, codes.momentMean, codes.momentCovariance);
    const torch::Tensor basis = projection.basis().to(torch::kFloat32);
    const torch::Tensor points = projection.project(codes.mean.to(torch::kFloat64)).to(torch::kFloat32);
    // Along an axis of the plane the rows of L, weighed by the axis, are what noise is multiplied by.
    torch::Tensor variances, covariance;
    if (codes.factor.defined()) {
        const torch::Tensor along = torch::matmul(codes.factor.transpose(1, 2), basis);  // [N, Z, plane]
        variances = along.square().sum(1);
        covariance = projection.dims() == 2 ? (along.select(2, 0) * along.select(2, 1)).sum(1) : torch::Tensor();
    } else {
        variances = torch::mm(codes.stddev.square(), basis.square());
    }
    const LatentWindow& window = request.window;

    LatentFrame frame;
    frame.member = member;
    frame.latentDim = model.latentDim();
    frame.xAxis = projection.xAxis();
    frame.yAxis = projection.yAxis();
    frame.meanX = toFloats(points.select(1, 0));
    frame.varianceX = toFloats(variances.select(1, 0));
    frame.labels = codes.examples.labels;
    if (projection.dims() == 1) {
        const int columns = request.gridSize * kLineRefinement;
        frame.aggregatedPosterior = mixtureDensity(points.select(1, 0), variances.select(1, 0).sqrt(), window, columns);
        frame.prior = priorDensity(parameters, projection, window, columns, 1);
        addPosteriorCurves(frame, codes, window, columns);
        return frame;
    }
    const int grid = request.gridSize;
    frame.meanY = toFloats(points.select(1, 1));
    frame.varianceY = toFloats(variances.select(1, 1));
    frame.prior = priorDensity(parameters, projection, window, grid, grid);
    if (projection.alongAxes() && !covariance.defined()) {
        frame.covarianceXY.assign(frame.meanX.size(), 0.0F);
        frame.aggregatedPosterior =
            mixtureDensity(points.select(1, 0), variances.select(1, 0).sqrt(), points.select(1, 1),
                           variances.select(1, 1).sqrt(), window, grid, grid);
    } else {
        if (!covariance.defined()) {
            covariance = torch::mv(codes.stddev.square(), basis.select(1, 0) * basis.select(1, 1));
        }
        frame.covarianceXY = toFloats(covariance);
        frame.aggregatedPosterior =
            correlatedMixtureDensity(points.select(1, 0), points.select(1, 1), variances.select(1, 0),
                                     variances.select(1, 1), covariance, window, grid, grid);
    }
    return frame;
}

void FrameParts::addPosteriorCurves(LatentFrame& frame, const Codes& codes, const LatentWindow& window,
                                    int columns) const {
    constexpr std::int64_t kLookedAt = 64;
    constexpr std::size_t kMostCurves = 8;
    const std::int64_t count = std::min(kLookedAt, codes.mean.size(0));
    const torch::Tensor x = codes.examples.x.narrow(0, 0, count).to(torch::kFloat32);
    std::set<std::vector<float>> seen;
    std::vector<std::int64_t> distinct;
    for (std::int64_t i = 0; i < count; ++i) {
        if (seen.insert(toFloats(x[i])).second) {
            distinct.push_back(i);
        }
    }
    if (distinct.size() > kMostCurves) {
        return;
    }
    for (const std::int64_t i : distinct) {
        PosteriorCurve curve;
        curve.name = dataset.dim == 1
                         ? fmt::format("x = {}", shortNumber(x[i][0].item<float>()))
                         : fmt::format("example {}", codes.examples.indices[static_cast<std::size_t>(i)] + 1);
        curve.label =
            frame.labels.empty() ? static_cast<int>(frame.curves.size()) : frame.labels[static_cast<std::size_t>(i)];
        curve.density =
            toFloats(cellDensity(codes.mean.narrow(0, i, 1).select(1, 0), codes.stddev.narrow(0, i, 1).select(1, 0),
                                 window.xMin, window.xMax, columns));
        frame.curves.push_back(std::move(curve));
    }
    std::sort(frame.curves.begin(), frame.curves.end(),
              [](const PosteriorCurve& a, const PosteriorCurve& b) { return a.label < b.label; });
}

Probe FrameParts::probe(const FleetParameters& parameters, const Codes& codes, const ProbeRequest& request,
                        const LatentPlane& plane) const {
    const LatentProjection projection(plane, codes.momentMean, codes.momentCovariance);
    std::vector<double> point{request.x, request.y};
    point.resize(static_cast<std::size_t>(projection.dims()));
    const torch::Tensor code = projection.lift(torch::tensor(point, torch::kFloat64).unsqueeze(0));
    Probe probe;
    probe.id = request.id;
    probe.member = request.member;
    probe.x = request.x;
    probe.y = request.y;
    probe.code = toFloats(code[0]);
    probe.decoded = strip(model.decode(parameters, code.to(tensorOptions(experiment))).mean()[0]);
    return probe;
}

double FrameParts::kernelMean(const FleetParameters& parameters, const Codes& codes, DivergenceKernel kernel) const {
    constexpr std::int64_t kLookedAt = 200;
    const std::int64_t count = std::min(kLookedAt, codes.mean.size(0));
    torch::Generator generator = makeGenerator(1);
    const torch::Tensor noise = torch::randn({2, count, model.latentDim()}, generator, torch::kFloat32);
    torch::Tensor prior = noise[1];
    if (!model.prior().standardNormal()) {
        prior = priorDraws(parameters, torch::randn({count, model.priorNoise()}, generator, torch::kFloat32));
    }
    const torch::Tensor z = codes.mean.narrow(0, 0, count) + codes.stddev.narrow(0, 0, count) * noise[0];
    return kernelOf(squaredDistances(z.unsqueeze(0), prior.unsqueeze(0)), kernel, model.latentDim())
        .mean()
        .item<double>();
}

ImageStrip FrameParts::strip(const torch::Tensor& rows) const {
    ImageStrip strip;
    strip.width = dataset.isImage() ? dataset.imageWidth : dataset.dim;
    strip.height = dataset.isImage() ? dataset.imageHeight : 1;
    strip.count = static_cast<int>(rows.size(0));
    strip.pixels = toFloats(rows);
    return strip;
}

}  // namespace elbo
