// Encoder, posterior, decoder and likelihood as one architecture over a fleet of parameters.
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <memory>

#include "models/fleet/fleet_parameters.h"
#include "models/fleet/generator.h"
#include "models/likelihood/likelihood.h"
#include "models/network/mlp.h"
#include "models/posterior/posterior.h"
#include "models/spec/model_spec.h"

namespace elbo {

/// The architecture; it holds no values, so one instance serves the trainer's buffer and any snapshot's. Any thread.
class LatentModel {
  public:
    LatentModel(const ModelSpec& spec, int dataDim);

    const ModelSpec& spec() const { return spec_; }
    int dataDim() const { return dataDim_; }
    int latentDim() const { return spec_.latentDim; }
    const std::shared_ptr<const ParameterLayout>& layout() const { return layout_; }

    /// The same initial weights for every member, a function of `seed`.
    void initialise(FleetParameters& parameters, std::uint64_t seed) const;

    /// q(z|x), x: [B, D] or [M, B, D]; the posterior's tensors are [M, B, Z]. Of an implicit encoder: the Gaussian with
    /// the moments of kMomentDraws codes per example, so that its rate is below the true one.
    DiagonalGaussian encode(const FleetParameters& parameters, const torch::Tensor& x) const;

    /// Codes z ~ q(z|x), [M, B, Z], for posterior noise [B, posteriorNoise()]; differentiable.
    torch::Tensor codes(const FleetParameters& parameters, const torch::Tensor& x, const torch::Tensor& noise) const;

    /// p(x|z), z: [B, Z] or [M, B, Z]; location [M, B, D]. Of an implicit decoder: the Gaussian with the moments of
    /// kMomentDraws samples per code.
    LikelihoodBatch decode(const FleetParameters& parameters, const torch::Tensor& z) const;

    /// Samples x ~ p(x|z), [M, B, D], for likelihood noise [B, likelihoodNoise()]; differentiable. Bernoulli values are
    /// relaxed with the given temperature (Maddison et al. 2017; Jang et al. 2017).
    torch::Tensor samples(const FleetParameters& parameters, const torch::Tensor& z, const torch::Tensor& noise,
                          double relaxation) const;

    /// Widths of the standard normal values that a code and a sample take.
    int posteriorNoise() const { return implicitEncoder() ? spec_.encoderNoise : spec_.latentDim; }
    int likelihoodNoise() const { return implicitDecoder() ? spec_.decoderNoise : dataDim_; }
    bool implicitEncoder() const { return spec_.encoderNoise > 0; }
    bool implicitDecoder() const { return spec_.decoderNoise > 0; }

    static constexpr int kMomentDraws = 16;

  private:
    /// The layout is filled by the parts, so they are built in one place and in one order.
    LatentModel(const ModelSpec& spec, int dataDim, const std::shared_ptr<ParameterLayout>& layout);

    ModelSpec spec_;
    int dataDim_;
    std::shared_ptr<const ParameterLayout> layout_;
    Likelihood likelihood_;
    Mlp encoder_;
    Mlp decoder_;
};

}  // namespace elbo
