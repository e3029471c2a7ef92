#include "models/objective/objective.h"

#include <torch/torch.h>

#include <algorithm>
#include <stdexcept>

#include "models/divergence/gaussian_moments.h"
#include "models/divergence/stein.h"
#include "models/objective/rate_term.h"

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

bool Coefficients::usesRate() const {
    return std::any_of(rate.begin(), rate.end(), [](double c) { return c != 0.0; });
}

namespace {

torch::Tensor marginalDivergence(const ObjectiveSpec& spec, DivergenceKernel kernel, const DiagonalGaussian& posterior,
                                 const torch::Tensor& z, const torch::Tensor& prior, const CriticInForce& critic) {
    switch (spec.divergence) {
        case DivergenceKind::Mmd:
            return mmd(z, prior.unsqueeze(0), kernel, MmdEstimator::Biased);
        case DivergenceKind::Moments:
            return momentDivergence(posterior);
        case DivergenceKind::Stein:
            return steinTerm(z, spec.bandwidth);
        case DivergenceKind::Adversarial:
        case DivergenceKind::Wasserstein:
            return criticTerm(spec.divergence, critic.critic->score(*critic.parameters, z),
                              critic.critic->score(*critic.parameters, prior));
    }
    throw std::invalid_argument("unknown divergence");
}

}  // namespace

Terms computeTerms(const LatentModel& model, const FleetParameters& parameters, const torch::Tensor& x,
                   const StepNoise& noise, const Coefficients& coefficients, DivergenceKernel kernel,
                   const ObjectiveSpec& spec, const CriticInForce& critic) {
    const DiagonalGaussian posterior = model.encode(parameters, x);
    const torch::Tensor z = posterior.sample(noise.posterior);
    Terms terms;
    terms.codes = z;
    terms.distortion = model.decode(parameters, z).distortion(x).mean(1);
    // The rate is always measured: it costs O(B Z) and every view shows it.
    terms.rate = posterior.rate().mean(1);
    if (coefficients.usesMarginalDivergence()) {
        terms.marginalDivergence = marginalDivergence(spec, kernel, posterior, z, noise.prior, critic);
    }
    if (coefficients.usesRate()) {
        terms.rateTerm = rateTerm(spec, posterior, z);
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
    const torch::Tensor& rate = terms.rateTerm.defined() ? terms.rateTerm : terms.rate;
    torch::Tensor loss = weights[0] * terms.distortion + weights[1] * rate;
    if (terms.marginalDivergence.defined()) {
        loss = loss + weights[2] * terms.marginalDivergence;
    }
    return loss;
}

torch::Tensor combineTerms(const Terms& terms, const Coefficients& coefficients) {
    return combineTerms(terms, weightTensor(coefficients, terms.distortion.options().requires_grad(false)));
}

}  // namespace elbo
