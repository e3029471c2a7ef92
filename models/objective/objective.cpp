#include "models/objective/objective.h"

#include <torch/torch.h>

#include <algorithm>

namespace elbo {

Coefficients Coefficients::fromKnobs(const std::vector<Knobs>& knobs) {
    Coefficients coefficients;
    for (const Knobs& member : knobs) {
        coefficients.distortion.push_back(1.0);
        coefficients.rate.push_back(member.rateWeight());
        coefficients.marginalDivergence.push_back(member.divergenceWeight());
    }
    return coefficients;
}

bool Coefficients::usesMarginalDivergence() const {
    return std::any_of(marginalDivergence.begin(), marginalDivergence.end(), [](double c) { return c != 0.0; });
}

Terms computeTerms(const LatentModel& model, const FleetParameters& parameters, const torch::Tensor& x,
                   const StepNoise& noise, const Coefficients& coefficients, DivergenceKernel kernel) {
    const DiagonalGaussian posterior = model.encode(parameters, x);
    const torch::Tensor z = posterior.sample(noise.posterior);
    Terms terms;
    terms.distortion = model.decode(parameters, z).distortion(x).mean(1);
    // The rate is always measured: it costs O(B Z) and every view shows it.
    terms.rate = posterior.rate().mean(1);
    if (coefficients.usesMarginalDivergence()) {
        terms.marginalDivergence = mmd(z, noise.prior.unsqueeze(0), kernel, MmdEstimator::Biased);
    }
    return terms;
}

torch::Tensor weightTensor(const Coefficients& coefficients, const torch::TensorOptions& options) {
    std::vector<double> values = coefficients.distortion;
    values.insert(values.end(), coefficients.rate.begin(), coefficients.rate.end());
    values.insert(values.end(), coefficients.marginalDivergence.begin(), coefficients.marginalDivergence.end());
    return torch::tensor(values, torch::kFloat64).view({3, -1}).to(options);
}

torch::Tensor combineTerms(const Terms& terms, const torch::Tensor& weights) {
    torch::Tensor loss = weights[0] * terms.distortion + weights[1] * terms.rate;
    if (terms.marginalDivergence.defined()) {
        loss = loss + weights[2] * terms.marginalDivergence;
    }
    return loss;
}

torch::Tensor combineTerms(const Terms& terms, const Coefficients& coefficients) {
    return combineTerms(terms, weightTensor(coefficients, terms.distortion.options().requires_grad(false)));
}

}  // namespace elbo
