#include "models/objective/rate_term.h"

#include <torch/torch.h>

#include <cmath>
#include <numbers>

namespace elbo {

torch::Tensor batchInformation(const DiagonalGaussian& posterior, const torch::Tensor& z) {
    // log q(z_i|x_j) for all pairs as matrix products: no block [B, B, Z]. The constant of the normal density cancels.
    const torch::Tensor precision = (-posterior.logVariance).exp();
    const torch::Tensor constant =
        (posterior.mean.square() * precision + posterior.logVariance).sum(-1).unsqueeze(1);  // [M, 1, B]
    const torch::Tensor squares = torch::matmul(z.square(), precision.transpose(1, 2));
    const torch::Tensor cross = torch::matmul(z, (posterior.mean * precision).transpose(1, 2));
    const torch::Tensor pairs = -0.5 * (squares - 2.0 * cross + constant);  // [M, code, posterior]
    const torch::Tensor mixture = pairs.logsumexp(-1) - std::log(static_cast<double>(z.size(1)));
    return (pairs.diagonal(0, 1, 2) - mixture).mean(1);
}

torch::Tensor rateTerm(const ObjectiveSpec& spec, const DiagonalGaussian& posterior, const torch::Tensor& z) {
    switch (spec.rateTerm) {
        case RateTerm::Rate:
        case RateTerm::SoftFreeBits:
        case RateTerm::Cap:
            if (spec.rateEstimate == RateEstimate::LogRatio) {
                const torch::Tensor prior = -0.5 * (z.square() + std::log(2.0 * std::numbers::pi)).sum(-1);
                return (posterior.logDensity(z) - prior).mean(1);
            }
            break;
        case RateTerm::Target:
            return (posterior.rate().mean(1) - spec.rateTarget).abs();
        case RateTerm::FreeBits:
            return posterior.rateByDimension().mean(1).clamp_min(spec.freeBits).sum(-1);
        case RateTerm::Information:
            return (batchInformation(posterior, z) - spec.rateTarget).abs();
    }
    return {};
}

}  // namespace elbo
