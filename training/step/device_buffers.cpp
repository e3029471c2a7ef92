#include "training/step/device_buffers.h"

#include "models/tensor/torch.h"
#include "training/tensors/tensor_values.h"

namespace elbo {

namespace {

/// Copies into a buffer that stays in place as long as the shape does.
void refill(torch::Tensor& buffer, const torch::Tensor& values, const torch::TensorOptions& options) {
    if (buffer.defined() && buffer.sizes() == values.sizes()) {
        buffer.copy_(values);
    } else {
        buffer = values.to(options, /*non_blocking=*/false, /*copy=*/true);
    }
}

}  // namespace

DeviceBuffers::DeviceBuffers(const LatentModel& model, torch::Device device) : model_(model), graph_(device) {}

void DeviceBuffers::receive(const torch::TensorOptions& options, const torch::Tensor& x, const StepNoise& noise) {
    refill(x_, x, options);
    refill(noise_.posterior, noise.posterior, options);
    refill(noise_.prior, noise.prior.defined() ? noise.prior : noise.posterior, options);
    if (noise.likelihood.defined()) {
        refill(noise_.likelihood, noise.likelihood, options);
    }
}

void DeviceBuffers::compute(FleetParameters& parameters, const Coefficients& coefficients, const ObjectiveSpec& spec) {
    parameters.gradients().zero_();
    const Terms terms = computeTerms(model_, parameters, x_, noise_, coefficients, spec);
    combineTerms(terms, weights_).sum().backward();
    const torch::NoGradGuard noGradients;
    results_[0].copy_(terms[LossTerm::Distortion]);
    results_[1].copy_(terms[LossTerm::Rate]);
    if (terms[LossTerm::MarginalDivergence].defined()) {
        results_[2].copy_(terms[LossTerm::MarginalDivergence]);
    }
    results_[3].copy_(parameters.gradients().sum(1));
}

const StepTerms& DeviceBuffers::recordedStep(FleetParameters& parameters, const Coefficients& coefficients,
                                             const ObjectiveSpec& spec) {
    refill(weights_, weightTensor(coefficients, torch::kFloat64), x_.options());
    if (!results_.defined()) {
        results_ = torch::zeros({4, weights_.size(1)}, x_.options());
    }
    const bool divergence = coefficients.uses(LossTerm::MarginalDivergence);
    // A recording holds for one batch size, one set of terms and one kernel.
    const auto key = (static_cast<std::uint64_t>(x_.size(0)) << 16U) | (static_cast<std::uint64_t>(spec.kernel) << 1U) |
                     static_cast<std::uint64_t>(divergence);
    graph_.run(key, [&] { compute(parameters, coefficients, spec); });
    const torch::Tensor host = results_.to(torch::kCPU, torch::kFloat64);
    terms_[LossTerm::Distortion] = toDoubles(host[0]);
    terms_[LossTerm::Rate] = toDoubles(host[1]);
    terms_[LossTerm::MarginalDivergence] = divergence ? toDoubles(host[2]) : std::vector<double>{};
    terms_.gradientSum = toDoubles(host[3]);
    return terms_;
}

}  // namespace elbo
