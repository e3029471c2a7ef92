#include "models/prior/priors.h"

#include <type_traits>

#include "models/prior/gaussian_mixture.h"
#include "models/prior/maf.h"
#include "models/prior/standard_normal.h"
#include "models/prior/vamp.h"

namespace elbo {
namespace {

using Make = std::shared_ptr<const Prior> (*)(const ModelSpec&, ParameterLayout&, const DataShape&,
                                              const std::shared_ptr<const Posterior>&);

/// Most priors know nothing of data and posterior, and their constructors do not ask for them.
template <class Entry>
std::shared_ptr<const Prior> make(const ModelSpec& spec, ParameterLayout& layout, const DataShape& data,
                                  const std::shared_ptr<const Posterior>& posterior) {
    if constexpr (std::is_constructible_v<Entry, const ModelSpec&, ParameterLayout&>) {
        return std::make_shared<const Entry>(spec, layout);
    } else {
        return std::make_shared<const Entry>(spec, layout, data, posterior);
    }
}

const Registry<Make>& registry() {
    static const Registry<Make> kRegistry(
        "prior", {{{"standard_normal", "Standard normal", "N(0, I), fixed."}, &make<StandardNormalPrior>},
                  {{"gaussian_mixture", "Mixture",
                    "A mixture of model.prior_components diagonal Gaussians whose means, scales and weights are "
                    "trained with the model."},
                   &make<GaussianMixturePrior>},
                  {{"maf", "Flow",
                    "N(0, I) moved by masked autoregressive networks, one for each flow step, trained with the model: "
                    "a mean-only MAF."},
                   &make<MafPrior>},
                  {{"vamp", "VampPrior",
                    "The mean of q(z|u) over model.prior_components weighed pseudo-inputs u: examples that are trained "
                    "with the model and start as training examples."},
                   &make<VampPrior>}});
    return kRegistry;
}

}  // namespace

const std::vector<RegistryRow>& priorRows() {
    return registry().rows();
}

std::shared_ptr<const Prior> makePrior(const ModelSpec& spec, ParameterLayout& layout, const DataShape& data,
                                       const std::shared_ptr<const Posterior>& posterior) {
    return registry().find(spec.prior)(spec, layout, data, posterior);
}

}  // namespace elbo
