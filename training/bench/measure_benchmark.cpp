#include "training/bench/measure_benchmark.h"

#include <algorithm>
#include <chrono>
#include <vector>

#include "models/divergence/mmd.h"
#include "models/tensor/torch.h"
#include "training/data/digits_by_pen.h"
#include "training/measure/aggregated_posterior.h"
#include "training/measure/mixture_information.h"
#include "training/measure/points/henze_zirkler.h"
#include "training/measure/quadrature/exact_measures.h"

namespace elbo {

namespace {

constexpr std::int64_t kCodes = 10000;
constexpr std::int64_t kDim = 10;
constexpr int kImages = 1000;

double secondsOf(const std::function<void()>& work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double median(int rounds, const std::function<void()>& work) {
    std::vector<double> seconds;
    for (int round = 0; round < rounds; ++round) {
        seconds.push_back(secondsOf(work));
    }
    std::sort(seconds.begin(), seconds.end());
    return seconds[seconds.size() / 2];
}

/// The architecture of the MNIST experiment with its initial weights, on pen digits.
double quadratureSeconds() {
    const LatentModel model(ModelSpec{}, kDigitPixels);
    FleetParameters parameters(model.layout(), 1, torch::kFloat32);
    model.initialise(parameters, 1);
    Examples digits = drawDigits(1, kImages);
    const torch::Tensor x = torch::from_blob(digits.values.data(), {kImages, kDigitPixels}, torch::kFloat32);
    QuadratureOptions options;
    options.maxCells = options.cells;
    return secondsOf([&] { measureExactly(model, parameters, 0, x, options, {}); });
}

}  // namespace

MeasureBenchmark benchmarkMeasures(const std::function<void(const std::string&)>& progress) {
    const torch::NoGradGuard noGradients;
    torch::Generator generator = makeGenerator(1);
    const auto normal = [&](std::vector<std::int64_t> shape) {
        return torch::randn(shape, generator, torch::kFloat64);
    };
    MeasureBenchmark benchmark;
    progress("MMD of 10,000 codes");
    const torch::Tensor z = normal({1, kCodes, kDim});
    const torch::Tensor y = normal({1, kCodes, kDim});
    benchmark.mmdSeconds =
        median(3, [&] { mmdInBlocks(z, y, DivergenceKernel::GaussianDim2, MmdEstimator::Unbiased); });

    progress("quadrature of 1,000 images");
    benchmark.quadratureSeconds = quadratureSeconds();

    progress("density of the aggregated posterior");
    const torch::Tensor means = z[0].narrow(1, 0, 2).to(torch::kFloat32);
    const torch::Tensor stddevs = torch::full({kCodes}, 0.1);
    benchmark.densitySeconds = median(9, [&] {
        mixtureDensity(means.select(1, 0), stddevs, means.select(1, 1), stddevs, {-4, 4, -4, 4}, 256, 256);
    });

    progress("Henze-Zirkler of 10,000 codes");
    const Points points = Eigen::Map<const Points>(z.data_ptr<double>(), kCodes, kDim);
    benchmark.henzeZirklerSeconds = median(3, [&] { henzeZirkler(points); });

    progress("information of 10,000 posteriors");
    benchmark.mixtureSeconds =
        median(3, [&] { sampleMixture(Gaussian::of(z, torch::full_like(z, 0.3)), 4000, 1, {}); });
    return benchmark;
}

}  // namespace elbo
