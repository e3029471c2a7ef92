#include "models/likelihood/decoder.h"

#include "models/network/implicit_network.h"
#include "models/network/networks.h"
#include "models/tensor/torch.h"

namespace elbo {
namespace {

/// A network whose outputs are the parameters of a likelihood.
class LikelihoodDecoder : public Decoder, public Factorised {
  public:
    LikelihoodDecoder(const ModelSpec& spec, ParameterLayout& layout, const DataShape& data,
                      const Likelihood& likelihood)
        : dataDim_(data.dim),
          likelihood_(likelihood),
          network_(makeDecoderNetwork(spec, layout, data, likelihood.outputs())) {}

    LikelihoodBatch of(const FleetParameters& parameters, const torch::Tensor& z) const override {
        return likelihood_.read(parameters, network_->forward(parameters, z));
    }
    const Likelihood& likelihood() const override { return likelihood_; }

    torch::Tensor sample(const FleetParameters& parameters, const torch::Tensor& z, const torch::Tensor& noise,
                         double relaxation) const override {
        const LikelihoodBatch batch = of(parameters, z);
        return batch.family().sample(batch, noise, relaxation);
    }
    LikelihoodBatch moments(const FleetParameters& parameters, const torch::Tensor& z) const override {
        return of(parameters, z);
    }
    const Factorised* factorised() const override { return this; }
    void initialise(FleetParameters& parameters, torch::Generator& generator) const override {
        network_->initialise(parameters, generator);
        likelihood_.initialise(parameters);
    }
    int noise() const override { return dataDim_; }
    const Network& network() const override { return *network_; }

  private:
    int dataDim_;
    Likelihood likelihood_;
    std::shared_ptr<const Network> network_;
};

/// A network that takes the code and noise and puts out x itself: samples without a density.
class ImplicitDecoder : public Decoder {
  public:
    ImplicitDecoder(const ModelSpec& spec, ParameterLayout& layout, const DataShape& data)
        : spec_(spec), network_(makeDecoderNetwork(spec, layout, data, data.dim)) {}

    torch::Tensor sample(const FleetParameters& parameters, const torch::Tensor& z, const torch::Tensor& noise,
                         double /*relaxation*/) const override {
        return network_->forward(parameters, withNoise(z, noise));
    }
    LikelihoodBatch moments(const FleetParameters& parameters, const torch::Tensor& z) const override {
        const Moments moments = momentsOf(*network_, parameters, z, spec_.decoderNoise);
        const double floor = spec_.minimumStddev * spec_.minimumStddev;
        return {LikelihoodKind::Gaussian, moments.mean, (moments.variance + floor).log()};
    }
    void initialise(FleetParameters& parameters, torch::Generator& generator) const override {
        network_->initialise(parameters, generator);
    }
    int noise() const override { return spec_.decoderNoise; }
    const Network& network() const override { return *network_; }

  private:
    ModelSpec spec_;
    std::shared_ptr<const Network> network_;
};

}  // namespace

std::shared_ptr<const Decoder> makeDecoder(const ModelSpec& spec, ParameterLayout& layout, const DataShape& data,
                                           const Likelihood& likelihood) {
    if (spec.decoderNoise > 0) {
        return std::make_shared<const ImplicitDecoder>(spec, layout, data);
    }
    return std::make_shared<const LikelihoodDecoder>(spec, layout, data, likelihood);
}

}  // namespace elbo
