#include "training/step/adversary.h"

#include <torch/torch.h>

#include <algorithm>
#include <numbers>

#include "training/step/noise.h"
#include "training/tensors/tensor_values.h"

namespace elbo {

namespace {

/// Keeps the critic's weights apart from those of the model, which are drawn from the same seed.
constexpr std::uint64_t kCriticSeed = 0x637269746963ULL;
constexpr std::uint64_t kRoleStride = 0x726f6c65ULL;

OptimiserSpec adamOf(const ObjectiveSpec& spec) {
    OptimiserSpec adam;
    adam.learningRate = spec.criticLearningRate;
    adam.beta1 = 0.5;
    adam.beta2 = 0.9;
    return adam;
}

/// Standard normal values [rows, columns] on the CPU.
torch::Tensor normal(std::uint64_t seed, std::int64_t index, std::int64_t rows, std::int64_t columns) {
    torch::Tensor values = torch::empty({rows, columns}, torch::kFloat64);
    drawNoise(seed, NoiseStream::Critic, index, values.data_ptr<double>(), static_cast<std::size_t>(values.numel()));
    return values;
}

}  // namespace

const char* criticRoleName(CriticRole role) {
    constexpr std::array<const char*, kCriticRoles> kNames{"", "second", "data", "joint", "rate"};
    return kNames[static_cast<std::size_t>(role)];
}

Adversary::Adversary(const Experiment& experiment, CriticRole role, DivergenceKind kind, int inputs,
                     const torch::TensorOptions& options)
    : spec_(experiment.objective),
      kind_(kind),
      latentDim_(experiment.model.latentDim),
      // Every role draws its own; that of the codes is the plain seed.
      noiseSeed_(experiment.run.seed + kRoleStride * static_cast<std::uint64_t>(role)),
      critic_(inputs, spec_.critic),
      parameters_(critic_.layout(), experiment.fleetSize(), options),
      frozen_(critic_.layout(), parameters_.values()),
      adam_(adamOf(spec_), parameters_.values()) {
    critic_.initialise(parameters_, noiseSeed_ ^ kCriticSeed);
}

void Adversary::train(const torch::Tensor& q, const std::function<torch::Tensor(const torch::Tensor& prior)>& p,
                      std::int64_t step, double rate, const std::vector<bool>& healthy) {
    const std::int64_t examples = q.size(-2);
    for (int i = 0; i < spec_.criticSteps; ++i) {
        // The last column places the points of the gradient penalty between draws of q and p.
        const torch::Tensor noise = normal(noiseSeed_, step * spec_.criticSteps + i, examples, latentDim_ + 1)
                                        .to(q.options().requires_grad(false));
        const torch::Tensor other = p(noise.narrow(1, 0, latentDim_));
        parameters_.gradients().zero_();
        const torch::Tensor qScore = critic_.score(parameters_, q);
        const torch::Tensor pScore = critic_.score(parameters_, other);
        torch::Tensor loss = criticLoss(kind_, qScore, pScore);
        if (kind_ == DivergenceKind::Wasserstein) {
            const torch::Tensor share = 0.5 * (1.0 + torch::erf(noise.narrow(1, latentDim_, 1) / std::numbers::sqrt2));
            loss = loss + spec_.gradientPenalty * gradientPenalty(critic_, parameters_, other + share * (q - other));
        }
        loss.sum().backward();
        torch::Tensor values = parameters_.values();
        adam_.step(values, parameters_.gradients(), spec_.criticLearningRate * rate, healthy);
        loss_ = toDoubles(loss.detach());
        accuracy_ = toDoubles(criticAccuracy(kind_, qScore, pScore));
    }
}

Adversaries::Adversaries(const Experiment& experiment, int dataDim, const torch::TensorOptions& options)
    : experiment_(experiment), dataDim_(dataDim), options_(options) {}

DivergenceKind Adversaries::kindOf(CriticRole role) const {
    const ObjectiveSpec& spec = experiment_.objective;
    switch (role) {
        case CriticRole::Codes:
            return spec.divergence;
        case CriticRole::Second:
            return spec.second;
        case CriticRole::Data:
            return spec.dataDivergence;
        case CriticRole::Joint:
            return spec.jointDivergence;
        case CriticRole::Rate:
            break;
    }
    return DivergenceKind::RatioKl;
}

void Adversaries::setObjective(const ObjectiveSpec& spec) {
    const bool sameNetworks = spec.critic == experiment_.objective.critic &&
                              spec.criticSteps == experiment_.objective.criticSteps &&
                              spec.criticLearningRate == experiment_.objective.criticLearningRate &&
                              spec.gradientPenalty == experiment_.objective.gradientPenalty;
    experiment_.objective = spec;
    for (std::size_t role = 0; role < kCriticRoles; ++role) {
        if (critics_[role] != nullptr &&
            (!sameNetworks || critics_[role]->kind() != kindOf(static_cast<CriticRole>(role)))) {
            critics_[role].reset();
        }
    }
}

Adversary* Adversaries::make(CriticRole role) {
    auto& critic = critics_[static_cast<std::size_t>(role)];
    const DivergenceKind kind = kindOf(role);
    if (critic == nullptr && usesCritic(kind)) {
        const bool seesCodesOnly = role == CriticRole::Codes || role == CriticRole::Second;
        const bool seesDataOnly = role == CriticRole::Data;
        const int inputs = (seesCodesOnly ? 0 : dataDim_) + (seesDataOnly ? 0 : experiment_.model.latentDim);
        critic = std::make_unique<Adversary>(experiment_, role, kind, inputs, options_);
    }
    return critic.get();
}

CriticsInForce Adversaries::prepare(const Coefficients& coefficients) {
    const auto inForce = [this](CriticRole role, bool wanted) {
        const Adversary* critic = wanted ? make(role) : nullptr;
        active_[static_cast<std::size_t>(role)] = critic != nullptr;
        return critic == nullptr ? CriticInForce{} : critic->inForce();
    };
    CriticsInForce result;
    result.codes = inForce(CriticRole::Codes, coefficients.usesMarginalDivergence());
    result.second = inForce(CriticRole::Second, Coefficients::anyOf(coefficients.secondDivergence));
    result.data = inForce(CriticRole::Data, Coefficients::anyOf(coefficients.dataDivergence));
    result.joint = inForce(CriticRole::Joint, Coefficients::anyOf(coefficients.jointDivergence));
    result.rate = inForce(CriticRole::Rate,
                          experiment_.objective.rateEstimate == RateEstimate::Adversarial && coefficients.usesRate());
    return result;
}

bool Adversaries::anyActive() const {
    return std::any_of(active_.begin(), active_.end(), [](bool active) { return active; });
}

void Adversaries::train(const torch::Tensor& x, const StepSamples& draws, std::int64_t step, double rate,
                        const std::vector<bool>& healthy) {
    const auto members = static_cast<std::int64_t>(healthy.size());
    const auto train = [&](CriticRole role, const auto& q, const auto& p) {
        if (active(role)) {
            find(role)->train(q(), p, step, rate, healthy);
        }
    };
    const auto codes = [&] { return draws.codes; };
    const auto pairs = [&] { return pairsOf(x, draws.codes, members); };
    const auto asDrawn = [](const torch::Tensor& prior) { return prior; };
    train(CriticRole::Codes, codes, asDrawn);
    train(CriticRole::Second, codes, asDrawn);
    train(
        CriticRole::Data, [&] { return x; }, [&](const torch::Tensor&) { return draws.samples; });
    train(CriticRole::Joint, pairs,
          [&](const torch::Tensor&) { return pairsOf(draws.samples, draws.priorCodes, members); });
    train(CriticRole::Rate, pairs, [&](const torch::Tensor& prior) { return pairsOf(x, prior, members); });
}

}  // namespace elbo
