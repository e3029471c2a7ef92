#include "models/posterior/diagonal_gaussian.h"

#include "models/network/networks.h"

namespace elbo {

DiagonalGaussianPosterior::DiagonalGaussianPosterior(const ModelSpec& spec, ParameterLayout& layout,
                                                     const DataShape& data)
    : spec_(spec), network_(makeEncoderNetwork(spec, layout, data, 2 * spec.latentDim)) {}

std::unique_ptr<PosteriorBatch> DiagonalGaussianPosterior::of(const FleetParameters& parameters,
                                                              const torch::Tensor& x) const {
    return std::make_unique<GaussianBatch>(Gaussian::fromOutputs(network_->forward(parameters, x), spec_));
}

void DiagonalGaussianPosterior::initialise(FleetParameters& parameters, torch::Generator& generator) const {
    network_->initialise(parameters, generator);
}

}  // namespace elbo
