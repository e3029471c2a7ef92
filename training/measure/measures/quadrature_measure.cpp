// What papers call intractable, by quadrature over one or two latent dimensions.
#include "training/measure/quadrature/exact_measures.h"

#include <algorithm>
#include <cmath>

#include "training/measure/measures/measure_sink.h"
#include "training/measure/quadrature/decoder_curve.h"

namespace elbo {

namespace {

/// Examples unless more are asked for.
constexpr int kMostExamples = 1000;

const std::vector<std::string> kOfBestEncoder{"inference_gap", "rate_best_encoder", "distortion_best_encoder"};

const Knobs& knobsOf(const MeasureSubject& subject) {
    return subject.fleet().snapshot.objective.knobs[static_cast<std::size_t>(subject.member())];
}

std::string whyNot(const MeasureSubject& subject, const std::string& name) {
    if (std::find(kOfBestEncoder.begin(), kOfBestEncoder.end(), name) != kOfBestEncoder.end()) {
        const FleetSubject& fleet = subject.fleet();
        const std::string reason = whyNoSlope(fleet.experiment, fleet.snapshot.objective.spec, knobsOf(subject));
        if (!reason.empty()) {
            return reason;
        }
    }
    if (subject.model().latentDim() <= 2) {
        return "";
    }
    return std::string("quadrature is for one or two latent dimensions") +
           (name == "mi_p" ? "; see mi_p_lower and mi_p_upper" : "");
}

void run(const MeasureSubject& subject, MeasureSink& sink, const MeasureProgress& progress) {
    const SubjectSplit& split = subject.split();
    const ModelMeasureOptions& options = subject.options();
    // Of the model alone, not of a split: on the grid of the last one.
    const bool ofModel = &split == &subject.last() && sink.wants("mi_p");
    const bool held = sink.wantsAny(kOfBestEncoder);
    if (!ofModel && !held &&
        !sink.wantsAny({"nll_exact", "kl_posterior", "mi_q_exact", "kl_marginal_exact", "kl_marginal_reverse"})) {
        return;
    }
    QuadratureOptions quadrature;
    if (held) {
        const FleetSubject& fleet = subject.fleet();
        quadrature.slope = slopeInForce(fleet.experiment, fleet.snapshot.objective.spec, knobsOf(subject));
    }
    quadrature.samples = ofModel ? options.samples : 0;
    const int wanted = options.examples > 0 ? options.examples : kMostExamples;
    const auto whole = static_cast<int>(split.x.size(0));
    quadrature.available = whole;
    const ExactMeasures exact = measureExactly(subject.model(), *subject.fleet().snapshot.parameters, subject.member(),
                                               split.x.narrow(0, 0, std::min(wanted, whole)), quadrature, progress);
    const FormErrors& sampling = exact.forms.sampling;
    const auto with = [](Measured measured, double error) {
        return Measured{measured.value, std::hypot(measured.error, error)};
    };
    sink.put("nll_exact", with(exact.nll, sampling.negativeLogLikelihood));
    sink.put("kl_posterior", with(exact.klPosterior, sampling.posteriorGap));
    sink.put("mi_q_exact", with(exact.information, sampling.informationQ));
    sink.put("kl_marginal_exact", with(exact.klMarginal, sampling.marginalKl));
    sink.put("kl_marginal_reverse", exact.klMarginalReverse);
    sink.put("inference_gap", exact.curve.inferenceGap);
    sink.put("rate_best_encoder", exact.curve.best.rate);
    sink.put("distortion_best_encoder", exact.curve.best.distortion);
    if (ofModel) {
        sink.put("mi_p", exact.modelInformation);
    }
    sink.countOfSplit("exact_examples", exact.examples);
    sink.count("exact_grid_x", exact.nodesX);
    sink.count("exact_grid_y", exact.nodesY);
}

}  // namespace

Measure quadratureMeasure() {
    return {{"nll_exact", "kl_posterior", "mi_q_exact", "kl_marginal_exact", "kl_marginal_reverse", "mi_p",
             "inference_gap", "rate_best_encoder", "distortion_best_encoder"},
            "quadrature",
            whyNot,
            run};
}

}  // namespace elbo
