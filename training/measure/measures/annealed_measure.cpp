// The price of the encoder where quadrature has too many dimensions: the best that any encoder could reach with this
// decoder, by annealed importance sampling.
#include <algorithm>
#include <cmath>

#include "models/objective/rate.h"
#include "models/tensor/torch.h"
#include "training/measure/annealed_importance_sampling.h"
#include "training/measure/measures/measure_sink.h"
#include "training/measure/measures/sample_mean.h"
#include "training/measure/quadrature/decoder_curve.h"
#include "training/tensors/tensor_values.h"

namespace elbo {

namespace {

/// Examples unless more are asked for.
constexpr int kFewestExamples = 4;
constexpr int kMostExamples = 100;
/// Codes per example that the encoder's own distortion is a mean of.
constexpr int kEncoderDraws = 32;
/// Draws of an importance sample that one temperature stands for: both are what a careful estimate takes.
constexpr int kDrawsPerTemperature = 25;
constexpr int kFewestTemperatures = 20;

const Knobs& knobsOf(const MeasureSubject& subject) {
    return subject.fleet().snapshot.objective.knobs[static_cast<std::size_t>(subject.member())];
}

std::string whyNot(const MeasureSubject& subject, const std::string& /*name*/) {
    const FleetSubject& fleet = subject.fleet();
    if (subject.model().latentDim() <= 2) {
        return "quadrature gives it";
    }
    if (!subject.model().posterior().density() || subject.model().spec().decoderNoise > 0) {
        return "the density of encoder or decoder is not known";
    }
    return whyNoSlope(fleet.experiment, fleet.snapshot.objective.spec, knobsOf(subject));
}

AnnealingOptions optionsOf(const MeasureSubject& subject) {
    const FleetSubject& fleet = subject.fleet();
    AnnealingOptions options;
    options.betas = {slopeInForce(fleet.experiment, fleet.snapshot.objective.spec, knobsOf(subject))};
    options.temperatures =
        std::clamp(fleet.options.draws.back() / kDrawsPerTemperature, kFewestTemperatures, options.temperatures);
    options.seed = kMeasureSeed;
    return options;
}

int examplesOf(const MeasureSubject& subject, const AnnealingOptions& annealing) {
    const auto available = static_cast<int>(subject.split().x.size(0));
    if (subject.options().examples > 0) {
        return std::min(subject.options().examples, available);
    }
    // Some twenty seconds on one core. Two rounds and a half, and a gradient that costs as much as three decodings.
    constexpr double kOperations = 5e11;
    const double decodings = 2.5 * annealing.temperatures * annealing.chains * annealing.leapfrogs * 3.0;
    const double perExample =
        decodings * (2.0 * static_cast<double>(subject.model().layout()->size()) + 30.0 * subject.dataset().dim);
    const double affordable = kOperations / subject.fleet().experiment.fleetSize() / perExample;
    return std::min(available, std::clamp(static_cast<int>(std::min(affordable, 1e6)), kFewestExamples, kMostExamples));
}

/// D + beta R of every example under the encoder, with the error that draws of its codes leave in their mean.
struct EncoderObjective {
    std::vector<double> values;
    double error = 0.0;
};

EncoderObjective encoderObjective(const MeasureSubject& subject, const torch::Tensor& x, double beta) {
    const LatentModel& model = subject.model();
    const auto posterior = model.posterior().of(subject.parameters(), x);
    torch::Generator generator = makeGenerator(kMeasureSeed);
    std::vector<torch::Tensor> draws;
    for (int i = 0; i < kEncoderDraws; ++i) {
        const torch::Tensor noise = torch::randn({x.size(0), model.posteriorNoise()}, generator, x.options());
        const torch::Tensor z = posterior->sample(noise);
        draws.push_back((model.decoder().distortion(subject.parameters(), z, x) +
                         beta * rateOf(model, subject.parameters(), *posterior, z))[0]
                            .to(torch::kFloat64));
    }
    const torch::Tensor all = torch::stack(draws);  // [draws, N]
    const torch::Tensor mean = all.mean(0);
    const double variance = (all - mean).square().sum().item<double>() / (kEncoderDraws - 1.0) / kEncoderDraws;
    return {toDoubles(mean), std::sqrt(variance) / static_cast<double>(x.size(0))};
}

void run(const MeasureSubject& subject, MeasureSink& sink, const MeasureProgress& progress) {
    const AnnealingOptions options = optionsOf(subject);
    const double beta = options.betas.front();
    const int count = examplesOf(subject, options);
    const auto whole = static_cast<int>(subject.split().x.size(0));
    const torch::Tensor x = subject.split().x.narrow(0, 0, count);
    const AnnealedPoint best = annealedCurve(subject.model(), subject.parameters(), 0, x, options, progress).front();
    const EncoderObjective encoder = encoderObjective(subject, x, beta);
    std::vector<double> gaps;
    double sum = 0.0;
    for (std::size_t n = 0; n < encoder.values.size(); ++n) {
        gaps.push_back(encoder.values[n] + beta * best.logIntegrals[n]);
        sum += gaps.back();
    }
    sink.put("inference_gap",
             ofPart({sum / count, std::hypot(encoder.error, beta * best.logIntegral.error)}, gaps, whole));
    sink.put("rate_best_encoder", ofPart(best.rate, best.rates, whole));
    sink.put("distortion_best_encoder", ofPart(best.distortion, best.distortions, whole));
    sink.countOfSplit("annealed_examples", count);
    sink.count("annealed_temperatures", options.temperatures);
}

}  // namespace

Measure annealedMeasure() {
    return {{"inference_gap", "rate_best_encoder", "distortion_best_encoder"}, "annealing", whyNot, run};
}

}  // namespace elbo
