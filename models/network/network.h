// The seam of networks: what encoders, decoders and critics are made of.
#pragma once

#include <torch/types.h>

#include <cstdint>

#include "models/fleet/fleet_parameters.h"

namespace elbo {

class Mlp;

/// What one example costs in one forward pass.
struct NetworkCost {
    std::int64_t multiplications = 0;
    std::int64_t outputs = 0;  ///< numbers that a backward pass needs kept

    NetworkCost& operator+=(const NetworkCost& other) {
        multiplications += other.multiplications;
        outputs += other.outputs;
        return *this;
    }
};

/// A map from [.., inputs] to [.., outputs] for a whole fleet. Stateless apart from its slots in a ParameterLayout, so
/// that one instance serves the trainer's buffer and any snapshot's; any thread.
class Network {
  public:
    virtual ~Network() = default;

    /// x: [B, inputs] shared by the fleet, or [M, B, inputs]. Returns [M, B, outputs]. Differentiable.
    virtual torch::Tensor forward(const FleetParameters& parameters, torch::Tensor x) const = 0;

    /// Draws initial weights once and gives them to every member.
    virtual void initialise(FleetParameters& parameters, torch::Generator& generator) const = 0;

    virtual NetworkCost cost() const = 0;

    /// The plain layers that the fused kernels know; null where the network is something else.
    virtual const Mlp* mlp() const { return nullptr; }
};

}  // namespace elbo
