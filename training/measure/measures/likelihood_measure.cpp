// The likelihood by importance sampling and, where quadrature has too many dimensions, the gap that the ELBO leaves.
#include <algorithm>
#include <cmath>

#include "training/measure/importance_sampling.h"
#include "training/measure/measures/measure_sink.h"
#include "training/measure/measures/sample_mean.h"

namespace elbo {

namespace {

/// Examples unless more are asked for.
constexpr int kMostExamples = 1000;

int examplesOf(const MeasureSubject& subject) {
    const ModelMeasureOptions& options = subject.options();
    const auto available = static_cast<int>(subject.split().x.size(0));
    if (options.examples > 0) {
        return std::min(options.examples, available);
    }
    // Half a minute on one core: two operations per weight and draw, and some thirty per value of x.
    constexpr double kOperations = 1e12;
    const double perDraw = 2.0 * static_cast<double>(subject.model().layout()->size()) + 30.0 * subject.dataset().dim;
    const double affordable = kOperations / subject.fleet().experiment.fleetSize() / (perDraw * options.draws.back());
    return std::min(available, std::clamp(static_cast<int>(std::min(affordable, 1e6)), 20, kMostExamples));
}

std::string whyNot(const MeasureSubject& subject, const std::string& name) {
    if (name != "kl_posterior") {
        return "";
    }
    if (subject.model().latentDim() <= 2) {
        return "quadrature gives it";
    }
    return subject.options().varianceFactor != 1.0 ? "the draws are those of a wider proposal" : "";
}

void run(const MeasureSubject& subject, MeasureSink& sink, const MeasureProgress& progress) {
    const SubjectSplit& split = subject.split();
    const ModelMeasureOptions& options = subject.options();
    const int count = examplesOf(subject);
    const ImportanceEstimate estimate =
        importanceSample(subject.model(), *subject.fleet().snapshot.parameters, subject.member(),
                         split.x.narrow(0, 0, count), {options.draws, options.varianceFactor, kMeasureSeed}, progress);
    const auto whole = static_cast<int>(split.x.size(0));
    for (std::size_t k = 0; k < estimate.draws.size(); ++k) {
        sink.putNumbered("nll_k", estimate.draws[k], ofPart(estimate.nll[k], estimate.logLikelihood, whole));
    }
    sink.put("nll", ofPart(estimate.nll.back(), estimate.logLikelihood, whole));
    // Of these few examples both sides of the gap are known; the ELBO of the whole split is that of others too.
    sink.put("kl_posterior", {estimate.single.value - estimate.nll.back().value,
                              std::hypot(estimate.single.error, estimate.nll.back().error)});
    sink.countOfSplit("nll_examples", count);
    sink.count("nll_draws", options.draws.back());
}

}  // namespace

Measure likelihoodMeasure() {
    return {{"nll", "kl_posterior"}, "log-likelihood", whyNot, run};
}

}  // namespace elbo
