#include "models/network/networks.h"

#include "models/network/mlp.h"
#include "models/network/residual_mlp.h"

namespace elbo {
namespace {

using Make = std::shared_ptr<const Network> (*)(ParameterLayout&, const std::string&, const NetworkShape&);

template <class Entry>
std::shared_ptr<const Network> make(ParameterLayout& layout, const std::string& prefix, const NetworkShape& shape) {
    return std::make_shared<const Entry>(layout, prefix, shape.inputs, shape.hidden, shape.outputs, shape.activation);
}

const Registry<Make>& registry() {
    static const Registry<Make> kRegistry(
        "network", {{{"mlp", "MLP", "Fully connected layers, an activation after each but the last."}, &make<Mlp>},
                    {{"residual_mlp", "Residual MLP",
                      "Fully connected layers; one that is as wide as the layer before it adds to its input."},
                     &make<ResidualMlp>}});
    return kRegistry;
}

}  // namespace

const std::vector<RegistryRow>& networkRows() {
    return registry().rows();
}

std::shared_ptr<const Network> makeNetwork(const std::string& name, ParameterLayout& layout, const std::string& prefix,
                                           const NetworkShape& shape) {
    return registry().find(name)(layout, prefix, shape);
}

}  // namespace elbo
