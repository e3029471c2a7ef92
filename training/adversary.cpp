#include "training/adversary.h"

#include <torch/torch.h>

#include <numbers>

#include "training/noise.h"
#include "training/tensor_values.h"

namespace elbo {

namespace {

/// Keeps the critic's weights apart from those of the model, which are drawn from the same seed.
constexpr std::uint64_t kCriticSeed = 0x637269746963ULL;

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

Adversary::Adversary(const Experiment& experiment, const torch::TensorOptions& options)
    : spec_(experiment.objective),
      seed_(experiment.run.seed),
      critic_(experiment.model.latentDim, spec_.critic),
      parameters_(critic_.layout(), experiment.fleetSize(), options),
      frozen_(critic_.layout(), parameters_.values()),
      adam_(adamOf(spec_), parameters_.values()) {
    critic_.initialise(parameters_, seed_ ^ kCriticSeed);
}

bool Adversary::wanted(const Experiment& experiment) {
    return experiment.objective.usesCritic();
}

void Adversary::train(const torch::Tensor& codes, std::int64_t step, double rate, const std::vector<bool>& healthy) {
    const torch::Tensor z = codes.detach();
    const std::int64_t examples = z.size(1);
    const std::int64_t dim = z.size(2);
    for (int i = 0; i < spec_.criticSteps; ++i) {
        // The last column places the points of the gradient penalty between codes and prior draws.
        const torch::Tensor noise =
            normal(seed_, step * spec_.criticSteps + i, examples, dim + 1).to(z.options().requires_grad(false));
        const torch::Tensor prior = noise.narrow(1, 0, dim);
        parameters_.gradients().zero_();
        const torch::Tensor codeScore = critic_.score(parameters_, z);
        const torch::Tensor priorScore = critic_.score(parameters_, prior);
        torch::Tensor loss = criticLoss(spec_.divergence, codeScore, priorScore);
        if (spec_.divergence == DivergenceKind::Wasserstein) {
            const torch::Tensor share = 0.5 * (1.0 + torch::erf(noise.narrow(1, dim, 1) / std::numbers::sqrt2));
            loss = loss + spec_.gradientPenalty * gradientPenalty(critic_, parameters_, prior + share * (z - prior));
        }
        loss.sum().backward();
        torch::Tensor values = parameters_.values();
        adam_.step(values, parameters_.gradients(), spec_.criticLearningRate * rate, healthy);
        loss_ = toDoubles(loss.detach());
        accuracy_ = toDoubles(criticAccuracy(spec_.divergence, codeScore, priorScore));
    }
}

}  // namespace elbo
