#include "models/objective/objective.h"

#include <torch/torch.h>

#include <algorithm>
#include <stdexcept>

#include "models/divergence/gaussian_moments.h"
#include "models/divergence/stein.h"
#include "models/objective/rate_term.h"

namespace elbo {

Coefficients Coefficients::fromKnobs(const std::vector<Knobs>& knobs, const ObjectiveSpec& spec) {
    Coefficients coefficients;
    for (const Knobs& member : knobs) {
        coefficients.distortion.push_back(member.distortion);
        coefficients.rate.push_back(member.rateWeight());
        coefficients.marginalDivergence.push_back(member.divergenceWeight());
        coefficients.secondDivergence.push_back(member.secondDivergence);
        coefficients.codeDistortion.push_back(member.codeDistortion);
        coefficients.dataDivergence.push_back(member.dataDivergence);
        coefficients.jointDivergence.push_back(member.jointDivergence);
        coefficients.informationExcess.push_back(
            spec.rateTerm == RateTerm::Cap ? std::max(0.0, 1.0 - member.rateWeight()) : 0.0);
    }
    return coefficients;
}

bool Coefficients::anyOf(const std::vector<double>& coefficient) {
    return std::any_of(coefficient.begin(), coefficient.end(), [](double c) { return c != 0.0; });
}

bool Coefficients::threeTerms() const {
    return !anyOf(secondDivergence) && !anyOf(codeDistortion) && !anyOf(dataDivergence) && !anyOf(jointDivergence) &&
           !anyOf(informationExcess);
}

torch::Tensor pairsOf(const torch::Tensor& x, const torch::Tensor& z, std::int64_t members) {
    const auto whole = [members](const torch::Tensor& part) {
        return part.expand({members, part.size(-2), part.size(-1)});
    };
    return torch::cat({whole(x), whole(z)}, -1);
}

namespace {

/// A divergence between draws of q and p, by kernel or critic.
torch::Tensor divergence(DivergenceKind kind, Moving moving, const torch::Tensor& q, const torch::Tensor& p,
                         DivergenceKernel kernel, const CriticInForce& critic) {
    if (kind == DivergenceKind::Mmd) {
        const std::int64_t members = std::max(q.dim() == 3 ? q.size(0) : 1, p.dim() == 3 ? p.size(0) : 1);
        const auto fleet = [members](const torch::Tensor& draws) {
            return draws.dim() == 2 ? draws.unsqueeze(0).expand({members, -1, -1}) : draws;
        };
        return mmd(fleet(q), fleet(p), kernel, MmdEstimator::Biased);
    }
    if (!usesCritic(kind)) {
        throw std::invalid_argument("moments and Stein compare codes with the prior only");
    }
    if (!critic) {
        throw std::invalid_argument("an adversarial divergence needs a critic");
    }
    return criticTerm(kind, moving, critic.score(q), critic.score(p));
}

torch::Tensor codeDivergence(DivergenceKind kind, const ObjectiveSpec& spec, DivergenceKernel kernel,
                             const DiagonalGaussian& posterior, const torch::Tensor& z, const torch::Tensor& prior,
                             const CriticInForce& critic) {
    switch (kind) {
        case DivergenceKind::Moments:
            return momentDivergence(posterior);
        case DivergenceKind::Stein:
            return steinTerm(z, spec.bandwidth);
        default:
            return divergence(kind, Moving::Q, z, prior, kernel, critic);
    }
}

/// The terms that look at samples of the model.
void addSampleTerms(Terms& terms, const LatentModel& model, const FleetParameters& parameters, const torch::Tensor& x,
                    const StepNoise& noise, const Coefficients& coefficients, DivergenceKernel kernel,
                    const ObjectiveSpec& spec, const CriticsInForce& critics) {
    const std::int64_t members = terms.codes.size(0);
    terms.samples = model.samples(parameters, noise.prior, noise.likelihood, spec.relaxation);
    if (Coefficients::anyOf(coefficients.codeDistortion)) {
        terms.codeDistortion = -model.encode(parameters, terms.samples).logDensity(noise.prior).mean(1);
    }
    if (Coefficients::anyOf(coefficients.dataDivergence)) {
        terms.dataDivergence = divergence(spec.dataDivergence, Moving::P, x, terms.samples, kernel, critics.data);
    }
    if (Coefficients::anyOf(coefficients.jointDivergence)) {
        terms.jointDivergence = divergence(spec.jointDivergence, Moving::Both, pairsOf(x, terms.codes, members),
                                           pairsOf(terms.samples, noise.prior, members), kernel, critics.joint);
    }
}

}  // namespace

Terms computeTerms(const LatentModel& model, const FleetParameters& parameters, const torch::Tensor& x,
                   const StepNoise& noise, const Coefficients& coefficients, DivergenceKernel kernel,
                   const ObjectiveSpec& spec, const CriticsInForce& critics) {
    const DiagonalGaussian posterior = model.encode(parameters, x);
    const torch::Tensor z =
        model.implicitEncoder() ? model.codes(parameters, x, noise.posterior) : posterior.sample(noise.posterior);
    Terms terms;
    terms.codes = z;
    terms.distortion = model.decode(parameters, z).distortion(x).mean(1);
    // The rate is always measured: it costs O(B Z) and every view shows it.
    terms.rate = posterior.rate().mean(1);
    if (coefficients.usesMarginalDivergence()) {
        terms.marginalDivergence =
            codeDivergence(spec.divergence, spec, kernel, posterior, z, noise.prior, critics.codes);
    }
    if (coefficients.usesRate()) {
        terms.rateTerm = spec.rateEstimate == RateEstimate::Adversarial
                             ? critics.rate.score(pairsOf(x, z, z.size(0))).mean(1)
                             : rateTerm(spec, posterior, z);
    }
    if (Coefficients::anyOf(coefficients.secondDivergence)) {
        terms.secondDivergence = codeDivergence(spec.second, spec, kernel, posterior, z, noise.prior, critics.second);
    }
    if (Coefficients::anyOf(coefficients.informationExcess)) {
        terms.informationExcess = (batchInformation(posterior, z) - spec.rateTarget).clamp_min(0.0);
    }
    if (coefficients.usesSamples()) {
        addSampleTerms(terms, model, parameters, x, noise, coefficients, kernel, spec, critics);
    }
    return terms;
}

torch::Tensor weightTensor(const Coefficients& coefficients, const torch::TensorOptions& options) {
    std::vector<double> values;
    for (const std::vector<double>* part :
         {&coefficients.distortion, &coefficients.rate, &coefficients.marginalDivergence,
          &coefficients.secondDivergence, &coefficients.codeDistortion, &coefficients.dataDivergence,
          &coefficients.jointDivergence, &coefficients.informationExcess}) {
        values.insert(values.end(), part->begin(), part->end());
        values.resize(values.size() + coefficients.distortion.size() - part->size());  // not given: zero
    }
    return torch::tensor(values, torch::kFloat64).view({8, -1}).to(options);
}

torch::Tensor combineTerms(const Terms& terms, const torch::Tensor& weights) {
    torch::Tensor loss = weights[0] * terms.distortion;
    const torch::Tensor* const others[] = {terms.rateTerm.defined() ? &terms.rateTerm : &terms.rate,
                                           &terms.marginalDivergence,
                                           &terms.secondDivergence,
                                           &terms.codeDistortion,
                                           &terms.dataDivergence,
                                           &terms.jointDivergence,
                                           &terms.informationExcess};
    std::int64_t row = 1;
    for (const torch::Tensor* term : others) {
        if (term->defined()) {
            loss = loss + weights[row] * *term;
        }
        ++row;
    }
    return loss;
}

torch::Tensor combineTerms(const Terms& terms, const Coefficients& coefficients) {
    return combineTerms(terms, weightTensor(coefficients, terms.distortion.options().requires_grad(false)));
}

}  // namespace elbo
