#include "training/adam.h"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "models/kernels/kernel_table.h"

namespace elbo {

namespace {

/// One row on the CPU.
template <typename Scalar>
void stepRow(torch::Tensor& parameters, const torch::Tensor& gradients, torch::Tensor& first, torch::Tensor& second,
             std::int64_t member, const OptimiserSpec& spec, double stepSize, double rootCorrection) {
    const AdamConstants<Scalar> constants{
        static_cast<Scalar>(spec.beta1),          static_cast<Scalar>(spec.beta2),
        static_cast<Scalar>(1.0 - spec.beta1),    static_cast<Scalar>(1.0 - spec.beta2),
        static_cast<Scalar>(spec.epsilon),        static_cast<Scalar>(stepSize),
        static_cast<Scalar>(1.0 / rootCorrection)};
    const std::int64_t count = parameters.size(1);
    const auto row = [&](const torch::Tensor& tensor) { return tensor.data_ptr<Scalar>() + member * count; };
    kernelTable<Scalar>(cpuLevel())
        .adam(row(parameters), row(gradients), row(first), row(second), static_cast<std::size_t>(count), constants);
}

/// Any number of rows on any device.
void stepTensors(const torch::Tensor& parameters, const torch::Tensor& gradients, const torch::Tensor& first,
                 const torch::Tensor& second, const OptimiserSpec& spec, double stepSize, double rootCorrection) {
    first.mul_(spec.beta1).add_(gradients, 1.0 - spec.beta1);
    second.mul_(spec.beta2).addcmul_(gradients, gradients, 1.0 - spec.beta2);
    parameters.addcdiv_(first, second.sqrt().div_(rootCorrection).add_(spec.epsilon), -stepSize);
}

}  // namespace

Adam::Adam(const OptimiserSpec& spec, const torch::Tensor& parameters)
    : spec_(spec), first_(torch::zeros_like(parameters)), second_(torch::zeros_like(parameters)) {}

void Adam::step(torch::Tensor& parameters, const torch::Tensor& gradients, double rate,
                const std::vector<bool>& healthy) {
    ++steps_;
    const double correction1 = 1.0 - std::pow(spec_.beta1, static_cast<double>(steps_));
    const double correction2 = 1.0 - std::pow(spec_.beta2, static_cast<double>(steps_));
    const double stepSize = rate / correction1;
    const double rootCorrection = std::sqrt(correction2);
    const torch::NoGradGuard noGradients;
    if (!parameters.is_cpu() && std::find(healthy.begin(), healthy.end(), false) == healthy.end()) {
        stepTensors(parameters, gradients, first_, second_, spec_, stepSize, rootCorrection);
        return;
    }
    for (std::int64_t member = 0; member < parameters.size(0); ++member) {
        if (!healthy[static_cast<std::size_t>(member)]) {
            continue;
        }
        if (parameters.is_cpu() && parameters.scalar_type() == torch::kFloat32) {
            stepRow<float>(parameters, gradients, first_, second_, member, spec_, stepSize, rootCorrection);
        } else if (parameters.is_cpu() && parameters.scalar_type() == torch::kFloat64) {
            stepRow<double>(parameters, gradients, first_, second_, member, spec_, stepSize, rootCorrection);
        } else {
            stepTensors(parameters[member], gradients[member], first_[member], second_[member], spec_, stepSize,
                        rootCorrection);
        }
    }
}

}  // namespace elbo
