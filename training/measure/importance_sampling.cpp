#include "training/measure/importance_sampling.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "models/tensor/torch.h"

namespace elbo {

namespace {

/// Codes decoded at a time: bounds memory at [2048, D] per layer, which is used again and again.
constexpr std::int64_t kCodes = 2048;

/// Sums over examples of one K.
struct Tally {
    double sum = 0.0;       ///< of log mean weights, averaged over the groups of an example
    double variance = 0.0;  ///< of those averages

    /// Adds one example's log weights, cut into groups of `size`.
    void add(const torch::Tensor& logWeights, int size) {
        const std::int64_t groups = logWeights.size(0) / size;
        const torch::Tensor grouped = logWeights.narrow(0, 0, groups * size).view({groups, size});
        const torch::Tensor logMeans = torch::logsumexp(grouped, 1) - std::log(static_cast<double>(size));
        const double mean = logMeans.mean().item<double>();
        sum += mean;
        if (groups > 1) {
            variance += logMeans.var(true).item<double>() / static_cast<double>(groups);
        } else {
            // Delta method: the relative variance of the mean weight.
            variance += size > 1 ? (logWeights - mean).exp().var(true).item<double>() / static_cast<double>(size) : 0.0;
        }
    }
};

/// What the bound of K draws still lacks to log p(x), from the bounds of K / 4, K / 2 and K: where each doubling closes
/// the gap by the same factor, a geometric series. Weights of finite variance halve it; heavy tails are slower, and
/// beyond kSlowest nothing is known but that much is missing.
double remainingGap(double quarter, double half, double whole) {
    constexpr double kFastest = 0.5;
    constexpr double kSlowest = 0.9;
    const double before = std::max(0.0, half - quarter);
    const double last = std::max(0.0, whole - half);
    const double ratio = before > 0.0 ? std::clamp(last / before, kFastest, kSlowest) : kSlowest;
    return last * ratio / (1.0 - ratio);
}

}  // namespace

torch::Tensor logImportanceWeights(const LatentModel& model, const FleetParameters& parameters, const torch::Tensor& x,
                                   int draws, double varianceFactor, torch::Generator& generator) {
    const Gaussian posterior = model.encode(parameters, x);
    const std::int64_t count = x.size(0);
    const std::int64_t dim = model.latentDim();
    const torch::Tensor noise = torch::randn({count, draws, dim}, generator, x.options());
    // The proposal is Gaussian whatever q(z|x) is; z and log |L|, the logarithm of what it is stretched by.
    torch::Tensor z, logStretch;
    if (posterior.diagonal()) {
        const torch::Tensor stddev = posterior.stddev[0].unsqueeze(1) * std::sqrt(varianceFactor);
        z = posterior.mean[0].unsqueeze(1) + stddev * noise;
        logStretch = stddev.to(torch::kFloat64).log().sum(-1);
    } else {
        const torch::Tensor factor = posterior.factor[0] * std::sqrt(varianceFactor);
        z = posterior.mean[0].unsqueeze(1) + torch::matmul(noise, factor.transpose(-1, -2));
        logStretch = factor.to(torch::kFloat64).diagonal(0, -2, -1).log().sum(-1, true);
    }
    const torch::Tensor repeated = x.unsqueeze(1).expand({count, draws, x.size(1)}).reshape({count * draws, x.size(1)});
    const torch::Tensor distortion =
        model.decoder().distortion(parameters, z.reshape({1, count * draws, dim}), repeated)[0].view({count, draws});
    // The constant of the normal density, which N(0, I) and the proposal share, is left out of both.
    torch::Tensor logPrior;
    if (model.prior().standardNormal()) {
        logPrior = -0.5 * z.to(torch::kFloat64).square().sum(-1);
    } else {
        const double constant = 0.5 * static_cast<double>(dim) * std::log(2.0 * std::numbers::pi);
        logPrior = model.prior()
                       .logDensity(parameters, z.reshape({1, count * draws, dim}))[0]
                       .view({count, draws})
                       .to(torch::kFloat64) +
                   constant;
    }
    const torch::Tensor logProposal = -0.5 * noise.to(torch::kFloat64).square().sum(-1) - logStretch;
    return logPrior - logProposal - distortion.to(torch::kFloat64);
}

ImportanceEstimate importanceSample(const LatentModel& model, const FleetParameters& fleet, int member,
                                    const torch::Tensor& x, const ImportanceOptions& options,
                                    const MeasureProgress& progress) {
    const torch::NoGradGuard noGradients;
    const FleetParameters parameters = fleet.member(member);
    torch::Generator generator = makeGenerator(options.seed);
    const int most = options.draws.back();
    const std::int64_t batch = std::max<std::int64_t>(1, kCodes / most);
    std::vector<Tally> tallies(options.draws.size());
    Tally half, quarter, single;
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
                tallies[k].add(logWeights[n], options.draws[k]);
            }
            half.add(logWeights[n], std::max(1, most / 2));
            single.add(logWeights[n], 1);
            quarter.add(logWeights[n], std::max(1, most / 4));
        }
        const torch::Tensor logMeans = torch::logsumexp(logWeights, 1) - std::log(static_cast<double>(most));
        for (std::int64_t n = 0; n < examples.size(0); ++n) {
            estimate.logLikelihood.push_back(logMeans[n].item<double>());
        }
    }
    const auto count = static_cast<double>(x.size(0));
    estimate.draws = options.draws;
    for (const Tally& tally : tallies) {
        estimate.nll.push_back({-tally.sum / count, std::sqrt(tally.variance) / count});
    }
    estimate.single = {-single.sum / count, std::sqrt(single.variance) / count};
    Measured& last = estimate.nll.back();
    last.error = std::hypot(last.error, remainingGap(quarter.sum, half.sum, tallies.back().sum) / count);
    return estimate;
}

}  // namespace elbo
