#include "training/measure/evaluation.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>
#include <vector>

#include "models/divergence/gaussian_moments.h"
#include "models/divergence/mmd.h"
#include "models/divergence/stein.h"
#include "models/latent_model.h"
#include "models/objective/rate.h"
#include "models/tensor/torch.h"
#include "training/measure/aggregated_posterior.h"
#include "training/measure/evaluation_means.h"
#include "training/tensors/model_inputs.h"
#include "training/tensors/tensor_values.h"

namespace elbo {

namespace {

/// Examples per forward pass: bounds memory at [M, 500, D] per layer.
constexpr int kBlock = 500;
/// Seeds of the fixed draws: evaluations of the same snapshot agree to the last bit.
constexpr std::uint64_t kNoiseSeed = 20180613;
constexpr std::uint64_t kPriorSeed = 20171107;
constexpr std::uint64_t kSecondDrawSeed = 20171108;
/// Draws between two questions whether to go on.
constexpr int kDrawsPerQuestion = 16;
/// Data of so few dimensions cost next to nothing.
constexpr int kCheapDim = 64;

/// Draws per example: `requested`, or for low-dimensional data enough that the noise of the distortion is negligible.
int drawsFor(int requested, int examples, int dim) {
    constexpr int kEnough = 400000;
    if (requested > 0) {
        return requested;
    }
    return dim <= kCheapDim ? std::clamp(kEnough / std::max(1, examples), 2, 256) / 2 * 2 : 1;
}

torch::Tensor offDiagonal(const torch::Tensor& matrices) {
    return matrices - torch::diag_embed(matrices.diagonal(0, -2, -1));
}

struct SplitMetrics {
    torch::Tensor distortion, rate, elbo, distortionError, rateError, elboError;  // [M]
    torch::Tensor squaredError, divergence, logDetCov, activeUnits;               // [M]
    std::int64_t examples = 0;
};

/// The divergence that the experiment trains with, of codes [M, N, Z] or, where it has one, its form without sampling.
torch::Tensor divergenceOf(const LatentModel& model, const torch::Tensor& codes, const AggregatedMoments& moments,
                           const Snapshot& snapshot) {
    const FleetParameters parameters(model.layout(), snapshot.parameters->values().to(torch::kFloat64));
    switch (snapshot.objective.spec.divergence) {
        case DivergenceKind::Mmd: {
            torch::Generator generator = makeGenerator(kPriorSeed);
            const torch::Tensor noise =
                torch::randn({1, codes.size(1), model.priorNoise()}, generator, torch::kFloat64);
            return mmdInBlocks(codes, model.prior().draw(parameters, noise), snapshot.objective.spec.kernel,
                               MmdEstimator::Unbiased);
        }
        case DivergenceKind::Moments:
            return gaussianKl(moments.mean, moments.covariance);
        case DivergenceKind::Stein:
            return steinDiscrepancy(
                codes, steinBandwidth(codes, snapshot.objective.spec.bandwidth), MmdEstimator::Unbiased,
                model.prior().standardNormal() ? torch::Tensor() : model.prior().score(parameters, codes));
        case DivergenceKind::Adversarial:
        case DivergenceKind::Wasserstein:
        case DivergenceKind::RatioKl:
        case DivergenceKind::RatioReverseKl:
            break;  // a snapshot has no critic
    }
    return {};
}

/// Half the squared difference of two draws: an estimate of the variance of one.
torch::Tensor varianceOfOne(const torch::Tensor& first, const torch::Tensor& second) {
    return (first - second).to(torch::kFloat64).square() / 2.0;
}

/// Nothing when the budget says that nobody waits any more.
std::optional<SplitMetrics> evaluateSplit(const LatentModel& model, const Snapshot& snapshot, const ModelInputs& inputs,
                                          const EvaluationBudget& budget) {
    const auto goesOn = [&] { return !budget.goOn || budget.goOn(); };
    const FleetParameters& parameters = *snapshot.parameters;
    const int n = budget.examples > 0 ? std::min(budget.examples, inputs.size()) : inputs.size();
    const std::int64_t members = parameters.members();
    const int draws = drawsFor(budget.draws, n, model.dataDim());
    const bool antithetic = draws >= 4 && draws % 2 == 0;
    torch::Generator noise = makeGenerator(kNoiseSeed);
    MeanOverExamples distortions(members), rates(members), elbos(members);
    torch::Tensor squaredError = torch::zeros({members}, torch::kFloat64);
    torch::Tensor covariance = torch::zeros({1}, torch::kFloat64);  // what full posteriors have besides variances
    std::vector<torch::Tensor> means, variances, codes;
    // Without a closed form the rate is integrated where that is cheap, else averaged over the draws.
    const bool integrable = model.posterior().gaussian() && model.latentDim() <= 2;
    const bool drawnRate = !rateInClosedForm(model) && !integrable;
    // The order of the split, whether all of it is wanted or a part: an example has the same noise in both.
    for (int start = 0; start < n; start += kBlock) {
        const int count = std::min(kBlock, n - start);
        const torch::Tensor batch = inputs.at(inputs.order().data() + start, count);
        const std::unique_ptr<PosteriorBatch> posterior = model.posterior().of(parameters, batch);
        const Gaussian& moments = posterior->moments();
        torch::Tensor knownRate;
        if (!drawnRate) {
            knownRate =
                rateInClosedForm(model) ? moments.rate() : rateByQuadrature(model, parameters, *posterior->gaussian());
        }
        MeanOverDraws distortion(antithetic), rate(antithetic && drawnRate), elbo(antithetic);
        torch::Tensor sampleNoise, ofDistortion, ofRate;
        for (int draw = 0; draw < draws; ++draw) {
            if (draw % kDrawsPerQuestion == 0 && !goesOn()) {
                return std::nullopt;
            }
            // Antithetic pairs: the part of the noise that is odd in epsilon cancels exactly.
            sampleNoise = antithetic && draw % 2 == 1
                              ? -sampleNoise
                              : torch::randn({count, model.posteriorNoise()}, noise, batch.options());
            const torch::Tensor z = posterior->sample(sampleNoise);
            ofDistortion = model.decoder().distortion(parameters, z, batch);
            ofRate = drawnRate ? logRatio(model, parameters, *posterior, z) : knownRate;
            distortion.add(ofDistortion);
            elbo.add(-(ofDistortion + ofRate));
            if (drawnRate) {
                rate.add(ofRate);
            }
            if (draw == 0) {
                codes.push_back(z);
                squaredError +=
                    (model.decoder().mean(parameters, z) - batch).square().mean(2).sum(1, false, torch::kFloat64);
            }
        }
        if (!drawnRate) {
            rate.add(knownRate);
        }
        distortions.add(distortion);
        rates.add(rate);
        elbos.add(elbo);
        if (draws == 1 && start == 0 && 2 * n >= inputs.size()) {
            // One draw tells nothing about its noise, which counts where little else does: a second one of one block.
            torch::Generator second = makeGenerator(kSecondDrawSeed);
            const torch::Tensor z =
                posterior->sample(torch::randn({count, model.posteriorNoise()}, second, batch.options()));
            const torch::Tensor otherDistortion = model.decoder().distortion(parameters, z, batch);
            const torch::Tensor otherRate = drawnRate ? logRatio(model, parameters, *posterior, z) : knownRate;
            distortions.addNoise(varianceOfOne(ofDistortion, otherDistortion));
            elbos.addNoise(varianceOfOne(ofDistortion + ofRate, otherDistortion + otherRate));
            if (drawnRate) {
                rates.addNoise(varianceOfOne(ofRate, otherRate));
            }
        }
        means.push_back(moments.mean);
        variances.push_back(moments.stddev.square());
        if (!moments.diagonal()) {
            covariance = covariance + offDiagonal(moments.meanCovariance().to(torch::kFloat64)) *
                                          (static_cast<double>(count) / static_cast<double>(n));
        }
    }
    SplitMetrics metrics;
    metrics.examples = n;
    metrics.distortion = distortions.mean();
    metrics.rate = rates.mean();
    metrics.elbo = elbos.mean();
    metrics.distortionError = distortions.error(inputs.size());
    metrics.rateError = rates.error(inputs.size());
    metrics.elboError = elbos.error(inputs.size());
    metrics.squaredError = squaredError / static_cast<double>(n);
    AggregatedMoments moments =
        aggregatedMoments(torch::cat(means, 1).to(torch::kFloat64), torch::cat(variances, 1).to(torch::kFloat64));
    moments.covariance = moments.covariance + covariance;
    metrics.logDetCov = moments.logDetCovariance() / static_cast<double>(model.latentDim());
    metrics.activeUnits = moments.activeUnits();

    const std::int64_t count = std::min<std::int64_t>(n, budget.divergenceCodes);
    if (count >= 2) {
        metrics.divergence =
            divergenceOf(model, torch::cat(codes, 1).narrow(1, 0, count).to(torch::kFloat64), moments, snapshot);
    }
    return metrics;
}

}  // namespace

EvaluationBudget liveBudget(int dataDim, int fleetSize) {
    constexpr int kImages = 300;
    constexpr int kPoints = 2000;
    constexpr int kFewest = 100;
    constexpr int kCodes = 300;
    const int examples = std::max(kFewest, (dataDim <= kCheapDim ? kPoints : kImages) / std::max(1, fleetSize));
    return {examples, 1, std::min(examples, kCodes)};
}

bool evaluateSplitInto(Report& report, const Snapshot& snapshot, const LatentModel& model, const ModelInputs& inputs,
                       const std::string& suffix, const EvaluationBudget& budget) {
    if (inputs.size() == 0) {
        return true;
    }
    const torch::NoGradGuard noGradients;
    const std::optional<SplitMetrics> metrics = evaluateSplit(model, snapshot, inputs, budget);
    if (!metrics) {
        return false;
    }
    const auto put = [&](const char* name, const torch::Tensor& values) {
        if (values.defined()) {
            report.values[name + suffix] = toDoubles(values);
        }
    };
    put("distortion", metrics->distortion);
    put("distortion_error", metrics->distortionError);
    put("rate", metrics->rate);
    put("rate_error", metrics->rateError);
    put("elbo", metrics->elbo);
    put("elbo_error", metrics->elboError);
    put("examples", torch::full_like(metrics->distortion, static_cast<double>(metrics->examples)));
    put("reconstruction_error", metrics->squaredError);
    put("log_det_cov", metrics->logDetCov);
    put("active_units", metrics->activeUnits);
    put("marginal_divergence", metrics->divergence);
    return true;
}

bool evaluateInto(Report& report, const Snapshot& snapshot, const Experiment& experiment, const Dataset& dataset,
                  const EvaluationBudget& budget) {
    const LatentModel model(experiment.model, dataset.shape());
    Report both;
    if (!evaluateSplitInto(both, snapshot, model, ModelInputs(experiment, dataset, dataset.train), "_train", budget) ||
        !evaluateSplitInto(both, snapshot, model, ModelInputs(experiment, dataset, dataset.test), "_test", budget)) {
        return false;
    }
    for (auto& [name, values] : both.values) {
        report.values[name] = std::move(values);
    }
    return true;
}

Report runningReport(const Snapshot& snapshot) {
    Report report;
    report.step = snapshot.step;
    report.epoch = snapshot.epoch;
    report.wallSeconds = snapshot.wallSeconds;
    report.stepsPerSecond = snapshot.stepsPerSecond;
    report.values = snapshot.averages;
    for (const KnobName& knob : kKnobNames) {
        for (const Knobs& member : snapshot.objective.knobs) {
            report.values[knob.metric].push_back(member.*knob.value);
        }
    }
    return report;
}

std::optional<RateDistortionPoint> closedForm(const Experiment& experiment, const Knobs& knobs) {
    const ModelSpec& model = experiment.model;
    const bool linear = model.activation == Activation::Identity || (model.encoder.empty() && model.decoder.empty());
    const bool fixedGaussian = model.likelihood == LikelihoodKind::Gaussian && model.variance == VarianceKind::Fixed;
    if (experiment.data.name != "linear-gaussian" || !linear || !fixedGaussian || knobs.rateWeight() <= 0.0 ||
        knobs.divergenceWeight() != 0.0 || !knobs.threeSliders() || experiment.objective.rateTerm != RateTerm::Rate ||
        experiment.constraints.any() || model.posteriorName() != "diagonal_gaussian" || model.decoderNoise > 0 ||
        model.prior != "standard_normal" || model.network != "mlp" || experiment.objective.importanceSamples > 1) {
        return std::nullopt;
    }
    return linearGaussianOptimum(experiment.data.spectrum, model.latentDim, model.noiseVariance, knobs.rateWeight());
}

}  // namespace elbo
