#include "models/prior/prior.h"

#include <torch/autograd.h>

#include "models/tensor/torch.h"

namespace elbo {

torch::Tensor Prior::score(const FleetParameters& parameters, const torch::Tensor& z) const {
    const torch::AutoGradMode gradients(true);
    const torch::Tensor codes = z.detach().clone().requires_grad_();
    const torch::Tensor density = logDensity(parameters, codes).sum();
    return torch::autograd::grad({density}, {codes})[0];
}

}  // namespace elbo
