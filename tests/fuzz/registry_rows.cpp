// The names of networks, posteriors and priors for a build without LibTorch: the real registries hold the functions
// that make what they name.
#include "models/network/networks.h"
#include "models/posterior/posteriors.h"
#include "models/prior/priors.h"

namespace elbo {

const std::vector<RegistryRow>& networkRows() {
    static const std::vector<RegistryRow> kRows{
        {"mlp", "", ""}, {"residual_mlp", "", ""}, {"conv", "", ""}, {"gated_conv", "", ""}, {"dcgan", "", ""}};
    return kRows;
}

NetworkTraits networkTraits(const std::string& name) {
    const bool dense = name == "mlp" || name == "residual_mlp";
    return {.images = !dense && hasRow(networkRows(), name), .activation = dense || name == "conv"};
}

const std::vector<RegistryRow>& posteriorRows() {
    static const std::vector<RegistryRow> kRows{
        {"diagonal_gaussian", "", ""}, {"full_gaussian", "", ""}, {"iaf", "", ""}, {"implicit", "", ""}};
    return kRows;
}

const std::vector<RegistryRow>& priorRows() {
    static const std::vector<RegistryRow> kRows{
        {"standard_normal", "", ""}, {"gaussian_mixture", "", ""}, {"maf", "", ""}};
    return kRows;
}

}  // namespace elbo
