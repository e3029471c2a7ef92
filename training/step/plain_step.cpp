#include "training/step/plain_step.h"

#include <torch/torch.h>

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

const StepTerms& PlainStep::step(FleetParameters& parameters, const torch::Tensor& x, const StepNoise& noise,
                                 const Coefficients& coefficients, const CriticsInForce& critics) {
    parameters.gradients().zero_();
    const Terms terms = computeTerms(model_, parameters, x, noise, coefficients, spec_, critics);
    samples_ = {draws(terms.codes), draws(terms.samples), draws(terms.priorCodes)};
    combineTerms(terms, coefficients).sum().backward();
    for (const TermRow& term : kTerms) {
        terms_[term.id] = valuesOf(terms[term.id]);
    }
    terms_.rateTerm = valuesOf(terms.rateTerm);
    terms_.gradientSum = toDoubles(parameters.gradients().sum(1));
    return terms_;
}

}  // namespace elbo
