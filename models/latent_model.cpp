#include "models/latent_model.h"

#include "models/posterior/posteriors.h"
#include "models/prior/priors.h"
#include "models/tensor/torch.h"

namespace elbo {

LatentModel::LatentModel(const ModelSpec& spec, const DataShape& data) : spec_(spec), data_(data) {
    // The order of the parts is that of the parameters in a buffer, and so of every checkpoint.
    const auto layout = std::make_shared<ParameterLayout>();
    layout_ = layout;
    const Likelihood likelihood(*layout, spec, data.dim);
    encoderColumns_.first = layout->size();
    posterior_ = makePosterior(spec, *layout, data);
    encoderColumns_.count = layout->size() - encoderColumns_.first;
    decoder_ = makeDecoder(spec, *layout, data, likelihood);
    prior_ = makePrior(spec, *layout, data, posterior_);
}

void LatentModel::initialise(FleetParameters& parameters, std::uint64_t seed) const {
    torch::Generator generator = makeGenerator(seed);
    posterior_->initialise(parameters, generator);
    decoder_->initialise(parameters, generator);
    prior_->initialise(parameters, generator);
}

Gaussian LatentModel::encode(const FleetParameters& parameters, const torch::Tensor& x) const {
    return posterior_->of(parameters, x)->moments();
}

torch::Tensor LatentModel::codes(const FleetParameters& parameters, const torch::Tensor& x,
                                 const torch::Tensor& noise) const {
    return posterior_->codes(parameters, x, noise);
}

LikelihoodBatch LatentModel::decode(const FleetParameters& parameters, const torch::Tensor& z) const {
    return decoder_->moments(parameters, z);
}

torch::Tensor LatentModel::samples(const FleetParameters& parameters, const torch::Tensor& z,
                                   const torch::Tensor& noise, double relaxation) const {
    return decoder_->sample(parameters, z, noise, relaxation);
}

}  // namespace elbo
