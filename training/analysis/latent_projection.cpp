#include "training/analysis/latent_projection.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/tensor/torch.h"

namespace elbo {

namespace {

std::string axisName(int index) {
    return fmt::format("z{}", index + 1);
}

}  // namespace

LatentProjection::LatentProjection(const LatentPlane& plane, const torch::Tensor& mean,
                                   const torch::Tensor& covariance) {
    const auto dim = static_cast<int>(mean.size(0));
    if (plane.principal && dim > 2) {
        // eigh sorts ascending: the last two columns span the plane of largest variance.
        const auto [values, vectors] = torch::linalg_eigh(covariance);
        basis_ = torch::stack({vectors.select(1, dim - 1), vectors.select(1, dim - 2)}, 1);
        // Eigenvectors are known up to sign; the largest component is made positive so that the picture does not flip.
        for (int column = 0; column < 2; ++column) {
            torch::Tensor vector = basis_.select(1, column);
            if (vector[vector.abs().argmax()].item<double>() < 0.0) {
                vector.neg_();
            }
        }
        origin_ = mean;
        alongAxes_ = false;
        const double total = values.sum().item<double>();
        const auto axis = [&](int number) {
            const long percent = std::lround(100.0 * values[dim - number].item<double>() / total);
            return fmt::format("principal axis {} ({} %)", number, percent);
        };
        xAxis_ = axis(1);
        yAxis_ = axis(2);
        return;
    }
    const int first = std::clamp(plane.first, 0, dim - 1);
    const int second = std::clamp(plane.second, 0, dim - 1);
    const torch::Tensor identity = torch::eye(dim, mean.options());
    origin_ = torch::zeros_like(mean);
    if (dim == 1) {
        basis_ = identity;
        xAxis_ = std::string("z");
        return;
    }
    const int other = second == first ? (first + 1) % dim : second;
    basis_ = torch::stack({identity[first], identity[other]}, 1);
    xAxis_ = axisName(first);
    yAxis_ = axisName(other);
}

torch::Tensor LatentProjection::project(const torch::Tensor& codes) const {
    return torch::mm(codes - origin_, basis_);
}

torch::Tensor LatentProjection::lift(const torch::Tensor& points) const {
    return torch::mm(points, basis_.t()) + origin_;
}

torch::Tensor LatentProjection::priorMean() const {
    return torch::mv(basis_.t(), -origin_);
}

}  // namespace elbo
