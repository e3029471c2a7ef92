#include "training/measure/annealed_importance_sampling.h"

#include <torch/autograd.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <utility>

#include "models/tensor/torch.h"
#include "training/tensors/tensor_values.h"

namespace elbo {

namespace {

/// Codes decoded at a time, which bounds the memory.
constexpr std::int64_t kCodes = 2048;
/// Of the sigmoid along which the temperatures rise: it runs from -kSteepness to kSteepness.
constexpr double kSteepness = 4.0;
/// Trajectories that should be accepted, and how fast their step follows.
constexpr double kAcceptance = 0.65;
constexpr double kAdaptation = 0.2;
constexpr double kFirstStep = 0.5;

/// Powers t of the likelihood, rising from 0, and which of them belong to betas.
struct Schedule {
    std::vector<double> powers;

    /// Every `stride`-th of the steps, and the powers 1 / beta.
    Schedule(const AnnealingOptions& options, int stride) {
        double most = 0.0;
        for (const double beta : options.betas) {
            most = std::max(most, 1.0 / beta);
            powers.push_back(1.0 / beta);
        }
        const auto sigmoid = [](double at) { return 1.0 / (1.0 + std::exp(-at)); };
        const double low = sigmoid(-kSteepness), high = sigmoid(kSteepness);
        for (int i = 0; i < options.temperatures; i += stride) {
            const double at = kSteepness * (2.0 * i / options.temperatures - 1.0);
            powers.push_back(most * (sigmoid(at) - low) / (high - low));
        }
        std::sort(powers.begin(), powers.end());
        powers.erase(std::unique(powers.begin(), powers.end()), powers.end());
    }
};

/// Codes with all that is known there; tensors [C] and [C, Z].
struct Place {
    torch::Tensor z, distortion, logPrior, distortionSlope, priorSlope;

    torch::Tensor energy(double power) const { return power * distortion - logPrior; }
    torch::Tensor slope(double power) const { return power * distortionSlope - priorSlope; }
};

/// Sums behind one beta: log weights and distortions of the chains, [n, chains] in float64.
struct Passed {
    torch::Tensor logWeights, distortions;
};

/// The chains of a block of examples.
class Chains {
  public:
    Chains(const LatentModel& model, const FleetParameters& parameters, const torch::Tensor& x,
           const AnnealingOptions& options, torch::Generator& generator)
        : model_(model),
          parameters_(parameters),
          options_(options),
          generator_(generator),
          examples_(x.size(0)),
          x_(x.repeat_interleave(options.chains, 0)) {}

    /// One round along a schedule: what the chains hold at every beta. `adapt`: the steps are found, else used.
    std::vector<Passed> round(const Schedule& schedule, bool adapt, const MeasureProgress& progress, double share) {
        const std::int64_t count = x_.size(0);
        const torch::Tensor noise = torch::randn({count, model_.priorNoise()}, generator_, x_.options());
        torch::Tensor start = model_.prior().draw(parameters_, noise);
        Place place = placeAt(start.dim() == 3 ? start[0] : start);
        torch::Tensor logWeights = torch::zeros({count}, torch::kFloat64);
        torch::Tensor step = torch::full({examples_}, kFirstStep, x_.options());
        std::vector<Passed> passed(options_.betas.size());
        for (std::size_t i = 1; i < schedule.powers.size(); ++i) {
            progress.at(share);
            const double power = schedule.powers[i];
            logWeights = logWeights - (power - schedule.powers[i - 1]) * place.distortion.to(torch::kFloat64);
            if (adapt) {
                steps_[power] = step;
            }
            const torch::Tensor accepted = move(place, power, steps_.at(power));
            if (adapt) {
                step = step * (kAdaptation * (accepted.view({examples_, -1}).mean(1) - kAcceptance)).exp();
            }
            for (std::size_t k = 0; k < passed.size(); ++k) {
                if (power == 1.0 / options_.betas[k]) {
                    passed[k] = {logWeights.view({examples_, -1}),
                                 place.distortion.to(torch::kFloat64).view({examples_, -1})};
                }
            }
        }
        return passed;
    }

  private:
    Place placeAt(const torch::Tensor& z) const {
        const torch::AutoGradMode gradients(true);
        const torch::Tensor codes = z.detach().clone().requires_grad_();
        const torch::Tensor distortion = model_.decoder().distortion(parameters_, codes.unsqueeze(0), x_)[0];
        const torch::Tensor logPrior = model_.prior().logDensity(parameters_, codes.unsqueeze(0))[0];
        const torch::Tensor distortionSlope = torch::autograd::grad({distortion.sum()}, {codes})[0];
        const torch::Tensor priorSlope = torch::autograd::grad({logPrior.sum()}, {codes})[0];
        return {codes.detach(), distortion.detach(), logPrior.detach(), distortionSlope, priorSlope};
    }

    /// One trajectory of every chain, taken or not. Returns the chance with which it was, [C].
    torch::Tensor move(Place& place, double power, const torch::Tensor& step) {
        const torch::Tensor pace = step.repeat_interleave(options_.chains, 0).unsqueeze(1);
        torch::Tensor momentum = torch::randn(place.z.sizes(), generator_, place.z.options());
        const torch::Tensor before = place.energy(power) + 0.5 * momentum.square().sum(1);
        Place there = place;
        momentum = momentum - 0.5 * pace * there.slope(power);
        for (int i = 0; i < options_.leapfrogs; ++i) {
            there = placeAt(there.z + pace * momentum);
            momentum = momentum - (i + 1 < options_.leapfrogs ? 1.0 : 0.5) * pace * there.slope(power);
        }
        const torch::Tensor after = there.energy(power) + 0.5 * momentum.square().sum(1);
        // A trajectory that ran away has no energy, and is not taken.
        const torch::Tensor chance = (before - after).clamp_max(0.0).exp().nan_to_num(0.0);
        const torch::Tensor taken = torch::rand(chance.sizes(), generator_, chance.options()) < chance;
        const torch::Tensor rows = taken.unsqueeze(1);
        place = {torch::where(rows, there.z, place.z), torch::where(taken, there.distortion, place.distortion),
                 torch::where(taken, there.logPrior, place.logPrior),
                 torch::where(rows, there.distortionSlope, place.distortionSlope),
                 torch::where(rows, there.priorSlope, place.priorSlope)};
        return chance;
    }

    const LatentModel& model_;
    const FleetParameters& parameters_;
    const AnnealingOptions& options_;
    torch::Generator& generator_;
    std::int64_t examples_;
    torch::Tensor x_;                        ///< every example as often as it has chains
    std::map<double, torch::Tensor> steps_;  ///< of a trajectory, by power: one per example
};

/// Means over chains with their errors, gathered over blocks of examples.
struct Gathered {
    std::vector<double> logIntegrals, halfLogIntegrals, distortions;
    double integralVariance = 0.0, integralBias = 0.0, distortionVariance = 0.0;

    static torch::Tensor logMeans(const torch::Tensor& logWeights) {
        return torch::logsumexp(logWeights, 1) - std::log(static_cast<double>(logWeights.size(1)));
    }
    static void append(std::vector<double>& values, const torch::Tensor& more) {
        const std::vector<double> plain = toDoubles(more);
        values.insert(values.end(), plain.begin(), plain.end());
    }

    void add(const Passed& whole, const Passed& half) {
        const auto chains = static_cast<double>(whole.logWeights.size(1));
        const torch::Tensor weights = torch::softmax(whole.logWeights, 1);
        const torch::Tensor mean = (weights * whole.distortions).sum(1);
        append(logIntegrals, logMeans(whole.logWeights));
        append(halfLogIntegrals, logMeans(half.logWeights));
        append(distortions, mean);
        // Delta method: the relative variance of a mean weight, half of which its logarithm is too low.
        const double relative = (chains * weights - 1.0).square().sum().item<double>() / (chains * (chains - 1.0));
        integralVariance += relative;
        integralBias += 0.5 * relative;
        distortionVariance +=
            (weights.square() * (whole.distortions - mean.unsqueeze(1)).square()).sum().item<double>() * chains /
            (chains - 1.0);
    }

    AnnealedPoint point(double beta) const {
        const auto count = static_cast<double>(logIntegrals.size());
        const auto mean = [&](const std::vector<double>& values) {
            return std::accumulate(values.begin(), values.end(), 0.0) / count;
        };
        AnnealedPoint point;
        point.beta = beta;
        point.logIntegrals = logIntegrals;
        point.distortions = distortions;
        for (std::size_t n = 0; n < logIntegrals.size(); ++n) {
            point.rates.push_back(-logIntegrals[n] - distortions[n] / beta);
        }
        const double missing = std::abs(mean(logIntegrals) - mean(halfLogIntegrals));
        point.logIntegral = {mean(logIntegrals),
                             std::hypot(std::sqrt(integralVariance) / count, integralBias / count, missing)};
        point.distortion = {mean(distortions), std::sqrt(distortionVariance) / count};
        point.rate = {mean(point.rates), std::hypot(point.logIntegral.error, point.distortion.error / beta)};
        return point;
    }
};

}  // namespace

std::vector<AnnealedPoint> annealedCurve(const LatentModel& model, const FleetParameters& fleet, int member,
                                         const torch::Tensor& x, const AnnealingOptions& options,
                                         const MeasureProgress& progress) {
    const torch::NoGradGuard noGradients;
    const FleetParameters parameters = fleet.member(member);
    torch::Generator generator = makeGenerator(options.seed);
    const Schedule all(options, 1), half(options, 2);
    const std::int64_t block = std::max<std::int64_t>(1, kCodes / options.chains);
    std::vector<Gathered> gathered(options.betas.size());
    for (std::int64_t start = 0; start < x.size(0); start += block) {
        const double share = static_cast<double>(start) / static_cast<double>(x.size(0));
        Chains chains(model, parameters, x.narrow(0, start, std::min(block, x.size(0) - start)), options, generator);
        chains.round(all, true, progress, share);
        const std::vector<Passed> whole = chains.round(all, false, progress, share);
        const std::vector<Passed> coarse = chains.round(half, false, progress, share);
        for (std::size_t k = 0; k < gathered.size(); ++k) {
            gathered[k].add(whole[k], coarse[k]);
        }
    }
    std::vector<AnnealedPoint> points;
    for (std::size_t k = 0; k < gathered.size(); ++k) {
        points.push_back(gathered[k].point(options.betas[k]));
    }
    return points;
}

}  // namespace elbo
