#include "training/measure/mixture_information.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "models/fleet/generator.h"
#include "models/tensor/torch.h"

namespace elbo {

namespace {

const double kLogTwoPi = std::log(2.0 * std::numbers::pi);

Measured meanOf(const torch::Tensor& values) {
    return {values.mean().item<double>(),
            std::sqrt(values.var(true).item<double>() / static_cast<double>(values.size(0)))};
}

}  // namespace

torch::Tensor logMixtureDensity(const torch::Tensor& z, const Gaussian& posteriors) {
    const torch::Tensor means = posteriors.mean[0];
    if (!posteriors.diagonal()) {
        const double constant = 0.5 * kLogTwoPi * static_cast<double>(means.size(1));
        return torch::logsumexp(posteriors.pairs(z.unsqueeze(0))[0], 1) - constant -
               std::log(static_cast<double>(means.size(0)));
    }
    const torch::Tensor stddevs = posteriors.stddev[0];
    // log q(z|x_n) is a linear function of (z^2, z): all pairs are one matrix product.
    const torch::Tensor precision = stddevs.square().reciprocal();
    const torch::Tensor factors = torch::cat({-0.5 * precision, means * precision}, 1);
    const torch::Tensor constants = -0.5 * (means.square() * precision).sum(1) - stddevs.log().sum(1) -
                                    0.5 * kLogTwoPi * static_cast<double>(means.size(1)) -
                                    std::log(static_cast<double>(means.size(0)));
    const torch::Tensor powers = torch::cat({z.square(), z}, 1);
    return torch::logsumexp(torch::addmm(constants, powers, factors.t()), 1);
}

MixtureEstimates sampleMixture(const Gaussian& posteriors, int draws, std::uint64_t seed,
                               const MeasureProgress& progress, const LogPrior& logPriorOf) {
    const torch::NoGradGuard noGradients;
    // Pairs with full covariances hold Z numbers each.
    const std::int64_t block = posteriors.diagonal() ? 128 : 16;
    torch::Generator generator = makeGenerator(seed);
    const std::int64_t n = posteriors.mean.size(1), dim = posteriors.mean.size(2);
    // Evenly spread: every `n / draws`-th example, or all of them in turn.
    const torch::Tensor turns = torch::arange(draws, torch::kInt64);
    const torch::Tensor chosen = draws < n ? (turns * n).div(draws, "floor") : torch::remainder(turns, n);
    const torch::Tensor noise = torch::randn({draws, dim}, generator, posteriors.mean.options());
    const torch::Tensor mean = posteriors.mean[0].index_select(0, chosen);
    torch::Tensor z, logStretch;
    if (posteriors.diagonal()) {
        const torch::Tensor stddev = posteriors.stddev[0].index_select(0, chosen);
        z = mean + stddev * noise;
        logStretch = stddev.log().sum(1);
    } else {
        const torch::Tensor factor = posteriors.factor[0].index_select(0, chosen);
        z = mean + torch::matmul(factor, noise.unsqueeze(-1)).squeeze(-1);
        logStretch = factor.diagonal(0, -2, -1).log().sum(-1);
    }
    const double constant = 0.5 * kLogTwoPi * static_cast<double>(dim);
    const torch::Tensor logOwn = -0.5 * noise.square().sum(1) - logStretch - constant;
    const torch::Tensor logPrior = logPriorOf ? logPriorOf(z) : -0.5 * z.square().sum(1) - constant;
    torch::Tensor logQ = torch::empty({draws}, posteriors.mean.options());
    for (std::int64_t start = 0; start < draws; start += block) {
        progress.at(static_cast<double>(start) / draws);
        const std::int64_t count = std::min(block, draws - start);
        logQ.narrow(0, start, count).copy_(logMixtureDensity(z.narrow(0, start, count), posteriors));
    }
    return {meanOf(logOwn - logQ), meanOf(logQ - logPrior)};
}

}  // namespace elbo
