#include "models/posterior/posterior.h"

#include <torch/torch.h>

#include <cmath>
#include <numbers>

namespace elbo {

Scale scaleFromOutput(const torch::Tensor& output, ScaleKind kind, double minimumStddev) {
    if (kind == ScaleKind::Sigmoid) {
        const torch::Tensor stddev = torch::sigmoid(output) + minimumStddev;
        return {stddev, 2.0 * stddev.log()};
    }
    const torch::Tensor variance = output.exp() + minimumStddev * minimumStddev;
    return {variance.sqrt(), variance.log()};
}

DiagonalGaussian DiagonalGaussian::fromOutputs(const torch::Tensor& outputs, const ModelSpec& spec) {
    const std::int64_t latent = outputs.size(-1) / 2;
    const Scale scale = scaleFromOutput(outputs.narrow(-1, latent, latent), spec.scale, spec.minimumStddev);
    return {outputs.narrow(-1, 0, latent), scale.stddev, scale.logVariance};
}

torch::Tensor DiagonalGaussian::rate() const {
    return 0.5 * (mean.square() + stddev.square() - 1.0 - logVariance).sum(-1);
}

torch::Tensor DiagonalGaussian::logDensity(const torch::Tensor& z) const {
    const double constant = std::log(2.0 * std::numbers::pi);
    return -0.5 * ((z - mean).square() * (-logVariance).exp() + logVariance + constant).sum(-1);
}

torch::Tensor DiagonalGaussian::rateByDimension() const {
    return 0.5 * (mean.square() + stddev.square() - 1.0 - logVariance);
}

}  // namespace elbo
