#include "models/divergence/mmd.h"

#include <algorithm>
#include <stdexcept>

#include "models/tensor/torch.h"

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

/// kernelOf in the memory of the distances where that is possible; fresh memory would cost more than the arithmetic.
torch::Tensor kernelInto(torch::Tensor& squaredDistances, DivergenceKernel kernel, std::int64_t dim) {
    const auto d = static_cast<double>(dim);
    switch (kernel) {
        case DivergenceKernel::GaussianDim2:
            return squaredDistances.mul_(-1.0 / (d * d)).exp_();
        case DivergenceKernel::GaussianDim:
            return squaredDistances.mul_(-1.0 / d).exp_();
        default:
            return kernelOf(squaredDistances, kernel, dim);
    }
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
    const auto part = [&](const torch::Tensor& points, std::int64_t start) {
        return points.narrow(1, start, std::min(block, points.size(1) - start));
    };
    torch::Tensor scratch;
    const auto tile = [&](const torch::Tensor& rows, const torch::Tensor& columns) {
        const std::int64_t members = std::max(rows.size(0), columns.size(0));
        if (!scratch.defined() || scratch.sizes() != torch::IntArrayRef{members, rows.size(1), columns.size(1)}) {
            scratch = torch::empty({members, rows.size(1), columns.size(1)}, rows.options());
        }
        const auto shared = [&](const torch::Tensor& points) { return points.expand({members, -1, -1}); };
        torch::add_out(scratch, rows.square().sum(-1, true), columns.square().sum(-1).unsqueeze(1));
        scratch.baddbmm_(shared(rows), shared(columns).transpose(1, 2), 1.0, -2.0).clamp_min_(0.0);
        return kernelInto(scratch, kernel, dim).sum({1, 2}, false, torch::kFloat64);
    };
    const auto cross = [&](const torch::Tensor& a, const torch::Tensor& b) {
        torch::Tensor sum = torch::zeros({a.size(0)}, a.options().dtype(torch::kFloat64));
        for (std::int64_t i = 0; i < a.size(1); i += block) {
            for (std::int64_t j = 0; j < b.size(1); j += block) {
                sum += tile(part(a, i), part(b, j));
            }
        }
        return sum;
    };
    // Within one set every pair comes twice: the tiles above the diagonal count for those below.
    const auto within = [&](const torch::Tensor& a) {
        torch::Tensor sum = torch::zeros({a.size(0)}, a.options().dtype(torch::kFloat64));
        for (std::int64_t i = 0; i < a.size(1); i += block) {
            sum += tile(part(a, i), part(a, i));
            for (std::int64_t j = i + block; j < a.size(1); j += block) {
                sum += 2.0 * tile(part(a, i), part(a, j));
            }
        }
        return sum;
    };
    return combine(within(z), cross(z, y), within(y), z.size(1), y.size(1), estimator);
}

}  // namespace elbo
