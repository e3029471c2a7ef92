#include "models/divergence/stein.h"

#include <cmath>
#include <stdexcept>

#include "models/tensor/torch.h"

namespace elbo {

torch::Tensor medianBandwidth(const torch::Tensor& z) {
    constexpr double kSmallest = 1e-3;
    const std::int64_t n = z.size(1);
    if (n < 2) {
        return torch::full({z.size(0)}, static_cast<double>(z.size(2)), z.options().requires_grad(false));
    }
    const torch::NoGradGuard noGradients;
    const torch::Tensor pairs = torch::triu_indices(n, n, 1, torch::TensorOptions(torch::kInt64).device(z.device()));
    const torch::Tensor distances = squaredDistances(z, z).index({torch::indexing::Slice(), pairs[0], pairs[1]});
    const torch::Tensor median = std::get<0>(distances.median(1));
    return (median / (2.0 * std::log(static_cast<double>(n) + 1.0))).clamp_min(kSmallest);
}

torch::Tensor steinBandwidth(const torch::Tensor& z, double bandwidth) {
    return bandwidth > 0.0 ? torch::full({z.size(0)}, bandwidth, z.options().requires_grad(false))
                           : medianBandwidth(z.detach());
}

torch::Tensor steinDirection(const torch::Tensor& z, const torch::Tensor& h, const torch::Tensor& score) {
    const auto n = static_cast<double>(z.size(1));
    const torch::Tensor width = h.view({-1, 1, 1});
    const torch::Tensor kernel = torch::exp(squaredDistances(z, z) / (-2.0 * width));
    // The sum over j of k_ij (z_i - z_j) / h needs no [N, N, d] block.
    const torch::Tensor around = torch::matmul(kernel, z);
    const torch::Tensor push = (z * kernel.sum(-1, true) - around) / width;
    return score.defined() ? (push + torch::matmul(kernel, score)) / n : (push - around) / n;
}

torch::Tensor steinDiscrepancy(const torch::Tensor& z, const torch::Tensor& h, MmdEstimator estimator,
                               const torch::Tensor& score) {
    const std::int64_t n = z.size(1);
    const auto count = static_cast<double>(n);
    const auto dim = static_cast<double>(z.size(2));
    const torch::Tensor width = h.view({-1, 1, 1});
    const torch::Tensor r2 = squaredDistances(z, z);
    const torch::Tensor kernel = torch::exp(r2 / (-2.0 * width));
    torch::Tensor pairs;
    if (score.defined()) {
        // s_i . s_j + (s_i - s_j) . (z_i - z_j) / h, all pairs as matrix products.
        const torch::Tensor own = (score * z).sum(-1);
        const torch::Tensor cross = torch::matmul(score, z.transpose(1, 2));
        const torch::Tensor pull = own.unsqueeze(2) + own.unsqueeze(1) - cross - cross.transpose(1, 2);
        pairs =
            kernel * (torch::matmul(score, score.transpose(1, 2)) + pull / width + dim / width - r2 / width.square());
    } else {
        pairs = kernel * (torch::matmul(z, z.transpose(1, 2)) - r2 / width + dim / width - r2 / width.square());
    }
    const torch::Tensor sum = pairs.sum({1, 2});
    if (estimator == MmdEstimator::Biased) {
        return sum / (count * count);
    }
    if (n < 2) {
        throw std::invalid_argument("the unbiased Stein discrepancy needs at least two points");
    }
    return (sum - pairs.diagonal(0, 1, 2).sum(-1)) / (count * (count - 1.0));
}

torch::Tensor steinTerm(const torch::Tensor& z, const torch::Tensor& score, double bandwidth) {
    const torch::Tensor codes = z.detach();
    const torch::Tensor h = steinBandwidth(codes, bandwidth);
    const torch::Tensor value = steinDiscrepancy(codes, h, MmdEstimator::Biased, score);
    const torch::Tensor surrogate =
        (steinDirection(codes, h, score) * z).sum({1, 2}) / (-static_cast<double>(z.size(1)));
    // The direction is no gradient of a function of the codes, so value and gradient come from two expressions.
    return value + (surrogate - surrogate.detach());
}

}  // namespace elbo
