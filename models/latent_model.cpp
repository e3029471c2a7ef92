#include "models/latent_model.h"

#include <ATen/CPUGeneratorImpl.h>

namespace elbo {

torch::Generator makeGenerator(std::uint64_t seed) {
    return at::make_generator<at::CPUGeneratorImpl>(seed);
}

LatentModel::LatentModel(const ModelSpec& spec, int dataDim)
    : LatentModel(spec, dataDim, std::make_shared<ParameterLayout>()) {}

LatentModel::LatentModel(const ModelSpec& spec, int dataDim, const std::shared_ptr<ParameterLayout>& layout)
    : spec_(spec),
      dataDim_(dataDim),
      layout_(layout),
      likelihood_(*layout, spec, dataDim),
      encoder_(*layout, "encoder", dataDim, spec.encoder, 2 * spec.latentDim, spec.activation),
      decoder_(*layout, "decoder", spec.latentDim, spec.decoder, likelihood_.outputs(), spec.activation) {}

void LatentModel::initialise(FleetParameters& parameters, std::uint64_t seed) const {
    torch::Generator generator = makeGenerator(seed);
    encoder_.initialise(parameters, generator);
    decoder_.initialise(parameters, generator);
    likelihood_.initialise(parameters);
}

DiagonalGaussian LatentModel::encode(const FleetParameters& parameters, const torch::Tensor& x) const {
    return DiagonalGaussian::fromOutputs(encoder_.forward(parameters, x), spec_);
}

LikelihoodBatch LatentModel::decode(const FleetParameters& parameters, const torch::Tensor& z) const {
    return likelihood_.read(parameters, decoder_.forward(parameters, z));
}

}  // namespace elbo
