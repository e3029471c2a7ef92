#include "training/measure/mixture_information.h"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "models/latent_model.h"

namespace elbo {

namespace {

const double kLogTwoPi = std::log(2.0 * std::numbers::pi);

Measured meanOf(const torch::Tensor& values) {
    return {values.mean().item<double>(),
            std::sqrt(values.var(true).item<double>() / static_cast<double>(values.size(0)))};
}

}  // namespace

torch::Tensor logMixtureDensity(const torch::Tensor& z, const torch::Tensor& means, const torch::Tensor& stddevs) {
    // log q(z|x_n) is a linear function of (z^2, z): all pairs are one matrix product.
    const torch::Tensor precision = stddevs.square().reciprocal();
    const torch::Tensor factors = torch::cat({-0.5 * precision, means * precision}, 1);
    const torch::Tensor constants = -0.5 * (means.square() * precision).sum(1) - stddevs.log().sum(1) -
                                    0.5 * kLogTwoPi * static_cast<double>(means.size(1)) -
                                    std::log(static_cast<double>(means.size(0)));
    const torch::Tensor powers = torch::cat({z.square(), z}, 1);
    return torch::logsumexp(torch::addmm(constants, powers, factors.t()), 1);
}

MixtureEstimates sampleMixture(const torch::Tensor& means, const torch::Tensor& stddevs, int draws, std::uint64_t seed,
                               const MeasureProgress& progress) {
    const torch::NoGradGuard noGradients;
    constexpr std::int64_t kBlock = 128;
    torch::Generator generator = makeGenerator(seed);
    const std::int64_t n = means.size(0);
    // Evenly spread: every `n / draws`-th example, or all of them in turn.
    const torch::Tensor turns = torch::arange(draws, torch::kInt64);
    const torch::Tensor chosen = draws < n ? (turns * n).div(draws, "floor") : torch::remainder(turns, n);
    const torch::Tensor noise = torch::randn({draws, means.size(1)}, generator, means.options());
    const torch::Tensor stddev = stddevs.index_select(0, chosen);
    const torch::Tensor z = means.index_select(0, chosen) + stddev * noise;
    const double constant = 0.5 * kLogTwoPi * static_cast<double>(means.size(1));
    const torch::Tensor logOwn = -0.5 * noise.square().sum(1) - stddev.log().sum(1) - constant;
    const torch::Tensor logPrior = -0.5 * z.square().sum(1) - constant;
    torch::Tensor logQ = torch::empty({draws}, means.options());
    for (std::int64_t start = 0; start < draws; start += kBlock) {
        progress.at(static_cast<double>(start) / draws);
        const std::int64_t count = std::min(kBlock, draws - start);
        logQ.narrow(0, start, count).copy_(logMixtureDensity(z.narrow(0, start, count), means, stddevs));
    }
    return {meanOf(logOwn - logQ), meanOf(logQ - logPrior)};
}

}  // namespace elbo
