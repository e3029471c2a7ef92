#include "models/objective/objective.h"

#include <algorithm>
#include <memory>
#include <stdexcept>

#include "models/divergence/gaussian_moments.h"
#include "models/divergence/stein.h"
#include "models/objective/importance.h"
#include "models/objective/rate.h"
#include "models/tensor/torch.h"

namespace elbo {

Coefficients Coefficients::fromKnobs(const std::vector<Knobs>& knobs, const ObjectiveSpec& spec) {
    Coefficients coefficients;
    for (const TermRow& term : kTerms) {
        for (const Knobs& member : knobs) {
            coefficients[term.id].push_back(term.weight(member, spec));
        }
    }
    return coefficients;
}

bool Coefficients::uses(LossTerm term) const {
    const std::vector<double>& coefficient = (*this)[term];
    return std::any_of(coefficient.begin(), coefficient.end(), [](double c) { return c != 0.0; });
}

bool Coefficients::threeTerms() const {
    return std::none_of(kTerms.begin(), kTerms.end(), [this](const TermRow& term) {
        return term.id > LossTerm::MarginalDivergence && uses(term.id);
    });
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
                         const ObjectiveSpec& spec, const CriticInForce& critic) {
    if (kind == DivergenceKind::Mmd) {
        const std::int64_t members = std::max(q.dim() == 3 ? q.size(0) : 1, p.dim() == 3 ? p.size(0) : 1);
        const auto fleet = [members](const torch::Tensor& draws) {
            return draws.dim() == 2 ? draws.unsqueeze(0).expand({members, -1, -1}) : draws;
        };
        return mmd(fleet(q), fleet(p), spec.kernel, MmdEstimator::Biased);
    }
    if (!usesCritic(kind)) {
        throw std::invalid_argument("moments and Stein compare codes with the prior only");
    }
    if (!critic) {
        throw std::invalid_argument("an adversarial divergence needs a critic");
    }
    return criticTerm(kind, moving, critic.score(q), critic.score(p));
}

/// One forward pass: what the terms share, and a term at a time.
class BatchTerms {
  public:
    BatchTerms(const LatentModel& model, const FleetParameters& parameters, const torch::Tensor& x,
               const StepNoise& noise, const ObjectiveSpec& spec, const CriticsInForce& critics)
        : model_(model),
          parameters_(parameters),
          x_(x),
          noise_(noise),
          spec_(spec),
          critics_(critics),
          posterior_(model.posterior().of(parameters, x)) {
        terms_.codes =
            posterior_->sample(spec.weighsCodes() ? noise.posterior.narrow(0, 0, x.size(0)) : noise.posterior);
    }

    Terms compute(const Coefficients& coefficients) {
        const bool weighed = spec_.weighsCodes();
        if (weighed) {
            weighCodesWith(coefficients);
        }
        for (const TermRow& term : kTerms) {
            // Distortion and rate are always measured: every view shows them.
            const bool main = term.id <= LossTerm::Rate;
            if (main ? !weighed : coefficients.uses(term.id)) {
                terms_[term.id] = value(term);
            }
            // Its place in the graph decides how gradients are rounded, and runs of older versions go on to the byte.
            if (!weighed && term.id == LossTerm::MarginalDivergence && coefficients.uses(LossTerm::Rate)) {
                terms_.rateTerm = weighedRate();
            }
        }
        return terms_;
    }

  private:
    /// Distortion, rate and what takes their place.
    void weighCodesWith(const Coefficients& coefficients) {
        if (noise_.posterior.size(0) != spec_.importanceSamples * x_.size(0)) {
            throw std::invalid_argument("weighed codes need noise for each of them");
        }
        const torch::Tensor weights = weightTensor(coefficients, terms_.codes.options().requires_grad(false));
        const auto weightOf = [&](LossTerm term) { return weights[static_cast<std::int64_t>(term)]; };
        const WeighedCodes weighed =
            weighCodes(model_, parameters_, x_, *posterior_, terms_.codes, noise_.posterior,
                       weightOf(LossTerm::Distortion), weightOf(LossTerm::Rate), spec_.gradient);
        terms_.importance = weighed.loss.mean(1);
        terms_[LossTerm::Distortion] = weighed.distortion.mean(1);
        terms_[LossTerm::Rate] =
            (rateInClosedForm(model_) ? posterior_->moments().rate().detach() : weighed.rate).mean(1);
    }

    torch::Tensor value(const TermRow& term) {
        switch (term.id) {
            case LossTerm::Distortion:
                return model_.decoder().distortion(parameters_, terms_.codes, x_).mean(1);
            case LossTerm::Rate:
                return rateOf(model_, parameters_, *posterior_, terms_.codes).mean(1);
            case LossTerm::MarginalDivergence:
            case LossTerm::SecondDivergence:
                return codeDivergence(term);
            case LossTerm::CodeDistortion:
                return -model_.posterior().of(parameters_, samples())->logDensity(priorDraws()).mean(1);
            case LossTerm::DataDivergence:
                return divergence(spec_.*term.kind, Moving::P, x_, samples(), spec_, critics_[term.id]);
            case LossTerm::JointDivergence: {
                const std::int64_t members = terms_.codes.size(0);
                return divergence(spec_.*term.kind, Moving::Both, pairsOf(x_, terms_.codes, members),
                                  pairsOf(samples(), priorDraws(), members), spec_, critics_[term.id]);
            }
            case LossTerm::InformationExcess:
                return (batchInformation(*posterior_, terms_.codes) - spec_.rateTarget).clamp_min(0.0);
        }
        return {};
    }

    /// z ~ p(z), made when the first term asks for them.
    const torch::Tensor& priorDraws() {
        if (!terms_.priorCodes.defined()) {
            terms_.priorCodes = model_.prior().draw(parameters_, noise_.prior);
        }
        return terms_.priorCodes;
    }

    /// Of the model from the prior draws, made when the first term asks for them.
    const torch::Tensor& samples() {
        if (!terms_.samples.defined()) {
            terms_.samples = model_.samples(parameters_, priorDraws(), noise_.likelihood, spec_.relaxation);
        }
        return terms_.samples;
    }

    torch::Tensor codeDivergence(const TermRow& term) {
        switch (spec_.*term.kind) {
            case DivergenceKind::Moments:
                return momentDivergence(posterior_->moments());
            case DivergenceKind::Stein:
                return steinTerm(terms_.codes, priorScore(), spec_.bandwidth);
            default:
                return divergence(spec_.*term.kind, Moving::Q, terms_.codes, priorDraws(), spec_, critics_[term.id]);
        }
    }

    /// Undefined for N(0, I), which needs none.
    torch::Tensor priorScore() const {
        return model_.prior().standardNormal() ? torch::Tensor() : model_.prior().score(parameters_, terms_.codes);
    }

    /// Undefined where the weight of the rate multiplies the rate itself.
    torch::Tensor weighedRate() const {
        const bool plain = spec_.rateTerm == RateTerm::Rate || spec_.rateTerm == RateTerm::SoftFreeBits ||
                           spec_.rateTerm == RateTerm::Cap;
        if (spec_.rateEstimate == RateEstimate::Adversarial) {
            return critics_[LossTerm::Rate].score(pairsOf(x_, terms_.codes, terms_.codes.size(0))).mean(1);
        }
        if (spec_.rateEstimate == RateEstimate::LogRatio && plain && rateInClosedForm(model_)) {
            return logRatio(model_, parameters_, *posterior_, terms_.codes).mean(1);
        }
        return rateTerm(spec_, *posterior_, terms_.codes, terms_[LossTerm::Rate]);
    }

    const LatentModel& model_;
    const FleetParameters& parameters_;
    const torch::Tensor& x_;
    const StepNoise& noise_;
    const ObjectiveSpec& spec_;
    const CriticsInForce& critics_;
    std::unique_ptr<PosteriorBatch> posterior_;
    Terms terms_;
};

}  // namespace

Terms computeTerms(const LatentModel& model, const FleetParameters& parameters, const torch::Tensor& x,
                   const StepNoise& noise, const Coefficients& coefficients, const ObjectiveSpec& spec,
                   const CriticsInForce& critics) {
    return BatchTerms(model, parameters, x, noise, spec, critics).compute(coefficients);
}

torch::Tensor weightTensor(const Coefficients& coefficients, const torch::TensorOptions& options) {
    std::vector<double> values;
    const std::size_t members = coefficients[LossTerm::Distortion].size();
    for (const std::vector<double>& term : coefficients.values) {
        values.insert(values.end(), term.begin(), term.end());
        values.resize(values.size() + members - term.size());  // not given: zero
    }
    return torch::tensor(values, torch::kFloat64).view({static_cast<std::int64_t>(kTermCount), -1}).to(options);
}

torch::Tensor combineTerms(const Terms& terms, const torch::Tensor& weights) {
    torch::Tensor loss = terms.importance;
    for (const TermRow& term : kTerms) {
        if (terms.importance.defined() && term.id <= LossTerm::Rate) {
            continue;
        }
        const bool replaced = term.id == LossTerm::Rate && terms.rateTerm.defined();
        const torch::Tensor& value = replaced ? terms.rateTerm : terms[term.id];
        if (value.defined()) {
            const torch::Tensor weighed = weights[static_cast<std::int64_t>(term.id)] * value;
            loss = loss.defined() ? loss + weighed : weighed;
        }
    }
    return loss;
}

torch::Tensor combineTerms(const Terms& terms, const Coefficients& coefficients) {
    return combineTerms(terms, weightTensor(coefficients, terms[LossTerm::Distortion].options().requires_grad(false)));
}

}  // namespace elbo
