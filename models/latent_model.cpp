#include "models/latent_model.h"

#include <torch/torch.h>

#include <numbers>

namespace elbo {

namespace {

/// Each row of `input` [.., B, D] with the noise [B, K] of its place appended: [.., B, D + K].
torch::Tensor withNoise(const torch::Tensor& input, const torch::Tensor& noise) {
    std::vector<std::int64_t> shape = input.sizes().vec();
    shape.back() = noise.size(-1);
    return torch::cat({input, noise.expand(shape)}, -1);
}

/// Mean and variance of a quantity over noise drawn once and for all.
struct Moments {
    torch::Tensor mean;      ///< [M, B, ..]
    torch::Tensor variance;  ///< likewise
};

Moments momentsOf(const Mlp& network, const FleetParameters& parameters, const torch::Tensor& input, int noiseWidth) {
    constexpr std::uint64_t kSeed = 0x6d6f6d656e7473ULL;
    constexpr std::int64_t kDraws = LatentModel::kMomentDraws;
    torch::Generator generator = makeGenerator(kSeed);
    const torch::Tensor noise = torch::randn({kDraws, noiseWidth}, generator, torch::kFloat64).to(input.options());
    const std::int64_t rows = input.size(-2);
    // Rows of one example stand together: [.., B, draws, D].
    std::vector<std::int64_t> shape = input.sizes().vec();
    shape.insert(shape.end() - 1, kDraws);
    const torch::Tensor repeated = withNoise(input.unsqueeze(-2).expand(shape), noise).flatten(-3, -2);
    const torch::Tensor output = network.forward(parameters, repeated);
    const torch::Tensor grouped = output.reshape({output.size(0), rows, kDraws, output.size(-1)});
    return {grouped.mean(2), grouped.var(2, /*unbiased=*/false)};
}

}  // namespace

LatentModel::LatentModel(const ModelSpec& spec, int dataDim)
    : LatentModel(spec, dataDim, std::make_shared<ParameterLayout>()) {}

LatentModel::LatentModel(const ModelSpec& spec, int dataDim, const std::shared_ptr<ParameterLayout>& layout)
    : spec_(spec),
      dataDim_(dataDim),
      layout_(layout),
      likelihood_(*layout, spec, dataDim),
      encoder_(*layout, "encoder", dataDim + spec.encoderNoise, spec.encoder,
               (spec.encoderNoise > 0 ? 1 : 2) * spec.latentDim, spec.activation),
      decoder_(*layout, "decoder", spec.latentDim + spec.decoderNoise, spec.decoder,
               spec.decoderNoise > 0 ? dataDim : likelihood_.outputs(), spec.activation) {}

void LatentModel::initialise(FleetParameters& parameters, std::uint64_t seed) const {
    torch::Generator generator = makeGenerator(seed);
    encoder_.initialise(parameters, generator);
    decoder_.initialise(parameters, generator);
    likelihood_.initialise(parameters);
}

DiagonalGaussian LatentModel::encode(const FleetParameters& parameters, const torch::Tensor& x) const {
    if (!implicitEncoder()) {
        return DiagonalGaussian::fromOutputs(encoder_.forward(parameters, x), spec_);
    }
    const Moments moments = momentsOf(encoder_, parameters, x, spec_.encoderNoise);
    const torch::Tensor variance = moments.variance + spec_.minimumStddev * spec_.minimumStddev;
    return {moments.mean, variance.sqrt(), variance.log()};
}

torch::Tensor LatentModel::codes(const FleetParameters& parameters, const torch::Tensor& x,
                                 const torch::Tensor& noise) const {
    return implicitEncoder() ? encoder_.forward(parameters, withNoise(x, noise)) : encode(parameters, x).sample(noise);
}

LikelihoodBatch LatentModel::decode(const FleetParameters& parameters, const torch::Tensor& z) const {
    if (!implicitDecoder()) {
        return likelihood_.read(parameters, decoder_.forward(parameters, z));
    }
    const Moments moments = momentsOf(decoder_, parameters, z, spec_.decoderNoise);
    const double floor = spec_.minimumStddev * spec_.minimumStddev;
    return {LikelihoodKind::Gaussian, moments.mean, (moments.variance + floor).log()};
}

torch::Tensor LatentModel::samples(const FleetParameters& parameters, const torch::Tensor& z,
                                   const torch::Tensor& noise, double relaxation) const {
    if (implicitDecoder()) {
        return decoder_.forward(parameters, withNoise(z, noise));
    }
    const LikelihoodBatch likelihood = decode(parameters, z);
    if (likelihood.kind == LikelihoodKind::Gaussian) {
        return likelihood.location + (0.5 * likelihood.logVariance).exp() * noise;
    }
    // A normal value made logistic through its distribution function; the ends are kept off 0 and 1.
    constexpr double kTiny = 1e-6;
    const torch::Tensor uniform = (0.5 * (1.0 + torch::erf(noise / std::numbers::sqrt2))).clamp(kTiny, 1.0 - kTiny);
    return torch::sigmoid((likelihood.location + uniform.log() - (-uniform).log1p()) / relaxation);
}

}  // namespace elbo
