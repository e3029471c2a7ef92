#include "models/posterior/posteriors.h"

#include "models/posterior/diagonal_gaussian.h"
#include "models/posterior/full_gaussian.h"
#include "models/posterior/iaf.h"
#include "models/posterior/implicit_posterior.h"

namespace elbo {
namespace {

using Make = std::shared_ptr<const Posterior> (*)(const ModelSpec&, ParameterLayout&, const DataShape&);

template <class Entry>
std::shared_ptr<const Posterior> make(const ModelSpec& spec, ParameterLayout& layout, const DataShape& data) {
    return std::make_shared<const Entry>(spec, layout, data);
}

const Registry<Make>& registry() {
    static const Registry<Make> kRegistry(
        "posterior",
        {{{"diagonal_gaussian", "Diagonal", "Gaussian: a mean and a standard deviation per latent dimension."},
          &make<DiagonalGaussianPosterior>},
         {{"full_gaussian", "Full covariance",
           "Gaussian: a mean and a triangular factor of the covariance: latent dimensions may depend on each other."},
          &make<FullGaussianPosterior>},
         {{"iaf", "Flow",
           "A diagonal Gaussian moved by masked autoregressive networks, one for each flow step: a mean-only IAF."},
          &make<IafPosterior>},
         {{"implicit", "Implicit",
           "The encoder takes model.encoder_noise values of noise and puts out the code itself: samples, no density."},
          &make<ImplicitPosterior>}});
    return kRegistry;
}

}  // namespace

const std::vector<RegistryRow>& posteriorRows() {
    return registry().rows();
}

std::shared_ptr<const Posterior> makePosterior(const ModelSpec& spec, ParameterLayout& layout, const DataShape& data) {
    return registry().find(spec.posteriorName())(spec, layout, data);
}

}  // namespace elbo
