// Encoder, posterior, decoder and likelihood as one architecture over a fleet of parameters.
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <memory>

#include "models/fleet_parameters.h"
#include "models/likelihood.h"
#include "models/mlp.h"
#include "models/model_spec.h"
#include "models/posterior.h"

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

    /// x: [B, D] or [M, B, D]; the posterior's tensors are [M, B, Z].
    DiagonalGaussian encode(const FleetParameters& parameters, const torch::Tensor& x) const;

    /// z: [B, Z] or [M, B, Z]; location [M, B, D].
    LikelihoodBatch decode(const FleetParameters& parameters, const torch::Tensor& z) const;

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

/// A generator of the CPU seeded with `seed`; the project never draws from a global one.
torch::Generator makeGenerator(std::uint64_t seed);

}  // namespace elbo
