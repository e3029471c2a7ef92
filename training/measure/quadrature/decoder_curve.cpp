#include "training/measure/quadrature/decoder_curve.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "models/tensor/torch.h"
#include "training/measure/quadrature/exact_posterior.h"
#include "training/measure/quadrature/sampling_errors.h"

namespace elbo {

namespace {

constexpr double kLowestBeta = 0.05;
constexpr double kHighestBeta = 500.0;
constexpr int kBetas = 14;
/// log density at the edge of the grid, below the peak, that is called mass.
constexpr double kEdge = -14.0;
/// Nats of a mean rate or distortion beyond which a point is none.
constexpr double kMostError = 0.25;

double meanOf(const std::vector<double>& values) {
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// Of the mean over a part of `available` examples; 0 where the part is all.
double samplingError(const std::vector<double>& values, int available) {
    const auto count = static_cast<double>(values.size());
    return available > count ? errorOfPart(values, count, available) : 0.0;
}

/// What the best encoder reaches at one weight of the rate.
struct Tally {
    double beta = 1.0;
    double rateError = 0.0, distortionError = 0.0, objectiveError = 0.0;
    double logEdge = -1e300;
    std::vector<double> rates, distortions, objectives;  ///< of every example; the last are D + beta R

    explicit Tally(double weight) : beta(weight) {}

    void add(const Surface& surface, const Surface& half, const PriorValues& prior) {
        const ExactPosterior best = integratePosterior(surface, prior, 1.0 / beta);
        const ExactPosterior coarse = integratePosterior(half, prior, 1.0 / beta);
        const double bestRate = best.logLikelihood / beta - best.logEvidence;
        const double coarseRate = coarse.logLikelihood / beta - coarse.logEvidence;
        rates.push_back(bestRate);
        distortions.push_back(-best.logLikelihood);
        rateError += std::abs(bestRate - coarseRate);
        distortionError += std::abs(best.logLikelihood - coarse.logLikelihood);
        objectiveError += beta * std::abs(best.logEvidence - coarse.logEvidence);
        logEdge = std::max(logEdge, best.logEdge.maxCoeff());
        objectives.push_back(-beta * best.logEvidence);
    }

    DecoderCurvePoint point() const {
        const auto count = static_cast<double>(rates.size());
        // Where a code says nothing, rounding may leave less than nothing.
        return {
            beta, {std::max(0.0, meanOf(rates)), rateError / count}, {meanOf(distortions), distortionError / count}};
    }
    /// The same with errors that count in that the examples are a part of so many.
    DecoderCurvePoint pointOf(int available) const {
        DecoderCurvePoint whole = point();
        whole.rate.error = std::hypot(whole.rate.error, samplingError(rates, available));
        whole.distortion.error = std::hypot(whole.distortion.error, samplingError(distortions, available));
        return whole;
    }
    bool resolved() const {
        const DecoderCurvePoint here = point();
        return logEdge <= kEdge && here.rate.error <= kMostError && here.distortion.error <= kMostError;
    }
};

/// D + beta R of the encoder less that of the best one, a mean over the examples.
Measured inferenceGap(const EncoderPoint& encoder, const Tally& best, int available) {
    std::vector<double> gaps;
    for (std::size_t n = 0; n < best.objectives.size(); ++n) {
        gaps.push_back(encoder.distortions[n] + best.beta * encoder.rates[n] - best.objectives[n]);
    }
    const double quadrature = best.objectiveError / static_cast<double>(gaps.size()) + encoder.distortionError;
    return {meanOf(gaps), std::hypot(quadrature, samplingError(gaps, available))};
}

}  // namespace

std::vector<double> decoderCurveBetas() {
    std::vector<double> betas;
    for (int i = 0; i < kBetas; ++i) {
        betas.push_back(kLowestBeta * std::pow(kHighestBeta / kLowestBeta, i / (kBetas - 1.0)));
    }
    return betas;
}

std::string whyNoSlope(const Experiment& experiment, const ObjectiveSpec& objective, const Knobs& knobs) {
    if (objective.rateTerm != RateTerm::Rate || experiment.constraints.any()) {
        return "the objective does not weigh the rate by itself";
    }
    return knobs.rateWeight() > 0.0 && knobs.distortion > 0.0
               ? ""
               : "the objective has no positive weights on both distortion and rate";
}

double slopeInForce(const Experiment& experiment, const ObjectiveSpec& objective, const Knobs& knobs) {
    return whyNoSlope(experiment, objective, knobs).empty() ? knobs.rateWeight() / knobs.distortion
                                                            : std::numeric_limits<double>::quiet_NaN();
}

DecoderCurve decoderCurve(const LatentModel& model, const FleetParameters& parameters, const PriorValues& prior,
                          const torch::Tensor& x, const LatentGrid& grid, const EncoderPoint& encoder,
                          const DecoderCurveOptions& options, const MeasureProgress& progress) {
    std::vector<Tally> tallies(options.betas.begin(), options.betas.end());
    const bool held = options.slope > 0.0;
    if (held) {
        tallies.emplace_back(options.slope);
    }
    DecoderCurve curve;
    if (tallies.empty() || x.size(0) == 0) {
        return curve;
    }
    forSurfaces(model, parameters, x, grid, [&](std::int64_t, const Surface& surface) {
        progress.at(0.82);
        const Surface half = surface.halved();
        for (Tally& tally : tallies) {
            tally.add(surface, half, prior);
        }
    });
    curve.examples = static_cast<int>(x.size(0));
    if (held) {
        curve.best = tallies.back().pointOf(options.available);
        curve.inferenceGap = inferenceGap(encoder, tallies.back(), options.available);
    }
    for (const Tally& tally : tallies) {
        if (tally.resolved()) {
            curve.points.push_back(tally.point());
        }
    }
    // The heaviest weight first: a rate that rises.
    std::stable_sort(curve.points.begin(), curve.points.end(),
                     [](const DecoderCurvePoint& a, const DecoderCurvePoint& b) { return a.beta > b.beta; });
    // Of the encoder, the examples that the curve rests on.
    const auto firstMean = [&](const std::vector<double>& values) {
        return std::accumulate(values.begin(), values.begin() + curve.examples, 0.0) / curve.examples;
    };
    curve.distortion = firstMean(encoder.distortions);
    curve.rate = firstMean(encoder.rates);
    return curve;
}

}  // namespace elbo
