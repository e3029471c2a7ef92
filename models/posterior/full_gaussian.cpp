#include "models/posterior/full_gaussian.h"

#include "models/network/networks.h"
#include "models/tensor/torch.h"

namespace elbo {
namespace {

int belowDiagonal(int latent) {
    return latent * (latent - 1) / 2;
}

}  // namespace

FullGaussianPosterior::FullGaussianPosterior(const ModelSpec& spec, ParameterLayout& layout, const DataShape& data)
    : spec_(spec),
      network_(makeEncoderNetwork(spec, layout, data, 2 * spec.latentDim + belowDiagonal(spec.latentDim))) {}

std::unique_ptr<PosteriorBatch> FullGaussianPosterior::of(const FleetParameters& parameters,
                                                          const torch::Tensor& x) const {
    const std::int64_t latent = spec_.latentDim;
    const torch::Tensor outputs = network_->forward(parameters, x);
    const Gaussian diagonal = Gaussian::fromOutputs(outputs.narrow(-1, 0, 2 * latent), spec_);
    if (latent == 1) {
        return std::make_unique<GaussianBatch>(diagonal);
    }
    // Rows of the entries below the diagonal, each filled up with zeros: no write in place, which autograd would copy.
    std::vector<torch::Tensor> rows;
    std::int64_t taken = 2 * latent;
    for (std::int64_t row = 0; row < latent; ++row) {
        rows.push_back(torch::constant_pad_nd(outputs.narrow(-1, taken, row), {0, latent - row}));
        taken += row;
    }
    const torch::Tensor factor = torch::stack(rows, -2) + torch::diag_embed(diagonal.stddev);
    const torch::Tensor variance = factor.square().sum(-1);
    return std::make_unique<GaussianBatch>(Gaussian{diagonal.mean, variance.sqrt(), variance.log(), factor});
}

void FullGaussianPosterior::initialise(FleetParameters& parameters, torch::Generator& generator) const {
    network_->initialise(parameters, generator);
}

}  // namespace elbo
