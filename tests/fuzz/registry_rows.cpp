// The names of networks, posteriors and priors for a build without LibTorch: the real registries hold the functions
// that make what they name.
#include "models/network/networks.h"
#include "models/posterior/posteriors.h"
#include "models/prior/priors.h"

namespace elbo {

const std::vector<RegistryRow>& networkRows() {
    static const std::vector<RegistryRow> kRows{{"mlp", "", ""}, {"residual_mlp", "", ""}};
    return kRows;
}

const std::vector<RegistryRow>& posteriorRows() {
    static const std::vector<RegistryRow> kRows{
        {"diagonal_gaussian", "", ""}, {"full_gaussian", "", ""}, {"implicit", "", ""}};
    return kRows;
}

const std::vector<RegistryRow>& priorRows() {
    static const std::vector<RegistryRow> kRows{{"standard_normal", "", ""}, {"gaussian_mixture", "", ""}};
    return kRows;
}

}  // namespace elbo
