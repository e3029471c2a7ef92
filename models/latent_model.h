// Encoder, posterior, prior, decoder and likelihood as one architecture over a fleet of parameters.
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <memory>

#include "models/fleet/fleet_parameters.h"
#include "models/fleet/generator.h"
#include "models/likelihood/decoder.h"
#include "models/posterior/posterior.h"
#include "models/prior/prior.h"
#include "models/spec/data_shape.h"
#include "models/spec/model_spec.h"

namespace elbo {

/// The architecture; it holds no values, so one instance serves the trainer's buffer and any snapshot's. Any thread.
/// What its parts can do is asked of them: gaussian(), standardNormal(), factorised().
class LatentModel {
  public:
    LatentModel(const ModelSpec& spec, const DataShape& data);
    /// For points of so many coordinates.
    LatentModel(const ModelSpec& spec, int dataDim) : LatentModel(spec, DataShape::point(dataDim)) {}

    const ModelSpec& spec() const { return spec_; }
    const DataShape& data() const { return data_; }
    int dataDim() const { return data_.dim; }
    int latentDim() const { return spec_.latentDim; }
    const std::shared_ptr<const ParameterLayout>& layout() const { return layout_; }
    /// The columns of a parameter buffer that belong to the encoder: they stand together.
    ColumnRange encoderColumns() const { return encoderColumns_; }

    const Posterior& posterior() const { return *posterior_; }
    const Prior& prior() const { return *prior_; }
    const Decoder& decoder() const { return *decoder_; }

    /// The same initial weights for every member, a function of `seed`.
    void initialise(FleetParameters& parameters, std::uint64_t seed) const;

    /// q(z|x) as a Gaussian, x: [B, D] or [M, B, D]; its tensors are [M, B, Z]. Of a posterior that is none: the one
    /// with its moments, so that its rate is below the true one.
    Gaussian encode(const FleetParameters& parameters, const torch::Tensor& x) const;

    /// Codes z ~ q(z|x), [M, B, Z], for posterior noise [B, posteriorNoise()]; differentiable.
    torch::Tensor codes(const FleetParameters& parameters, const torch::Tensor& x, const torch::Tensor& noise) const;

    /// p(x|z), z: [B, Z] or [M, B, Z]; location [M, B, D]. Of an implicit decoder: the Gaussian with the moments of
    /// samples.
    LikelihoodBatch decode(const FleetParameters& parameters, const torch::Tensor& z) const;

    /// Samples x ~ p(x|z), [M, B, D], for likelihood noise [B, likelihoodNoise()]; differentiable.
    torch::Tensor samples(const FleetParameters& parameters, const torch::Tensor& z, const torch::Tensor& noise,
                          double relaxation) const;

    /// Widths of the standard normal values that a code, a draw of the prior and a sample take.
    int posteriorNoise() const { return posterior_->noise(); }
    int priorNoise() const { return prior_->noise(); }
    int likelihoodNoise() const { return decoder_->noise(); }

  private:
    ModelSpec spec_;
    DataShape data_;
    std::shared_ptr<const ParameterLayout> layout_;
    std::shared_ptr<const Posterior> posterior_;
    std::shared_ptr<const Decoder> decoder_;
    std::shared_ptr<const Prior> prior_;
    ColumnRange encoderColumns_;
};

}  // namespace elbo
