// Layers of convolutions and transposed convolutions of a fleet: the part that all networks of images share.
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <string>

#include "models/fleet/fleet_parameters.h"
#include "models/network/image_maps.h"
#include "models/network/network.h"

namespace elbo {

/// What a layer does to a map; sizes in pixels.
struct ConvShape {
    int inputs = 0;  ///< channels
    int outputs = 0;
    MapSize kernel{};
    MapSize stride{};
    int padding = 0;  ///< zeros around the map; of a transposed one: pixels cut off around the result
    bool transposed = false;
    int outputPadding = 0;  ///< of a transposed one: pixels added below and on the right; negative: taken away there

    /// The size of the result for a map of this size.
    MapSize resultOf(const MapSize& from) const;
    /// Weights that bear on a value of the result, on average: fewer than its kernel has where a stride spreads them.
    double fanIn() const;
};

/// One convolution for the whole fleet: a grouped one, with a group for each member, over maps [B, M * C, H, W]. It is
/// one call with M times the work, where a loop over members would be M small ones and as many steps of autograd, and
/// a group is computed as a lone model is.
struct ConvLayer {
    std::size_t weight = 0;  ///< slots of the layout
    std::size_t bias = 0;
    ConvShape shape;
    MapSize from;  ///< of the maps that it sees

    /// Registers "name.weight", [outputs, inputs, height, width] (transposed: inputs first), and "name.bias",
    /// [outputs].
    static ConvLayer add(ParameterLayout& layout, const std::string& name, const ConvShape& shape, const MapSize& from);

    MapSize to() const { return shape.resultOf(from); }

    /// maps: [B, inputs, H, W] shared by the fleet, or [B, M * inputs, H, W]. Returns [B, M * outputs, H', W'].
    torch::Tensor forward(const FleetParameters& parameters, const torch::Tensor& maps) const;

    /// Uniform in +-1/sqrt(fan-in) for weights and biases, drawn once and given to every member.
    void initialise(FleetParameters& parameters, torch::Generator& generator) const;
    /// Weights N(0, stddev^2), biases 0.
    void initialiseNormal(FleetParameters& parameters, double stddev, torch::Generator& generator) const;

    NetworkCost cost() const;
};

}  // namespace elbo
