#include "training/tensors/tensor_values.h"

#include "models/tensor/torch.h"

namespace elbo {

namespace {

template <typename Scalar>
std::vector<Scalar> copyOut(const torch::Tensor& values, torch::ScalarType type) {
    const torch::Tensor host = values.detach().to(torch::kCPU, type).contiguous();
    return {host.data_ptr<Scalar>(), host.data_ptr<Scalar>() + host.numel()};
}

}  // namespace

std::vector<float> toFloats(const torch::Tensor& values) {
    return copyOut<float>(values, torch::kFloat32);
}

std::vector<double> toDoubles(const torch::Tensor& values) {
    return copyOut<double>(values, torch::kFloat64);
}

}  // namespace elbo
