// The diagonal Gaussian posterior q(z|x) of a batch.
#pragma once

#include <torch/types.h>

#include "models/spec/model_spec.h"

namespace elbo {

/// q(z|x) = N(mean, diag(stddev^2)) for every example of a batch; all tensors [M, B, Z]. Latent units.
struct DiagonalGaussian {
    torch::Tensor mean;
    torch::Tensor stddev;
    torch::Tensor logVariance;

    /// From raw network outputs [M, B, 2 Z]: the first Z are the means, the rest become scales as `spec` says.
    static DiagonalGaussian fromOutputs(const torch::Tensor& outputs, const ModelSpec& spec);

    /// z = mean + stddev * noise, noise [B, Z] or [M, B, Z]; returns [M, B, Z].
    torch::Tensor sample(const torch::Tensor& noise) const { return mean + stddev * noise; }

    /// KL(q(z|x) || N(0, I)) in nats, [M, B].
    torch::Tensor rate() const;

    /// The same of every latent dimension, [M, B, Z].
    torch::Tensor rateByDimension() const;

    /// log q(z|x) in nats, [M, B]; z: [B, Z] or [M, B, Z].
    torch::Tensor logDensity(const torch::Tensor& z) const;
};

/// Standard deviation and log variance from a raw output, any shape.
struct Scale {
    torch::Tensor stddev;
    torch::Tensor logVariance;
};
Scale scaleFromOutput(const torch::Tensor& output, ScaleKind kind, double minimumStddev);

}  // namespace elbo
