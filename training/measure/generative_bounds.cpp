#include "training/measure/generative_bounds.h"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>

#include "training/measure/importance_sampling.h"

namespace elbo {

namespace {

Measured meanOf(const std::vector<torch::Tensor>& parts) {
    const torch::Tensor values = torch::cat(parts);
    return {values.mean().item<double>(),
            std::sqrt(values.var(true).item<double>() / static_cast<double>(values.size(0)))};
}

}  // namespace

torch::Tensor drawExamples(const LikelihoodBatch& likelihood, torch::Generator& generator) {
    const torch::Tensor mean = likelihood.mean()[0];
    if (likelihood.kind == LikelihoodKind::Bernoulli) {
        return (torch::rand(mean.sizes(), generator, mean.options()) < mean).to(mean.scalar_type());
    }
    return mean + likelihood.variance()[0].sqrt() * torch::randn(mean.sizes(), generator, mean.options());
}

GenerativeBounds generativeBounds(const LatentModel& model, const FleetParameters& fleet, int member, int samples,
                                  int draws, std::uint64_t seed, const MeasureProgress& progress) {
    const torch::NoGradGuard noGradients;
    const FleetParameters parameters = fleet.member(member);
    torch::Generator generator = makeGenerator(seed);
    const int batch = std::max(1, 2048 / draws);
    std::vector<torch::Tensor> lower, upper;
    for (int start = 0; start < samples; start += batch) {
        progress.at(static_cast<double>(start) / samples);
        const std::int64_t count = std::min(batch, samples - start);
        const torch::Tensor z = torch::randn({count, model.latentDim()}, generator, parameters.values().options());
        const LikelihoodBatch likelihood = model.decode(parameters, z);
        const torch::Tensor x = drawExamples(likelihood, generator);
        const DiagonalGaussian q = model.encode(parameters, x);
        // The constants of prior and posterior cancel.
        const torch::Tensor scaled = ((z - q.mean[0]) / q.stddev[0]).to(torch::kFloat64);
        lower.push_back(
            0.5 * (z.to(torch::kFloat64).square() - scaled.square() - q.logVariance[0].to(torch::kFloat64)).sum(1));
        const torch::Tensor weights = logImportanceWeights(model, parameters, x, draws, 1.0, generator);
        upper.push_back(-likelihood.distortion(x)[0].to(torch::kFloat64) - torch::logsumexp(weights, 1) +
                        std::log(static_cast<double>(draws)));
    }
    return {meanOf(lower), meanOf(upper)};
}

}  // namespace elbo
