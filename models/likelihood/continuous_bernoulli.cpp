#include "models/likelihood/continuous_bernoulli.h"

#include "models/likelihood/uniform_noise.h"
#include "models/tensor/torch.h"

namespace elbo {

namespace {

// p(x) = exp(x l - A(l)) with the logit l and A(l) = log((e^l - 1) / l) = l / 2 + log(sinh(l / 2) / (l / 2)). Around l
// = 0 numerator and denominator vanish together; there the functions are their series, whose first term that is left
// out is below 1e-13 of the value.
constexpr double kSeries = 0.5;
constexpr double kQuantileSeries = 0.05;

/// `series` within `range` of 0 and `direct` elsewhere. Both are evaluated; `direct` gets arguments that are safe for
/// it.
template <class Series, class Direct>
torch::Tensor piecewise(double range, const torch::Tensor& logit, Series series, Direct direct) {
    const torch::Tensor near = logit.abs() < range;
    const torch::Tensor safe = torch::where(near, torch::full_like(logit, 1.0), logit);
    return torch::where(near, series(torch::where(near, logit, torch::zeros_like(logit))), direct(safe));
}

/// A(l).
torch::Tensor logPartition(const torch::Tensor& logit) {
    return piecewise(
        kSeries, logit,
        [](const torch::Tensor& l) {
            const torch::Tensor s = l.square();
            return 0.5 * l +
                   s * (1.0 / 24.0 +
                        s * (-1.0 / 2880.0 + s * (1.0 / 181440.0 + s * (-1.0 / 9676800.0 + s * (1.0 / 479001600.0)))));
        },
        [](const torch::Tensor& l) {
            const torch::Tensor size = l.abs();
            return 0.5 * (l + size) + torch::log1p(-torch::exp(-size)) - size.log();
        });
}

/// The inverse of the distribution function, log(1 - u + u e^l) / l: smooth in l, so that samples need no relaxation.
torch::Tensor inverseDistribution(const torch::Tensor& logit, const torch::Tensor& uniform) {
    return piecewise(
        kQuantileSeries, logit,
        [&uniform](const torch::Tensor& l) {
            // log(1 - u + u e^l) generates the cumulants of a coin that shows u.
            const torch::Tensor& u = uniform;
            const torch::Tensor v = u * (1.0 - u);
            const torch::Tensor third = v * (1.0 - 2.0 * u);
            return u + l * (v / 2.0 + l * (third / 6.0 + l * (v * (1.0 - 6.0 * v) / 24.0 +
                                                              l * (third * (1.0 - 12.0 * v) / 120.0 +
                                                                   l * v * (1.0 - 30.0 * v + 120.0 * v * v) / 720.0))));
        },
        [&uniform](const torch::Tensor& l) {
            // Written for negative logits, by the symmetry of l about 0 and x about 1/2: no exponential overflows.
            const torch::Tensor size = l.abs();
            const torch::Tensor u = torch::where(l < 0.0, uniform, 1.0 - uniform);
            const torch::Tensor x = -torch::log1p(u * torch::expm1(-size)) / size;
            return torch::where(l < 0.0, x, 1.0 - x);
        });
}

}  // namespace

torch::Tensor ContinuousBernoulliFamily::mean(const LikelihoodBatch& batch) const {
    // A'(l) = 1 / (1 - e^-l) - 1 / l.
    return piecewise(
        kSeries, batch.location,
        [](const torch::Tensor& l) {
            const torch::Tensor s = l.square();
            return 0.5 + l * (1.0 / 12.0 + s * (-1.0 / 720.0 +
                                                s * (1.0 / 30240.0 + s * (-1.0 / 1209600.0 + s * (1.0 / 47900160.0)))));
        },
        [](const torch::Tensor& l) { return -1.0 / torch::expm1(-l) - 1.0 / l; });
}

torch::Tensor ContinuousBernoulliFamily::variance(const LikelihoodBatch& batch) const {
    // A''(l) = 1 / l^2 - 1 / (4 sinh^2(l / 2)).
    return piecewise(
        kSeries, batch.location,
        [](const torch::Tensor& l) {
            const torch::Tensor s = l.square();
            return 1.0 / 12.0 + s * (-1.0 / 240.0 + s * (1.0 / 6048.0 + s * (-1.0 / 172800.0 + s * (1.0 / 5322240.0))));
        },
        [](const torch::Tensor& l) {
            // 1 / (4 sinh^2(l / 2)) = e^-|l| / (1 - e^-|l|)^2, which does not overflow.
            const torch::Tensor size = l.abs();
            return 1.0 / l.square() - torch::exp(-size) / torch::expm1(-size).square();
        });
}

torch::Tensor ContinuousBernoulliFamily::distortion(const LikelihoodBatch& batch, const torch::Tensor& x) const {
    return (logPartition(batch.location) - batch.location * x).sum(-1);
}

ExponentialForm ContinuousBernoulliFamily::exponential(const LikelihoodBatch& batch) const {
    return {batch.location, {}, -logPartition(batch.location).sum(-1)};
}

torch::Tensor ContinuousBernoulliFamily::sample(const LikelihoodBatch& batch, const torch::Tensor& noise,
                                                double /*relaxation*/) const {
    return inverseDistribution(batch.location, uniformOf(noise));
}

torch::Tensor ContinuousBernoulliFamily::draw(const LikelihoodBatch& batch, torch::Generator& generator) const {
    return inverseDistribution(batch.location,
                               torch::rand(batch.location.sizes(), generator, batch.location.options()));
}

}  // namespace elbo
