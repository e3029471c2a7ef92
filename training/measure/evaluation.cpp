#include "training/measure/evaluation.h"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>

#include "models/divergence/gaussian_moments.h"
#include "models/divergence/mmd.h"
#include "models/divergence/stein.h"
#include "models/latent_model.h"
#include "models/objective/rate.h"
#include "training/measure/aggregated_posterior.h"
#include "training/tensors/model_inputs.h"
#include "training/tensors/tensor_values.h"

namespace elbo {

namespace {

/// Examples per forward pass: bounds memory at [M, 500, D] per layer.
constexpr int kBlock = 500;
/// Seeds of the fixed draws: evaluations of the same snapshot agree to the last bit.
constexpr std::uint64_t kNoiseSeed = 20180613;
constexpr std::uint64_t kPriorSeed = 20171107;

/// Draws per example: `requested`, or for low-dimensional data enough that the noise of the distortion is negligible.
int drawsFor(int requested, int examples, int dim) {
    constexpr int kEnough = 400000;
    constexpr int kCheapDim = 64;
    if (requested > 0) {
        return requested;
    }
    return dim <= kCheapDim ? std::clamp(kEnough / std::max(1, examples), 2, 256) : 1;
}

torch::Tensor offDiagonal(const torch::Tensor& matrices) {
    return matrices - torch::diag_embed(matrices.diagonal(0, -2, -1));
}

struct SplitMetrics {
    torch::Tensor distortion, rate, squaredError, divergence, logDetCov, activeUnits;  // [M]
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

SplitMetrics evaluateSplit(const LatentModel& model, const Snapshot& snapshot, const torch::Tensor& x,
                           const EvaluationBudget& budget) {
    const FleetParameters& parameters = *snapshot.parameters;
    const std::int64_t n = x.size(0);
    const std::int64_t members = parameters.members();
    const int draws = drawsFor(budget.draws, static_cast<int>(n), model.dataDim());
    torch::Generator noise = makeGenerator(kNoiseSeed);
    torch::Tensor distortion = torch::zeros({members}, torch::kFloat64);
    torch::Tensor rate = torch::zeros({members}, torch::kFloat64);
    torch::Tensor squaredError = torch::zeros({members}, torch::kFloat64);
    torch::Tensor covariance = torch::zeros({1}, torch::kFloat64);  // what full posteriors have besides variances
    std::vector<torch::Tensor> means, variances, codes;
    // Without a closed form the rate is integrated where that is cheap, else averaged over the draws.
    const bool integrable = model.posterior().gaussian() && model.latentDim() <= 2;
    for (std::int64_t start = 0; start < n; start += kBlock) {
        const torch::Tensor batch = x.narrow(0, start, std::min<std::int64_t>(kBlock, n - start));
        const std::unique_ptr<PosteriorBatch> posterior = model.posterior().of(parameters, batch);
        const Gaussian& moments = posterior->moments();
        if (rateInClosedForm(model)) {
            rate += moments.rate().sum(1, false, torch::kFloat64);
        } else if (integrable) {
            rate += rateByQuadrature(model, parameters, *posterior->gaussian()).sum(1, false, torch::kFloat64);
        }
        torch::Tensor sampleNoise;
        for (int draw = 0; draw < draws; ++draw) {
            // Antithetic pairs: the part of the noise that is odd in epsilon cancels exactly.
            sampleNoise = draw % 2 == 0 ? torch::randn({batch.size(0), model.posteriorNoise()}, noise, batch.options())
                                        : -sampleNoise;
            const torch::Tensor z = posterior->sample(sampleNoise);
            distortion += model.decoder().distortion(parameters, z, batch).sum(1, false, torch::kFloat64) /
                          static_cast<double>(draws);
            if (!rateInClosedForm(model) && !integrable) {
                rate += logRatio(model, parameters, *posterior, z).sum(1, false, torch::kFloat64) /
                        static_cast<double>(draws);
            }
            if (draw == 0) {
                codes.push_back(z);
                squaredError +=
                    (model.decoder().mean(parameters, z) - batch).square().mean(2).sum(1, false, torch::kFloat64);
            }
        }
        means.push_back(moments.mean);
        variances.push_back(moments.stddev.square());
        if (!moments.diagonal()) {
            covariance = covariance + offDiagonal(moments.meanCovariance().to(torch::kFloat64)) *
                                          (static_cast<double>(batch.size(0)) / static_cast<double>(n));
        }
    }
    SplitMetrics metrics;
    metrics.distortion = distortion / static_cast<double>(n);
    metrics.rate = rate / static_cast<double>(n);
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

void evaluateInto(Report& report, const Snapshot& snapshot, const Experiment& experiment, const Dataset& dataset,
                  const EvaluationBudget& budget) {
    const torch::NoGradGuard noGradients;
    const LatentModel model(experiment.model, dataset.shape());
    const auto evaluate = [&](const Examples& examples, const std::string& suffix) {
        if (examples.size() == 0) {
            return;
        }
        const int count = budget.examples > 0 ? budget.examples : examples.size();
        const torch::Tensor x = ModelInputs(experiment, dataset, examples, count).first(count);
        const SplitMetrics metrics = evaluateSplit(model, snapshot, x, budget);
        report.values["distortion" + suffix] = toDoubles(metrics.distortion);
        report.values["rate" + suffix] = toDoubles(metrics.rate);
        report.values["elbo" + suffix] = toDoubles(-(metrics.distortion + metrics.rate));
        report.values["reconstruction_error" + suffix] = toDoubles(metrics.squaredError);
        report.values["log_det_cov" + suffix] = toDoubles(metrics.logDetCov);
        report.values["active_units" + suffix] = toDoubles(metrics.activeUnits);
        if (metrics.divergence.defined()) {
            report.values["marginal_divergence" + suffix] = toDoubles(metrics.divergence);
        }
    };
    evaluate(dataset.train, "_train");
    evaluate(dataset.test, "_test");
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
        model.prior != "standard_normal" || model.network != "mlp") {
        return std::nullopt;
    }
    return linearGaussianOptimum(experiment.data.spectrum, model.latentDim, model.noiseVariance, knobs.rateWeight());
}

}  // namespace elbo
