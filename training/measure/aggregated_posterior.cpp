#include "training/measure/aggregated_posterior.h"
#include "models/tensor/torch.h"
#include "training/tensors/tensor_values.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace elbo {

namespace {

/// Variance of the posterior mean above which a latent dimension counts as active.
constexpr double kActiveVariance = 0.01;

}  // namespace

torch::Tensor AggregatedMoments::logDetCovariance() const {
    return torch::logdet(covariance);
}

torch::Tensor AggregatedMoments::activeUnits() const {
    return (varianceOfMeans > kActiveVariance).to(torch::kFloat64).mean(1);
}

AggregatedMoments aggregatedMoments(const torch::Tensor& means, const torch::Tensor& variances) {
    AggregatedMoments moments;
    moments.mean = means.mean(1);
    const torch::Tensor centred = means - moments.mean.unsqueeze(1);
    const torch::Tensor ofMeans = torch::bmm(centred.transpose(1, 2), centred) / static_cast<double>(means.size(1));
    moments.varianceOfMeans = ofMeans.diagonal(0, 1, 2);
    moments.covariance = ofMeans + torch::diag_embed(variances.mean(1));
    return moments;
}

torch::Tensor cellDensity(const torch::Tensor& mean, const torch::Tensor& stddev, double low, double high, int cells) {
    const torch::Tensor edges = torch::linspace(low, high, cells + 1, mean.options());
    const torch::Tensor scaled = (edges.unsqueeze(0) - mean.unsqueeze(1)) / (stddev.unsqueeze(1) * std::numbers::sqrt2);
    const torch::Tensor cumulative = 0.5 * torch::erf(scaled);
    const double width = (high - low) / cells;
    return (cumulative.narrow(1, 1, cells) - cumulative.narrow(1, 0, cells)) / width;
}

GridDensity mixtureDensity(const torch::Tensor& meanX, const torch::Tensor& stddevX, const torch::Tensor& meanY,
                           const torch::Tensor& stddevY, const LatentWindow& window, int columns, int rows) {
    // Codes in the order of y, so that a block of them reaches few rows; small blocks stay within the caches.
    constexpr std::int64_t kBlock = 512;
    constexpr double kReach = 6.0;
    const torch::Tensor order = torch::argsort(meanY);
    const double height = (window.yMax - window.yMin) / rows;
    torch::Tensor density = torch::zeros({rows, columns}, meanX.options());
    for (std::int64_t start = 0; start < order.size(0); start += kBlock) {
        const torch::Tensor chosen = order.narrow(0, start, std::min(kBlock, order.size(0) - start));
        const auto block = [&](const torch::Tensor& values) { return values.index_select(0, chosen); };
        const torch::Tensor mean = block(meanY);
        const torch::Tensor stddev = block(stddevY);
        const auto row = [&](const torch::Tensor& edge) { return (edge.item<double>() - window.yMin) / height; };
        // Not-a-number reaches all rows, so that it is seen.
        const double lowest = std::floor(row((mean - kReach * stddev).min()));
        const double highest = std::ceil(row((mean + kReach * stddev).max()));
        const int first = lowest > 0.0 ? static_cast<int>(std::min<double>(lowest, rows)) : 0;
        const int last = highest < rows ? static_cast<int>(std::max(highest, 0.0)) : rows;
        if (first >= last) {
            continue;
        }
        const torch::Tensor x = cellDensity(block(meanX), block(stddevX), window.xMin, window.xMax, columns);
        const torch::Tensor y =
            cellDensity(mean, stddev, window.yMin + first * height, window.yMin + last * height, last - first);
        density.narrow(0, first, last - first).addmm_(y.t(), x);
    }
    density /= static_cast<double>(meanX.size(0));
    return {columns, rows, window, toFloats(density)};
}

GridDensity mixtureDensity(const torch::Tensor& meanX, const torch::Tensor& stddevX, const LatentWindow& window,
                           int columns) {
    const torch::Tensor x = cellDensity(meanX, stddevX, window.xMin, window.xMax, columns);
    return {columns, 1, window, toFloats(x.mean(0))};
}

GridDensity correlatedMixtureDensity(const torch::Tensor& meanX, const torch::Tensor& meanY,
                                     const torch::Tensor& varianceX, const torch::Tensor& varianceY,
                                     const torch::Tensor& covariance, const LatentWindow& window, int columns,
                                     int rows) {
    const auto centres = [&](double low, double high, int cells) {
        const double half = 0.5 * (high - low) / cells;
        return torch::linspace(low + half, high - half, cells, meanX.options());
    };
    const torch::Tensor gridX = centres(window.xMin, window.xMax, columns);
    const torch::Tensor gridY = centres(window.yMin, window.yMax, rows);
    const torch::Tensor determinant = (varianceX * varianceY - covariance.square()).clamp_min(1e-12);
    torch::Tensor sum = torch::zeros({rows, columns}, meanX.options());
    constexpr std::int64_t kBlock = 64;
    for (std::int64_t start = 0; start < meanX.size(0); start += kBlock) {
        const std::int64_t count = std::min(kBlock, meanX.size(0) - start);
        const auto block = [&](const torch::Tensor& values) { return values.narrow(0, start, count).view({-1, 1, 1}); };
        const torch::Tensor dx = gridX.view({1, 1, -1}) - block(meanX);
        const torch::Tensor dy = gridY.view({1, -1, 1}) - block(meanY);
        const torch::Tensor det = block(determinant);
        const torch::Tensor exponent =
            (dx.square() * block(varianceY) - 2.0 * dx * dy * block(covariance) + dy.square() * block(varianceX)) /
            (-2.0 * det);
        sum += (exponent.exp() / (2.0 * std::numbers::pi * det.sqrt())).sum(0);
    }
    return {columns, rows, window, toFloats(sum / static_cast<double>(meanX.size(0)))};
}

}  // namespace elbo
