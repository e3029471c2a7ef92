// The seam of decoders: from codes to p(x|z).
#pragma once

#include <torch/types.h>

#include <memory>

#include "models/likelihood/likelihood.h"
#include "models/network/network.h"
#include "models/spec/data_shape.h"

namespace elbo {

/// A decoder whose p(x|z) has independent data dimensions given the code.
class Factorised {
  public:
    virtual ~Factorised() = default;
    /// p(x|z), z: [B, Z] or [M, B, Z]; location [M, B, D].
    virtual LikelihoodBatch of(const FleetParameters& parameters, const torch::Tensor& z) const = 0;
    virtual const Likelihood& likelihood() const = 0;
};

/// How codes become data. Stateless apart from its slots; any thread.
class Decoder {
  public:
    virtual ~Decoder() = default;

    /// -log p(x|z) in nats per example, [M, B]; x: [B, D] or [M, B, D].
    virtual torch::Tensor distortion(const FleetParameters& parameters, const torch::Tensor& z,
                                     const torch::Tensor& x) const {
        return moments(parameters, z).distortion(x);
    }

    /// E[x|z], [M, B, D].
    virtual torch::Tensor mean(const FleetParameters& parameters, const torch::Tensor& z) const {
        return moments(parameters, z).mean();
    }

    /// Samples x ~ p(x|z), [M, B, D], for noise [B, noise()]; differentiable. Values that jump are relaxed with the
    /// given temperature.
    virtual torch::Tensor sample(const FleetParameters& parameters, const torch::Tensor& z, const torch::Tensor& noise,
                                 double relaxation) const = 0;

    /// The factorised likelihood that it is, or, where it has samples only, the Gaussian with their moments.
    virtual LikelihoodBatch moments(const FleetParameters& parameters, const torch::Tensor& z) const = 0;
    /// Null where p(x|z) does not factorise over data dimensions, or has no density.
    virtual const Factorised* factorised() const { return nullptr; }

    virtual void initialise(FleetParameters& parameters, torch::Generator& generator) const = 0;
    /// Width of the standard normal values that a sample takes.
    virtual int noise() const = 0;
    virtual const Network& network() const = 0;
};

/// The decoder of `spec`: implicit where it has decoder noise, else a likelihood. Registers "decoder.*"; the
/// likelihood's own slot was registered before.
std::shared_ptr<const Decoder> makeDecoder(const ModelSpec& spec, ParameterLayout& layout, const DataShape& data,
                                           const Likelihood& likelihood);

}  // namespace elbo
