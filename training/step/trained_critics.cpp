#include "training/step/trained_critics.h"

#include <algorithm>
#include <numbers>

#include "models/tensor/torch.h"
#include "training/step/noise.h"
#include "training/tensors/tensor_values.h"

namespace elbo {

namespace {

/// Keeps the critic's weights apart from those of the model, which are drawn from the same seed.
constexpr std::uint64_t kCriticSeed = 0x637269746963ULL;
constexpr std::uint64_t kStreamStride = 0x726f6c65ULL;

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

TrainedCritic::TrainedCritic(const Experiment& experiment, LossTerm term, DivergenceKind kind, int inputs,
                             const torch::TensorOptions& options, int priorNoise)
    : spec_(experiment.objective),
      kind_(kind),
      priorNoise_(priorNoise),
      // Every term draws its own; that of the marginal divergence is the plain seed.
      noiseSeed_(experiment.run.seed + kStreamStride * static_cast<std::uint64_t>(rowOf(term).critic.stream)),
      critic_(inputs, spec_.critic),
      parameters_(critic_.layout(), experiment.fleetSize(), options),
      frozen_(critic_.layout(), parameters_.values()),
      adam_(adamOf(spec_), parameters_.values()) {
    critic_.initialise(parameters_, noiseSeed_ ^ kCriticSeed);
}

void TrainedCritic::train(const torch::Tensor& q, const std::function<torch::Tensor(const torch::Tensor& noise)>& p,
                          std::int64_t step, double rate, const std::vector<bool>& healthy) {
    const std::int64_t examples = q.size(-2);
    for (int i = 0; i < spec_.criticSteps; ++i) {
        // The last column places the points of the gradient penalty between draws of q and p.
        const torch::Tensor noise = normal(noiseSeed_, step * spec_.criticSteps + i, examples, priorNoise_ + 1)
                                        .to(q.options().requires_grad(false));
        const torch::Tensor other = p(noise.narrow(1, 0, priorNoise_));
        parameters_.gradients().zero_();
        const torch::Tensor qScore = critic_.score(parameters_, q);
        const torch::Tensor pScore = critic_.score(parameters_, other);
        torch::Tensor loss = criticLoss(kind_, qScore, pScore);
        if (kind_ == DivergenceKind::Wasserstein) {
            const torch::Tensor share = 0.5 * (1.0 + torch::erf(noise.narrow(1, priorNoise_, 1) / std::numbers::sqrt2));
            loss = loss + spec_.gradientPenalty * gradientPenalty(critic_, parameters_, other + share * (q - other));
        }
        loss.sum().backward();
        torch::Tensor values = parameters_.values();
        adam_.step(values, parameters_.gradients(), spec_.criticLearningRate * rate, healthy);
        loss_ = toDoubles(loss.detach());
        accuracy_ = toDoubles(criticAccuracy(kind_, qScore, pScore));
    }
}

TrainedCritics::TrainedCritics(const Experiment& experiment, const LatentModel& model,
                               const torch::TensorOptions& options)
    : experiment_(experiment), model_(model), options_(options) {}

DivergenceKind TrainedCritics::kindOf(LossTerm term) const {
    const auto kind = rowOf(term).kind;
    return kind == nullptr ? DivergenceKind::RatioKl : experiment_.objective.*kind;  // a rate is estimated by a ratio
}

void TrainedCritics::objectiveChanged(const ObjectiveSpec& before) {
    const ObjectiveSpec& now = experiment_.objective;
    const bool sameNetworks = now.critic == before.critic && now.criticSteps == before.criticSteps &&
                              now.criticLearningRate == before.criticLearningRate &&
                              now.gradientPenalty == before.gradientPenalty;
    for (const TermRow& term : kTerms) {
        std::unique_ptr<TrainedCritic>& critic = critics_[term.id];
        if (critic != nullptr && (!sameNetworks || critic->kind() != kindOf(term.id))) {
            critic.reset();
        }
    }
}

TrainedCritic* TrainedCritics::make(LossTerm term) {
    std::unique_ptr<TrainedCritic>& critic = critics_[term];
    const TermRow& row = rowOf(term);
    if (critic == nullptr && row.critic.suffix != nullptr && usesCritic(kindOf(term))) {
        const int inputs = (row.compared.data ? model_.dataDim() : 0) + (row.compared.codes ? model_.latentDim() : 0);
        critic =
            std::make_unique<TrainedCritic>(experiment_, term, kindOf(term), inputs, options_, model_.priorNoise());
    }
    return critic.get();
}

CriticsInForce TrainedCritics::prepare(const Coefficients& coefficients) {
    CriticsInForce result;
    for (const TermRow& term : kTerms) {
        const bool wanted =
            coefficients.uses(term.id) &&
            (term.id != LossTerm::Rate || experiment_.objective.rateEstimate == RateEstimate::Adversarial);
        const TrainedCritic* critic = wanted ? make(term.id) : nullptr;
        active_[term.id] = critic != nullptr;
        result[term.id] = critic == nullptr ? CriticInForce{} : critic->inForce();
    }
    return result;
}

bool TrainedCritics::anyActive() const {
    return std::any_of(active_.values.begin(), active_.values.end(), [](bool active) { return active; });
}

void TrainedCritics::train(const torch::Tensor& x, const StepSamples& draws, std::int64_t step, double rate,
                           const std::vector<bool>& healthy, const FleetParameters& parameters) {
    const auto members = static_cast<std::int64_t>(healthy.size());
    const auto train = [&](LossTerm term, const auto& q, const auto& p) {
        if (active(term)) {
            find(term)->train(q(), p, step, rate, healthy);
        }
    };
    const auto codes = [&] { return draws.codes; };
    const auto pairs = [&] { return pairsOf(x, draws.codes, members); };
    const FleetParameters frozen(parameters.layout(), parameters.values());
    const auto drawn = [&](const torch::Tensor& noise) { return model_.prior().draw(frozen, noise); };
    train(LossTerm::MarginalDivergence, codes, drawn);
    train(LossTerm::SecondDivergence, codes, drawn);
    train(
        LossTerm::DataDivergence, [&] { return x; }, [&](const torch::Tensor&) { return draws.samples; });
    train(LossTerm::JointDivergence, pairs,
          [&](const torch::Tensor&) { return pairsOf(draws.samples, draws.priorCodes, members); });
    train(LossTerm::Rate, pairs, [&](const torch::Tensor& noise) { return pairsOf(x, drawn(noise), members); });
}

}  // namespace elbo
