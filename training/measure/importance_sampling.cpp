#include "training/measure/importance_sampling.h"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>

#include "training/frame_parts.h"

namespace elbo {

namespace {

/// Codes decoded at a time: bounds memory at [8192, D] per layer.
constexpr std::int64_t kCodes = 8192;

/// Sums over examples of one K.
struct Tally {
    double sum = 0.0;       ///< of log mean weights, averaged over the groups of an example
    double variance = 0.0;  ///< of those averages
    double bias = 0.0;      ///< what the bound still lacks, where it is known
};

/// Adds one example's log weights [K], cut into groups of `size`.
void add(Tally& tally, const torch::Tensor& logWeights, int size) {
    const std::int64_t groups = logWeights.size(0) / size;
    const torch::Tensor grouped = logWeights.narrow(0, 0, groups * size).view({groups, size});
    const torch::Tensor logMeans = torch::logsumexp(grouped, 1) - std::log(static_cast<double>(size));
    const double mean = logMeans.mean().item<double>();
    tally.sum += mean;
    if (groups > 1) {
        tally.variance += logMeans.var(true).item<double>() / static_cast<double>(groups);
        return;
    }
    // Delta method: the relative variance of the mean weight, and half of it as the gap of its logarithm.
    const torch::Tensor relative = (logWeights - mean).exp();
    const double variance = relative.var(true).item<double>() / static_cast<double>(size);
    tally.variance += variance;
    tally.bias += 0.5 * variance;
}

}  // namespace

torch::Tensor logImportanceWeights(const LatentModel& model, const FleetParameters& parameters, const torch::Tensor& x,
                                   int draws, double varianceFactor, torch::Generator& generator) {
    const DiagonalGaussian posterior = model.encode(parameters, x);
    const std::int64_t count = x.size(0);
    const std::int64_t dim = model.latentDim();
    const torch::Tensor noise = torch::randn({count, draws, dim}, generator, x.options());
    const torch::Tensor stddev = posterior.stddev[0].unsqueeze(1) * std::sqrt(varianceFactor);
    const torch::Tensor z = posterior.mean[0].unsqueeze(1) + stddev * noise;
    const torch::Tensor repeated = x.unsqueeze(1).expand({count, draws, x.size(1)}).reshape({count * draws, x.size(1)});
    const torch::Tensor distortion =
        model.decode(parameters, z.reshape({1, count * draws, dim})).distortion(repeated)[0].view({count, draws});
    // The constants of prior and proposal cancel.
    const torch::Tensor logPrior = -0.5 * z.to(torch::kFloat64).square().sum(-1);
    const torch::Tensor logProposal =
        -0.5 * noise.to(torch::kFloat64).square().sum(-1) - stddev.to(torch::kFloat64).log().sum(-1);
    return logPrior - logProposal - distortion.to(torch::kFloat64);
}

ImportanceEstimate importanceSample(const LatentModel& model, const FleetParameters& fleet, int member,
                                    const torch::Tensor& x, const ImportanceOptions& options,
                                    const MeasureProgress& progress) {
    const torch::NoGradGuard noGradients;
    const FleetParameters parameters = memberParameters(fleet, member);
    torch::Generator generator = makeGenerator(options.seed);
    const int most = options.draws.back();
    const std::int64_t batch = std::max<std::int64_t>(1, kCodes / most);
    std::vector<Tally> tallies(options.draws.size());
    ImportanceEstimate estimate;
    for (std::int64_t start = 0; start < x.size(0); start += batch) {
        progress.at(static_cast<double>(start) / static_cast<double>(x.size(0)));
        const torch::Tensor examples = x.narrow(0, start, std::min(batch, x.size(0) - start));
        std::vector<torch::Tensor> parts;
        for (int drawn = 0; drawn < most; drawn += static_cast<int>(kCodes)) {
            parts.push_back(logImportanceWeights(model, parameters, examples,
                                                 std::min<int>(static_cast<int>(kCodes), most - drawn),
                                                 options.varianceFactor, generator));
        }
        const torch::Tensor logWeights = torch::cat(parts, 1);
        for (std::int64_t n = 0; n < examples.size(0); ++n) {
            for (std::size_t k = 0; k < options.draws.size(); ++k) {
                add(tallies[k], logWeights[n], options.draws[k]);
            }
        }
        const torch::Tensor logMeans = torch::logsumexp(logWeights, 1) - std::log(static_cast<double>(most));
        for (std::int64_t n = 0; n < examples.size(0); ++n) {
            estimate.logLikelihood.push_back(logMeans[n].item<double>());
        }
    }
    const auto count = static_cast<double>(x.size(0));
    estimate.draws = options.draws;
    for (const Tally& tally : tallies) {
        const double bias = tally.bias / count;
        estimate.nll.push_back({-tally.sum / count, std::sqrt(tally.variance / (count * count) + bias * bias)});
    }
    return estimate;
}

}  // namespace elbo
