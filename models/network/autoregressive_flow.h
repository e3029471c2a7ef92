// Flows made of masked autoregressive networks: invertible maps of the latent space that keep volumes.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "models/network/made.h"
#include "models/network/network.h"
#include "models/spec/model_spec.h"

namespace elbo {

/// f: ModelSpec::flowSteps times z <- z + mu_t(z), where mu_t is a Made with ModelSpec::flowHidden, which moves every
/// coordinate by what comes before it: before in the order of the latent dimensions or, in every second step of
/// FlowPermutation::Reverse, in the reverse order. The log determinant is 0. One flow serves both directions: forward()
/// takes one pass, inverse() the coordinates one after the other. It starts as the identity.
class AutoregressiveFlow {
  public:
    /// Registers the networks under "prefix.0", "prefix.1", ..., with a context of so many values.
    AutoregressiveFlow(ParameterLayout& layout, const std::string& prefix, const ModelSpec& spec, int context = 0);

    /// f(z), [M, B, Z]; z: [B, Z] or [M, B, Z]. `context`: [M, B, C], or [M, 1, C] for all rows; undefined without one.
    torch::Tensor forward(const FleetParameters& parameters, const torch::Tensor& z,
                          const torch::Tensor& context = {}) const;
    /// z with f(z) = y, likewise.
    torch::Tensor inverse(const FleetParameters& parameters, const torch::Tensor& y,
                          const torch::Tensor& context = {}) const;

    void initialise(FleetParameters& parameters, torch::Generator& generator) const;
    NetworkCost cost() const;
    /// How many codes at a time keep a layer of all `members` below 64 MB in single precision.
    std::int64_t codesAtOnce(std::int64_t members) const;

  private:
    bool reversed(std::size_t step) const;

    std::vector<std::unique_ptr<const Made>> steps_;
    FlowPermutation permutation_;
    std::int64_t widest_;  ///< numbers per code in the widest layer
};

}  // namespace elbo
