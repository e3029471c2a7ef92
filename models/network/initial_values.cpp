#include "models/network/initial_values.h"

#include "models/tensor/torch.h"

namespace elbo {
namespace {

void giveToAll(const torch::Tensor& parameter, const torch::Tensor& values) {
    const torch::NoGradGuard noGradients;
    parameter.copy_(values.unsqueeze(0).expand_as(parameter));
}

}  // namespace

void drawUniform(const torch::Tensor& parameter, double bound, torch::Generator& generator) {
    const torch::Tensor values = torch::rand(parameter.sizes().slice(1), generator, torch::kFloat64);
    giveToAll(parameter, (values * 2.0 - 1.0) * bound);
}

void drawNormal(const torch::Tensor& parameter, double stddev, torch::Generator& generator) {
    const torch::Tensor values = torch::randn(parameter.sizes().slice(1), generator, torch::kFloat64);
    giveToAll(parameter, values * stddev);
}

}  // namespace elbo
