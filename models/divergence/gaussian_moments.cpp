#include "models/divergence/gaussian_moments.h"

#include <limits>

#include "models/tensor/torch.h"

namespace elbo {

torch::Tensor gaussianKl(const torch::Tensor& mean, const torch::Tensor& covariance) {
    // The form that does not throw: one broken member must not end the run of the others.
    const auto [factor, info] = at::linalg_cholesky_ex(covariance);
    const torch::Tensor halfLogDet = factor.diagonal(0, -2, -1).log().sum(-1);
    const torch::Tensor trace = covariance.diagonal(0, -2, -1).sum(-1);
    const torch::Tensor kl = 0.5 * (trace + mean.square().sum(-1) - static_cast<double>(mean.size(-1))) - halfLogDet;
    return kl.masked_fill(info != 0, std::numeric_limits<double>::quiet_NaN());
}

torch::Tensor momentDivergence(const Gaussian& posterior) {
    const auto count = static_cast<double>(posterior.mean.size(1));
    const torch::Tensor mean = posterior.mean.mean(1);
    const torch::Tensor centred = posterior.mean - mean.unsqueeze(1);
    const torch::Tensor covariance =
        torch::matmul(centred.transpose(1, 2), centred) / count + posterior.meanCovariance();
    return gaussianKl(mean, covariance);
}

}  // namespace elbo
