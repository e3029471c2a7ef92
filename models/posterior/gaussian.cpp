#include "models/posterior/gaussian.h"

#include <cmath>
#include <numbers>

#include "models/tensor/torch.h"

namespace elbo {

namespace {

const double kLogTwoPi = std::log(2.0 * std::numbers::pi);
const double kUnitSoftplus = std::log(std::expm1(1.0));  // softplus of it is 1

/// L^-1 (z - mean) for z [.., Z] beside each posterior, and log |L| of each.
torch::Tensor whitened(const torch::Tensor& factor, const torch::Tensor& centred) {
    // LibTorch 1.13 and later solve triangular systems alike under this name.
    return torch::linalg_solve_triangular(factor, centred.unsqueeze(-1), /*upper=*/false).squeeze(-1);
}

torch::Tensor logDeterminant(const torch::Tensor& factor) {
    return factor.diagonal(0, -2, -1).log().sum(-1);
}

}  // namespace

Scale scaleFromOutput(const torch::Tensor& output, ScaleKind kind, double minimumStddev) {
    if (kind == ScaleKind::Sigmoid) {
        const torch::Tensor stddev = torch::sigmoid(output) + minimumStddev;
        return {stddev, 2.0 * stddev.log()};
    }
    const torch::Tensor unfloored =
        kind == ScaleKind::Softplus ? torch::softplus(output + kUnitSoftplus) : output.exp();
    const torch::Tensor variance = unfloored + minimumStddev * minimumStddev;
    return {variance.sqrt(), variance.log()};
}

Gaussian Gaussian::fromOutputs(const torch::Tensor& outputs, const ModelSpec& spec) {
    const std::int64_t latent = outputs.size(-1) / 2;
    const Scale scale = scaleFromOutput(outputs.narrow(-1, latent, latent), spec.scale, spec.minimumStddev);
    return {outputs.narrow(-1, 0, latent), scale.stddev, scale.logVariance};
}

Gaussian Gaussian::of(const torch::Tensor& mean, const torch::Tensor& stddev) {
    return {mean, stddev, 2.0 * stddev.log()};
}

torch::Tensor Gaussian::sample(const torch::Tensor& noise) const {
    return diagonal() ? mean + stddev * noise : mean + torch::matmul(factor, noise.unsqueeze(-1)).squeeze(-1);
}

torch::Tensor Gaussian::rate() const {
    if (diagonal()) {
        return 0.5 * (mean.square() + stddev.square() - 1.0 - logVariance).sum(-1);
    }
    return 0.5 * (mean.square() + factor.square().sum(-1) - 1.0).sum(-1) - logDeterminant(factor);
}

torch::Tensor Gaussian::logDensity(const torch::Tensor& z) const {
    if (diagonal()) {
        return -0.5 * ((z - mean).square() * (-logVariance).exp() + logVariance + kLogTwoPi).sum(-1);
    }
    const double constant = 0.5 * static_cast<double>(mean.size(-1)) * kLogTwoPi;
    return -0.5 * whitened(factor, z - mean).square().sum(-1) - logDeterminant(factor) - constant;
}

torch::Tensor Gaussian::rateByDimension() const {
    return 0.5 * (mean.square() + stddev.square() - 1.0 - logVariance);
}

torch::Tensor Gaussian::pairs(const torch::Tensor& z) const {
    if (diagonal()) {
        // As matrix products: no block [N, B, Z].
        const torch::Tensor precision = (-logVariance).exp();
        const torch::Tensor constant = (mean.square() * precision + logVariance).sum(-1).unsqueeze(1);  // [M, 1, B]
        const torch::Tensor squares = torch::matmul(z.square(), precision.transpose(1, 2));
        const torch::Tensor cross = torch::matmul(z, (mean * precision).transpose(1, 2));
        return -0.5 * (squares - 2.0 * cross + constant);
    }
    // L^-1 z - L^-1 mean for all pairs: one product per posterior.
    const torch::Tensor eye = torch::eye(mean.size(-1), mean.options().requires_grad(false)).expand_as(factor);
    const torch::Tensor inverse = torch::linalg_solve_triangular(factor, eye, /*upper=*/false);     // [M, B, Z, Z]
    const torch::Tensor own = torch::matmul(inverse, mean.unsqueeze(-1)).squeeze(-1).unsqueeze(1);  // [M, 1, B, Z]
    const torch::Tensor all = torch::einsum("mbij,mnj->mnbi", {inverse, z});
    return -0.5 * (all - own).square().sum(-1) - logDeterminant(factor).unsqueeze(1);
}

torch::Tensor Gaussian::logDensities(const torch::Tensor& z) const {
    const torch::Tensor away = z.unsqueeze(2) - mean.unsqueeze(1);  // [M, N, B, Z]
    const double constant = 0.5 * static_cast<double>(mean.size(-1)) * kLogTwoPi;
    if (diagonal()) {
        const torch::Tensor precision = (-logVariance).exp().unsqueeze(1);
        return -0.5 * (away.square() * precision).sum(-1) - 0.5 * logVariance.sum(-1).unsqueeze(1) - constant;
    }
    const torch::Tensor eye = torch::eye(mean.size(-1), mean.options().requires_grad(false)).expand_as(factor);
    const torch::Tensor inverse = torch::linalg_solve_triangular(factor, eye, /*upper=*/false);  // [M, B, Z, Z]
    return -0.5 * torch::einsum("mbij,mnbj->mnbi", {inverse, away}).square().sum(-1) -
           logDeterminant(factor).unsqueeze(1) - constant;
}

torch::Tensor Gaussian::meanCovariance() const {
    return diagonal() ? torch::diag_embed(stddev.square().mean(1))
                      : torch::matmul(factor, factor.transpose(-1, -2)).mean(1);
}

Gaussian Gaussian::narrow(std::int64_t first, std::int64_t count) const {
    const auto part = [&](const torch::Tensor& whole) {
        return whole.defined() ? whole.narrow(1, first, count) : torch::Tensor();
    };
    return {part(mean), part(stddev), part(logVariance), part(factor)};
}

Gaussian Gaussian::chosen(const torch::Tensor& index) const {
    const auto part = [&](const torch::Tensor& whole) {
        return whole.defined() ? chosenRows(whole, index) : torch::Tensor();
    };
    return {part(mean), part(stddev), part(logVariance), part(factor)};
}

Gaussian Gaussian::detached() const {
    const auto part = [](const torch::Tensor& whole) { return whole.defined() ? whole.detach() : whole; };
    return {part(mean), part(stddev), part(logVariance), part(factor)};
}

Gaussian Gaussian::to(torch::ScalarType type) const {
    const auto converted = [&](const torch::Tensor& values) { return values.defined() ? values.to(type) : values; };
    return {converted(mean), converted(stddev), converted(logVariance), converted(factor)};
}

torch::Tensor chosenRows(const torch::Tensor& values, const torch::Tensor& index) {
    std::vector<std::int64_t> narrow{index.size(0), index.size(1)}, wide = narrow;
    for (std::int64_t dim = 2; dim < values.dim(); ++dim) {
        narrow.push_back(1);
        wide.push_back(values.size(dim));
    }
    return values.gather(1, index.reshape(narrow).expand(wide));
}

Gaussian concatenated(const std::vector<Gaussian>& parts) {
    const auto joined = [&](torch::Tensor Gaussian::*member) {
        std::vector<torch::Tensor> tensors;
        for (const Gaussian& part : parts) {
            if ((part.*member).defined()) {
                tensors.push_back(part.*member);
            }
        }
        return tensors.empty() ? torch::Tensor() : torch::cat(tensors, 1);
    };
    return {joined(&Gaussian::mean), joined(&Gaussian::stddev), joined(&Gaussian::logVariance),
            joined(&Gaussian::factor)};
}

}  // namespace elbo
