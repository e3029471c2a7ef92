#include "training/step/step_engine.h"

#include "models/objective/fused_objective.h"
#include "models/tensor/torch.h"
#include "training/step/device_buffers.h"
#include "training/tensors/tensor_values.h"

namespace elbo {

namespace {

/// Detached, and still undefined where it was.
torch::Tensor draws(const torch::Tensor& tensor) {
    return tensor.defined() ? tensor.detach() : tensor;
}

std::vector<double> valuesOf(const torch::Tensor& term) {
    return term.defined() ? toDoubles(term) : std::vector<double>{};
}

}  // namespace

StepEngine::StepEngine(const LatentModel& model, int members, const torch::TensorOptions& options, Engine engine)
    : model_(model) {
    if (!options.device().is_cpu()) {
        buffers_ = std::make_unique<DeviceBuffers>(model, options.device());
    } else if (engine == Engine::Fused && FusedObjective::supports(model, options)) {
        fused_ = std::make_unique<FusedObjective>(model, members, options);
    }
}

StepEngine::~StepEngine() = default;

const StepTerms& StepEngine::step(FleetParameters& parameters, const torch::Tensor& x, const StepNoise& noise,
                                  const Coefficients& coefficients, const ObjectiveSpec& spec,
                                  const CriticsInForce& critics) {
    samples_ = {};
    const bool threeTerms = spec.standard() && coefficients.threeTerms();
    if (fused_ != nullptr && threeTerms) {
        return fused_->step(parameters, x, noise, coefficients, spec.kernel);
    }
    if (buffers_ == nullptr) {
        return plainStep(parameters, x, noise, coefficients, spec, critics);
    }
    buffers_->receive(parameters.values().options().requires_grad(false), x, noise);
    // Medians and factorisations wait for the device, which a recording may not; critics move between steps.
    return threeTerms ? buffers_->recordedStep(parameters, coefficients, spec)
                      : plainStep(parameters, buffers_->x(), buffers_->noise(), coefficients, spec, critics);
}

const StepTerms& StepEngine::plainStep(FleetParameters& parameters, const torch::Tensor& x, const StepNoise& noise,
                                       const Coefficients& coefficients, const ObjectiveSpec& spec,
                                       const CriticsInForce& critics) {
    parameters.gradients().zero_();
    const Terms terms = computeTerms(model_, parameters, x, noise, coefficients, spec, critics);
    samples_ = {draws(terms.codes), draws(terms.samples), draws(terms.priorCodes)};
    combineTerms(terms, coefficients).sum().backward();
    for (const TermRow& term : kTerms) {
        terms_[term.id] = valuesOf(terms[term.id]);
    }
    terms_.rateTerm = valuesOf(terms.rateTerm);
    terms_.importance = valuesOf(terms.importance);
    terms_.gradientSum = toDoubles(parameters.gradients().sum(1));
    return terms_;
}

}  // namespace elbo
