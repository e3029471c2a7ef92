#include "training/measure/generative_bounds.h"

#include <algorithm>
#include <cmath>
#include <memory>

#include "models/objective/rate.h"
#include "models/tensor/torch.h"
#include "training/measure/importance_sampling.h"

namespace elbo {

namespace {

Measured meanOf(const std::vector<torch::Tensor>& parts) {
    const torch::Tensor values = torch::cat(parts);
    return {values.mean().item<double>(),
            std::sqrt(values.var(true).item<double>() / static_cast<double>(values.size(0)))};
}

}  // namespace

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
        const torch::Tensor noise = torch::randn({count, model.priorNoise()}, generator, parameters.values().options());
        const torch::Tensor z = model.prior().draw(parameters, noise);
        const LikelihoodBatch likelihood = model.decode(parameters, z);
        const torch::Tensor x = likelihood.draw(generator)[0];
        const std::unique_ptr<PosteriorBatch> q = model.posterior().of(parameters, x);
        if (rateInClosedForm(model) && q->moments().diagonal()) {
            // The constants of prior and posterior cancel.
            const Gaussian& own = q->moments();
            const torch::Tensor scaled = ((z - own.mean[0]) / own.stddev[0]).to(torch::kFloat64);
            lower.push_back(
                0.5 *
                (z.to(torch::kFloat64).square() - scaled.square() - own.logVariance[0].to(torch::kFloat64)).sum(1));
        } else {
            lower.push_back(logRatio(model, parameters, *q, z)[0].to(torch::kFloat64));
        }
        const torch::Tensor weights = logImportanceWeights(model, parameters, x, draws, 1.0, generator);
        upper.push_back(-likelihood.distortion(x)[0].to(torch::kFloat64) - torch::logsumexp(weights, 1) +
                        std::log(static_cast<double>(draws)));
    }
    return {meanOf(lower), meanOf(upper)};
}

}  // namespace elbo
