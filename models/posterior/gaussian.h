// Gaussian posteriors of a batch, diagonal or with a full covariance.
#pragma once

#include <torch/types.h>

#include "models/spec/model_spec.h"

namespace elbo {

/// N(mean, covariance) for every example of a batch. Latent units.
struct Gaussian {
    torch::Tensor mean;         ///< [M, B, Z]
    torch::Tensor stddev;       ///< [M, B, Z], of every dimension alone
    torch::Tensor logVariance;  ///< [M, B, Z], twice its logarithm
    torch::Tensor factor{};     ///< [M, B, Z, Z], lower triangular L with covariance L L^T; undefined: diagonal

    /// From raw network outputs [M, B, 2 Z]: the first Z are the means, the rest become scales as `spec` says.
    static Gaussian fromOutputs(const torch::Tensor& outputs, const ModelSpec& spec);

    /// With independent dimensions; mean and stddev of one shape.
    static Gaussian of(const torch::Tensor& mean, const torch::Tensor& stddev);

    bool diagonal() const { return !factor.defined(); }

    /// z = mean + L noise, noise [B, Z] or [M, B, Z]; returns [M, B, Z].
    torch::Tensor sample(const torch::Tensor& noise) const;

    /// KL(q(z|x) || N(0, I)) in nats, [M, B].
    torch::Tensor rate() const;

    /// The same of every latent dimension, [M, B, Z]; of a diagonal Gaussian.
    torch::Tensor rateByDimension() const;

    /// log q(z|x) in nats, [M, B]; z: [B, Z] or [M, B, Z].
    torch::Tensor logDensity(const torch::Tensor& z) const;

    /// log q(z_i|x_j) for all pairs but for the constant of the normal density, [M, i, j]; z: [M, N, Z].
    torch::Tensor pairs(const torch::Tensor& z) const;

    /// log q(z_i|x_j) in nats for all pairs, [M, i, j], from differences: pairs() loses digits where standard
    /// deviations are small. Holds a block [M, i, j, Z]; z: [M, N, Z].
    torch::Tensor logDensities(const torch::Tensor& z) const;

    /// Mean covariance over the batch, [M, Z, Z].
    torch::Tensor meanCovariance() const;

    /// The posteriors [first, first + count) of the batch.
    Gaussian narrow(std::int64_t first, std::int64_t count) const;
    /// The posteriors that `index` [M, N] names, one after the other.
    Gaussian chosen(const torch::Tensor& index) const;
    /// The same without a graph behind it.
    Gaussian detached() const;
    /// In this precision.
    Gaussian to(torch::ScalarType type) const;
};

/// The rows of `values` [M, B, ...] that `index` [M, N] names, [M, N, ...]; differentiable.
torch::Tensor chosenRows(const torch::Tensor& values, const torch::Tensor& index);

/// Several batches of the same members, one after the other.
Gaussian concatenated(const std::vector<Gaussian>& parts);

/// Standard deviation and log variance from a raw output, any shape.
struct Scale {
    torch::Tensor stddev;
    torch::Tensor logVariance;
};
Scale scaleFromOutput(const torch::Tensor& output, ScaleKind kind, double minimumStddev);

}  // namespace elbo
