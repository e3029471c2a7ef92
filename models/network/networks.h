// The registry of networks. No tensor.
//
// To add one: 1. a pair of files with a class derived from Network (network.h); 2. its line in networks.cpp. Files,
// panel, `elboroom list models`, reference pages and the test over all networks (tst_networks) read the registry.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/spec/model_spec.h"
#include "models/spec/registry.h"

namespace elbo {

class Network;
class ParameterLayout;

/// What a network is asked to be. Widths list the hidden layers only; none: a linear map.
struct NetworkShape {
    int inputs = 0;
    std::vector<int> hidden;
    int outputs = 0;
    Activation activation = Activation::Relu;
};

const std::vector<RegistryRow>& networkRows();

/// Registers the parameters in `layout` under names that begin with "prefix.". Throws std::invalid_argument for a name
/// that is in no row.
std::shared_ptr<const Network> makeNetwork(const std::string& name, ParameterLayout& layout, const std::string& prefix,
                                           const NetworkShape& shape);

}  // namespace elbo
