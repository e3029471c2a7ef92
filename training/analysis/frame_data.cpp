// The data plane and the images of a frame: p(x), samples, reconstructions and the manifold.

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numbers>
#include <numeric>
#include <optional>
#include <vector>

#include "models/tensor/torch.h"
#include "training/analysis/frame_parts.h"
#include "training/tensors/tensor_values.h"

namespace elbo {

namespace {

constexpr std::uint64_t kSampleSeed = 314159;
constexpr int kSheetRows = 8;

/// Quantile function of the standard normal.
torch::Tensor normalQuantile(const torch::Tensor& probability) {
    return std::numbers::sqrt2 * torch::erfinv(2.0 * probability - 1.0);
}

/// Fixed noise for draws of p(z), [count, width]: the same for every frame, so that pictures change with the model
/// only. In one dimension of N(0, I) it is evenly spread quantiles, which makes the density of p(x) smooth.
torch::Tensor priorNoise(int count, const Prior& prior) {
    if (prior.noise() == 1) {
        return normalQuantile((torch::arange(count, torch::kFloat64) + 0.5) / count).unsqueeze(1);
    }
    torch::Generator generator = makeGenerator(kSampleSeed);
    return torch::randn({count, prior.noise()}, generator, torch::kFloat64);
}

/// Exact samples x ~ p(x|z), [N, D], for codes [N, Z].
torch::Tensor drawn(const LatentModel& model, const FleetParameters& parameters, const torch::Tensor& codes,
                    torch::Generator& generator) {
    if (const Factorised* decoder = model.decoder().factorised()) {
        return decoder->of(parameters, codes).draw(generator)[0];
    }
    constexpr double kRelaxation = 1.0;  // of nothing: a decoder without a density gives values as they are
    const torch::Tensor noise = torch::randn({codes.size(0), model.likelihoodNoise()}, generator, codes.options());
    return model.samples(parameters, codes, noise, kRelaxation)[0];
}

/// The range of the data with a margin on both sides.
std::pair<double, double> rangeOf(const torch::Tensor& values) {
    constexpr double kMargin = 0.35;
    const double low = values.min().item<double>();
    const double high = values.max().item<double>();
    const double span = std::max(high - low, 1e-3);
    return {low - kMargin * span, high + kMargin * span};
}

GridDensity histogram(const torch::Tensor& points, const LatentWindow& window, int columns, int rows) {
    GridDensity grid{columns, rows, window, std::vector<float>(static_cast<std::size_t>(columns) * rows, 0.0F)};
    const double cellWidth = (window.xMax - window.xMin) / columns;
    const double cellHeight = rows > 1 ? (window.yMax - window.yMin) / rows : 1.0;
    const torch::Tensor host = points.to(torch::kFloat64).contiguous();
    const auto values = host.accessor<double, 2>();
    const double weight = 1.0 / (static_cast<double>(host.size(0)) * cellWidth * cellHeight);
    for (std::int64_t i = 0; i < host.size(0); ++i) {
        const auto column = static_cast<std::int64_t>(std::floor((values[i][0] - window.xMin) / cellWidth));
        const auto row =
            rows > 1 ? static_cast<std::int64_t>(std::floor((values[i][1] - window.yMin) / cellHeight)) : 0;
        if (column >= 0 && column < columns && row >= 0 && row < rows) {
            grid.values[static_cast<std::size_t>(row * columns + column)] += static_cast<float>(weight);
        }
    }
    return grid;
}

/// The density of the data: exact for the Gaussian formulas, else a histogram of the training examples.
GridDensity dataDensity(const DataSpec& spec, const torch::Tensor& points, const LatentWindow& window, int columns,
                        int rows) {
    if (spec.name == "two-gaussians") {
        const torch::Tensor means = torch::tensor({-spec.separation, spec.separation}, torch::kFloat64);
        return mixtureDensity(means, torch::full_like(means, std::sqrt(spec.variance)), window, columns);
    }
    if (spec.name == "linear-gaussian") {
        const torch::Tensor zero = torch::zeros({1}, torch::kFloat64);
        const torch::Tensor first = torch::full({1}, std::sqrt(spec.spectrum[0]), torch::kFloat64);
        return rows == 1
                   ? mixtureDensity(zero, first, window, columns)
                   : mixtureDensity(zero, first, zero, torch::full({1}, std::sqrt(spec.spectrum[1]), torch::kFloat64),
                                    window, columns, rows);
    }
    return histogram(points, window, columns, rows);
}

}  // namespace

DataFrame FrameParts::data(const FleetParameters& parameters, int member, const ViewRequest& request) const {
    constexpr int kExamples = 1000;
    constexpr int kDraws = 2000;
    constexpr int kDataCells = 48;
    const torch::Tensor x = train.representative(kExamples).x;
    const bool plane = dataset.dim == 2;
    DataFrame frame;
    frame.member = member;
    frame.dim = dataset.dim;
    LatentWindow window;
    std::tie(window.xMin, window.xMax) = rangeOf(x.select(1, 0));
    if (plane) {
        std::tie(window.yMin, window.yMax) = rangeOf(x.select(1, 1));
    }

    const auto options = tensorOptions(experiment);
    const LikelihoodBatch decoded =
        model.decode(parameters, priorDraws(parameters, priorNoise(kDraws, model.prior())).to(options));
    const torch::Tensor mean = decoded.mean()[0].to(torch::kFloat64);
    const torch::Tensor stddev = decoded.variance()[0].to(torch::kFloat64).sqrt();
    torch::Generator generator = makeGenerator(kSampleSeed + 1);
    const torch::Tensor samples = mean + stddev * torch::randn(mean.sizes(), generator, torch::kFloat64);
    const torch::Tensor reconstructions = model.decode(parameters, model.encode(parameters, x).mean).mean()[0];

    const int columns = plane ? request.gridSize : request.gridSize * 4;
    frame.data = dataDensity(experiment.data, x, window, plane ? kDataCells : columns, plane ? kDataCells : 1);
    frame.dataX = toFloats(x.select(1, 0));
    frame.sampleX = toFloats(samples.narrow(0, 0, kExamples).select(1, 0));
    frame.reconstructionX = toFloats(reconstructions.select(1, 0));
    if (plane) {
        frame.dataY = toFloats(x.select(1, 1));
        frame.sampleY = toFloats(samples.narrow(0, 0, kExamples).select(1, 1));
        frame.reconstructionY = toFloats(reconstructions.select(1, 1));
        frame.model = mixtureDensity(mean.select(1, 0), stddev.select(1, 0), mean.select(1, 1), stddev.select(1, 1),
                                     window, columns, columns);
    } else {
        frame.model = mixtureDensity(mean.select(1, 0), stddev.select(1, 0), window, columns);
    }
    return frame;
}

ImageFrame FrameParts::images(const FleetParameters& parameters, int member, const ViewRequest& request) const {
    const auto options = tensorOptions(experiment);
    ImageFrame frame;
    frame.member = member;
    if (request.reconstructions) {
        // Held-out images where there are any: what the model was trained on flatters it.
        const ModelInputs& source = test.size() > 0 ? test : train;
        const torch::Tensor x = source.first(request.imageCount);
        frame.data = strip(x);
        frame.reconstructions = strip(model.decode(parameters, model.encode(parameters, x).mean).mean()[0]);
        const auto count = std::min(source.labels().size(), static_cast<std::size_t>(frame.data.count));
        frame.data.labels.assign(source.labels().begin(), source.labels().begin() + static_cast<std::ptrdiff_t>(count));
    }
    if (request.samples) {
        torch::Generator generator = makeGenerator(kSampleSeed);
        const torch::Tensor z =
            priorDraws(parameters, torch::randn({request.imageCount, model.priorNoise()}, generator, torch::kFloat64));
        frame.samples = strip(model.decode(parameters, z.to(options)).mean()[0]);
    }
    if (const auto inputs = request.pseudoInputs ? model.prior().pseudoInputs(parameters) : std::nullopt) {
        const std::vector<float> weights = toFloats(inputs->weights[0]);
        std::vector<int>& places = frame.pseudoInputPlaces;
        places.resize(weights.size());
        std::iota(places.begin(), places.end(), 0);
        const auto weight = [&](int place) { return weights[static_cast<std::size_t>(place)]; };
        std::stable_sort(places.begin(), places.end(), [&](int a, int b) { return weight(a) > weight(b); });
        places.resize(std::min(places.size(), static_cast<std::size_t>(request.imageCount)));
        std::sort(places.begin(), places.end());
        std::transform(places.begin(), places.end(), std::back_inserter(frame.pseudoInputWeights), weight);
        frame.pseudoInputs = strip(inputs->x[0].index_select(0, torch::tensor(places, torch::kLong)));
    }
    if (request.manifold && model.latentDim() == 2) {
        constexpr double kTail = 0.02;
        const std::int64_t size = request.manifoldSize;
        const torch::Tensor line = normalQuantile(torch::linspace(kTail, 1.0 - kTail, size, torch::kFloat64));
        const torch::Tensor y = line.flip(0).view({size, 1}).expand({size, size});
        const torch::Tensor x = line.view({1, size}).expand({size, size});
        const torch::Tensor z = torch::stack({x, y}, 2).reshape({size * size, 2});
        frame.manifold = strip(model.decode(parameters, z.to(options)).mean()[0]);
        frame.manifoldSize = request.manifoldSize;
        frame.manifoldExtent = line[size - 1].item<double>();
    }
    if (request.sheets) {
        const torch::Tensor x = (test.size() > 0 ? test : train).first(kSheetRows);
        torch::Generator generator = makeGenerator(kSampleSeed + 2);
        const torch::Tensor noise = torch::randn({x.size(0), model.posteriorNoise()}, generator, options);
        frame.sheetData = strip(x);
        frame.sheetOfExamples = sheet(parameters, model.codes(parameters, x, noise)[0]);
        frame.sheetOfSamples = sheet(
            parameters, priorDraws(parameters, torch::randn({kSheetRows, model.priorNoise()}, generator, options)));
    }
    return frame;
}

ImageSheet FrameParts::sheet(const FleetParameters& parameters, const torch::Tensor& codes) const {
    // The same noise at every step and for all members: what changes is the model's.
    torch::Generator generator = makeGenerator(kSampleSeed + 3);
    const torch::Tensor first = drawn(model, parameters, codes, generator);
    torch::Tensor sum = first.clone();
    for (int i = 1; i < ImageSheet::kDecodings; ++i) {
        sum += drawn(model, parameters, codes, generator);
    }
    return {strip(first), strip(sum / ImageSheet::kDecodings)};
}

}  // namespace elbo
