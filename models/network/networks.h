// The registry of networks. No tensor.
//
// To add one: 1. a pair of files with a class derived from Network (network.h); 2. its line in networks.cpp, which says
// what it heeds. One that sees images finds their sides, its own side of the model and its channels in NetworkShape,
// and refuses what it cannot be built for by std::invalid_argument, in words for the user. Files, panel, `elboroom list
// models`, reference pages and the test over all networks (tst_networks) read the registry.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/spec/data_shape.h"
#include "models/spec/model_spec.h"
#include "models/spec/registry.h"

namespace elbo {

class Network;
class ParameterLayout;

/// On which side of a network the data are.
enum class NetworkRole {
    Encoder,  ///< its input is an example, and after it noise where `inputs` is more than an example has values
    Decoder,  ///< its output is `outputs` / data.dim values for every value of an example
};

/// What a network is asked to be. Widths list the hidden layers only; none: a linear map.
struct NetworkShape {
    int inputs = 0;
    std::vector<int> hidden;
    int outputs = 0;
    Activation activation = Activation::Relu;
    // For networks that see images.
    NetworkRole role = NetworkRole::Encoder;
    DataShape data{};
    std::vector<int> channels{};  ///< one entry for every halving of the sides, or doubling, in the order of the layers
};

/// What a network heeds of its shape besides its widths.
struct NetworkTraits {
    bool images = false;      ///< the sides of the data and the channels; it can be built for images only
    bool activation = false;  ///< the activation
};

const std::vector<RegistryRow>& networkRows();

/// Nothing for a name that is in no row.
NetworkTraits networkTraits(const std::string& name);

/// Registers the parameters in `layout` under names that begin with "prefix.". Throws std::invalid_argument for a name
/// that is in no row, and in words for the user for a shape that the network cannot have.
std::shared_ptr<const Network> makeNetwork(const std::string& name, ParameterLayout& layout, const std::string& prefix,
                                           const NetworkShape& shape);

/// The network from examples, and noise where the encoder is implicit, to `outputs` values; under "encoder.".
std::shared_ptr<const Network> makeEncoderNetwork(const ModelSpec& spec, ParameterLayout& layout, const DataShape& data,
                                                  int outputs);

/// The network from codes, and noise where the decoder is implicit, to `outputs` values; under "decoder.".
std::shared_ptr<const Network> makeDecoderNetwork(const ModelSpec& spec, ParameterLayout& layout, const DataShape& data,
                                                  int outputs);

}  // namespace elbo
