// Distortion, rate and what else every evaluation of a split finds.
#include "models/spec/objective_spec.h"
#include "training/measure/measures/measure_sink.h"
#include "training/metrics/metric_table.h"

namespace elbo {

namespace {

std::string whyNot(const MeasureSubject& subject, const std::string& name) {
    if (name != "marginal_divergence") {
        return "";
    }
    if (usesCritic(subject.fleet().snapshot.objective.spec.divergence)) {
        return "its divergence needs a critic, and a stored model has none";
    }
    return subject.split().x.size(0) < 2 ? "at least two examples are needed" : "";
}

}  // namespace

Measure evaluationMeasure() {
    Measure measure;
    measure.names = {"distortion", "rate", "elbo", "marginal_divergence", "log_det_cov", "active_units"};
    measure.stage = "distortion and rate";
    measure.whyNot = whyNot;
    measure.run = [names = measure.names](const MeasureSubject& subject, MeasureSink& sink, const MeasureProgress&) {
        for (const std::string& name : names) {
            if (sink.wants(name)) {
                const bool known = findMetric(name + "_error" + subject.split().suffix) != nullptr;
                sink.put(name, {subject.evaluated(name), known ? subject.evaluated(name + "_error") : 0.0});
            }
        }
    };
    return measure;
}

}  // namespace elbo
