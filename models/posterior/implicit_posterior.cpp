#include "models/posterior/implicit_posterior.h"

#include "models/network/implicit_network.h"
#include "models/network/networks.h"
#include "models/tensor/torch.h"

namespace elbo {
namespace {

/// Moments as a Gaussian, samples as the network gives them.
class ImplicitBatch : public PosteriorBatch {
  public:
    ImplicitBatch(Gaussian moments, const Network& network, const FleetParameters& parameters, const torch::Tensor& x)
        : moments_(std::move(moments)), network_(network), parameters_(parameters), x_(x) {}

    torch::Tensor sample(const torch::Tensor& noise) const override {
        return network_.forward(parameters_, withNoise(x_, noise));
    }
    std::unique_ptr<PosteriorBatch> chosen(const torch::Tensor& index) const override {
        const torch::Tensor x = x_.expand({index.size(0), x_.size(-2), x_.size(-1)});
        return std::make_unique<ImplicitBatch>(moments_.chosen(index), network_, parameters_, chosenRows(x, index));
    }
    const Gaussian& moments() const override { return moments_; }

  private:
    Gaussian moments_;
    const Network& network_;
    const FleetParameters& parameters_;
    torch::Tensor x_;
};

}  // namespace

ImplicitPosterior::ImplicitPosterior(const ModelSpec& spec, ParameterLayout& layout, const DataShape& data)
    : spec_(spec), network_(makeEncoderNetwork(spec, layout, data, spec.latentDim)) {}

std::unique_ptr<PosteriorBatch> ImplicitPosterior::of(const FleetParameters& parameters, const torch::Tensor& x) const {
    const Moments moments = momentsOf(*network_, parameters, x, spec_.encoderNoise);
    const torch::Tensor variance = moments.variance + spec_.minimumStddev * spec_.minimumStddev;
    return std::make_unique<ImplicitBatch>(Gaussian{moments.mean, variance.sqrt(), variance.log()}, *network_,
                                           parameters, x);
}

torch::Tensor ImplicitPosterior::codes(const FleetParameters& parameters, const torch::Tensor& x,
                                       const torch::Tensor& noise) const {
    return network_->forward(parameters, withNoise(x, noise));
}

void ImplicitPosterior::initialise(FleetParameters& parameters, torch::Generator& generator) const {
    network_->initialise(parameters, generator);
}

}  // namespace elbo
