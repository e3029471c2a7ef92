#include "models/prior/priors.h"

#include "models/prior/gaussian_mixture.h"
#include "models/prior/maf.h"
#include "models/prior/standard_normal.h"

namespace elbo {
namespace {

using Make = std::shared_ptr<const Prior> (*)(const ModelSpec&, ParameterLayout&);

template <class Entry>
std::shared_ptr<const Prior> make(const ModelSpec& spec, ParameterLayout& layout) {
    return std::make_shared<const Entry>(spec, layout);
}

const Registry<Make>& registry() {
    static const Registry<Make> kRegistry(
        "prior", {{{"standard_normal", "Standard normal", "N(0, I), fixed."}, &make<StandardNormalPrior>},
                  {{"gaussian_mixture", "Mixture",
                    "A mixture of model.prior_components diagonal Gaussians whose means, scales and weights are "
                    "trained with the model."},
                   &make<GaussianMixturePrior>},
                  {{"maf", "Flow",
                    "N(0, I) moved by model.flow_steps masked autoregressive networks that are trained with the model: "
                    "a mean-only MAF."},
                   &make<MafPrior>}});
    return kRegistry;
}

}  // namespace

const std::vector<RegistryRow>& priorRows() {
    return registry().rows();
}

std::shared_ptr<const Prior> makePrior(const ModelSpec& spec, ParameterLayout& layout) {
    return registry().find(spec.prior)(spec, layout);
}

}  // namespace elbo
