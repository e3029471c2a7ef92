#include "models/divergence/mmd.h"

#include <torch/torch.h>

#include <algorithm>
#include <stdexcept>

namespace elbo {

torch::Tensor kernelOf(const torch::Tensor& squaredDistances, DivergenceKernel kernel, std::int64_t dim) {
    const auto d = static_cast<double>(dim);
    switch (kernel) {
        case DivergenceKernel::GaussianDim2:
            return torch::exp(squaredDistances * (-1.0 / (d * d)));
        case DivergenceKernel::GaussianDim:
            return torch::exp(squaredDistances * (-1.0 / d));
        case DivergenceKernel::InverseMultiquadratic:
            return 2.0 * d / (2.0 * d + squaredDistances);
        case DivergenceKernel::MultiScale: {
            torch::Tensor sum = torch::zeros_like(squaredDistances);
            for (const double scale : {0.25, 0.5, 1.0, 2.0, 4.0}) {
                sum = sum + torch::exp(squaredDistances * (-1.0 / (scale * d)));
            }
            return sum * 0.2;
        }
    }
    throw std::invalid_argument("unknown kernel");
}

torch::Tensor squaredDistances(const torch::Tensor& a, const torch::Tensor& b) {
    const torch::Tensor right = b.size(0) == a.size(0) ? b : b.expand({a.size(0), -1, -1});
    const torch::Tensor squares = a.square().sum(-1, true) + right.square().sum(-1).unsqueeze(1);
    // Cancellation can leave a tiny negative distance between equal points.
    return torch::baddbmm(squares, a, right.transpose(1, 2), 1.0, -2.0).clamp_min(0.0);
}

namespace {

/// Turns sums over all pairs (with k(a, a) = 1 on the diagonals) into the estimator.
torch::Tensor combine(const torch::Tensor& zz, const torch::Tensor& zy, const torch::Tensor& yy, std::int64_t n,
                      std::int64_t k, MmdEstimator estimator) {
    const auto nz = static_cast<double>(n);
    const auto ny = static_cast<double>(k);
    const torch::Tensor cross = zy * (2.0 / (nz * ny));
    if (estimator == MmdEstimator::Biased) {
        return zz / (nz * nz) - cross + yy / (ny * ny);
    }
    if (n < 2 || k < 2) {
        throw std::invalid_argument("the unbiased MMD needs at least two points on both sides");
    }
    return (zz - nz) / (nz * (nz - 1.0)) - cross + (yy - ny) / (ny * (ny - 1.0));
}

}  // namespace

torch::Tensor mmd(const torch::Tensor& z, const torch::Tensor& y, DivergenceKernel kernel, MmdEstimator estimator) {
    const std::int64_t dim = z.size(-1);
    const auto total = [&](const torch::Tensor& a, const torch::Tensor& b) {
        return kernelOf(squaredDistances(a, b), kernel, dim).sum({1, 2});
    };
    return combine(total(z, z), total(z, y), total(y, y), z.size(1), y.size(1), estimator);
}

torch::Tensor mmdInBlocks(const torch::Tensor& z, const torch::Tensor& y, DivergenceKernel kernel,
                          MmdEstimator estimator, std::int64_t block) {
    const torch::NoGradGuard noGradients;
    const std::int64_t dim = z.size(-1);
    const auto total = [&](const torch::Tensor& a, const torch::Tensor& b) {
        torch::Tensor sum = torch::zeros({a.size(0)}, a.options().dtype(torch::kFloat64));
        for (std::int64_t start = 0; start < a.size(1); start += block) {
            const torch::Tensor rows = a.narrow(1, start, std::min(block, a.size(1) - start));
            sum += kernelOf(squaredDistances(rows, b), kernel, dim).sum({1, 2}, false, torch::kFloat64);
        }
        return sum;
    };
    return combine(total(z, z), total(z, y), total(y, y), z.size(1), y.size(1), estimator);
}

}  // namespace elbo
