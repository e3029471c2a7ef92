#include "training/adam.h"

#include <torch/torch.h>

#include <cmath>

namespace elbo {

namespace {

struct AdamConstants {
    double beta1, beta2, epsilon, stepSize, rootCorrection;
};

/// One row on the CPU. Written as plain loops over restrict pointers so that the compiler vectorises the single pass.
template <typename Scalar>
void stepRow(Scalar* __restrict parameter, const Scalar* __restrict gradient, Scalar* __restrict first,
             Scalar* __restrict second, std::int64_t count, const AdamConstants& constants) {
    const auto beta1 = static_cast<Scalar>(constants.beta1);
    const auto beta2 = static_cast<Scalar>(constants.beta2);
    const auto keep1 = static_cast<Scalar>(1.0 - constants.beta1);
    const auto keep2 = static_cast<Scalar>(1.0 - constants.beta2);
    const auto epsilon = static_cast<Scalar>(constants.epsilon);
    const auto stepSize = static_cast<Scalar>(constants.stepSize);
    const auto inverseRoot = static_cast<Scalar>(1.0 / constants.rootCorrection);
    for (std::int64_t i = 0; i < count; ++i) {
        const Scalar g = gradient[i];
        first[i] = beta1 * first[i] + keep1 * g;
        second[i] = beta2 * second[i] + keep2 * g * g;
        parameter[i] -= stepSize * first[i] / (std::sqrt(second[i]) * inverseRoot + epsilon);
    }
}

}  // namespace

Adam::Adam(const OptimiserSpec& spec, const torch::Tensor& parameters)
    : spec_(spec), first_(torch::zeros_like(parameters)), second_(torch::zeros_like(parameters)) {}

void Adam::step(torch::Tensor& parameters, const torch::Tensor& gradients, double rate,
                const std::vector<bool>& healthy) {
    ++steps_;
    const double correction1 = 1.0 - std::pow(spec_.beta1, static_cast<double>(steps_));
    const double correction2 = 1.0 - std::pow(spec_.beta2, static_cast<double>(steps_));
    const AdamConstants constants{spec_.beta1, spec_.beta2, spec_.epsilon, rate / correction1, std::sqrt(correction2)};
    const torch::NoGradGuard noGradients;
    for (std::int64_t member = 0; member < parameters.size(0); ++member) {
        if (!healthy[static_cast<std::size_t>(member)]) {
            continue;
        }
        torch::Tensor parameter = parameters[member];
        const torch::Tensor gradient = gradients[member];
        torch::Tensor first = first_[member];
        torch::Tensor second = second_[member];
        if (parameter.is_cpu() && parameter.scalar_type() == torch::kFloat32) {
            stepRow(parameter.data_ptr<float>(), gradient.data_ptr<float>(), first.data_ptr<float>(),
                    second.data_ptr<float>(), parameter.numel(), constants);
        } else if (parameter.is_cpu() && parameter.scalar_type() == torch::kFloat64) {
            stepRow(parameter.data_ptr<double>(), gradient.data_ptr<double>(), first.data_ptr<double>(),
                    second.data_ptr<double>(), parameter.numel(), constants);
        } else {
            first.mul_(spec_.beta1).add_(gradient, 1.0 - spec_.beta1);
            second.mul_(spec_.beta2).addcmul_(gradient, gradient, 1.0 - spec_.beta2);
            parameter.addcdiv_(first, second.sqrt().div_(constants.rootCorrection).add_(spec_.epsilon),
                               -constants.stepSize);
        }
    }
}

}  // namespace elbo
