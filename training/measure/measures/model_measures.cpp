#include "training/measure/measures/model_measures.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "models/tensor/torch.h"
#include "training/experiment/input_error.h"
#include "training/measure/health.h"
#include "training/measure/measures/measure_sink.h"
#include "training/measure/measures/measures.h"
#include "training/measure/prior_shape.h"
#include "training/metrics/metric_table.h"

namespace elbo {

namespace {

bool bySplit(const std::string& name) {
    const MetricRow* row = findMetric(name + "_train");
    return row != nullptr && row->splits != Splits::None;
}

/// Runs one measure on every split that it looks at.
void runMeasure(const Measure& measure, std::size_t place, MeasureSubject& subject, MeasureSink& sink,
                const MeasureProgress& progress) {
    const bool everySplit = std::any_of(measure.names.begin(), measure.names.end(), bySplit);
    const std::size_t count = subject.splits().size();
    for (std::size_t split = everySplit ? 0 : count - 1; split < count; ++split) {
        subject.setSplit(split);
        if (sink.begin(measure, place, subject)) {
            progress.at(0.0);
            measure.run(subject, sink, progress);
        }
    }
    if (subject.dataset().test.size() == 0) {
        for (const std::string& name : measure.names) {
            if (bySplit(name)) {
                sink.refuse(name + "_test", "there are no test examples");
            }
        }
    }
}

}  // namespace

void requireMeasurable(const std::vector<std::string>& only) {
    const std::vector<std::string> known = measurableNames();
    for (const std::string& name : only) {
        if (std::find(known.begin(), known.end(), withoutSplit(name)) == known.end()) {
            throw InputError(
                fmt::format("--only: there is no metric \"{}\"; there are {}", name, fmt::join(known, ", ")));
        }
    }
}

Measured ModelMeasures::value(const std::string& name, int member) const {
    const auto found = std::find_if(measurements.begin(), measurements.end(),
                                    [&](const MeasuredMetric& measurement) { return measurement.name == name; });
    return found == measurements.end() ? Measured{} : found->values[static_cast<std::size_t>(member)];
}

ModelMeasures measureModel(const Snapshot& snapshot, const Experiment& experiment, const Dataset& dataset,
                           const ModelMeasureOptions& options, const ModelMeasureProgress& progress,
                           std::stop_token stop) {
    requireMeasurable(options.only);
    const torch::NoGradGuard noGradients;
    const FleetSubject fleet(snapshot, experiment, dataset, options);
    MeasureSink sink(experiment.fleetSize(), options.only);
    std::vector<double> kernelMeans, shapes;
    for (int member = 0; member < experiment.fleetSize(); ++member) {
        const std::string whose = experiment.fleetSize() > 1 ? fmt::format(" of member {}", member + 1) : "";
        MeasureSubject subject(fleet, member);
        for (std::size_t place = 0; place < modelMeasures().size(); ++place) {
            const Measure& measure = modelMeasures()[place];
            const auto tell = [&](double share) {
                if (progress) {
                    progress(measure.stage + whose, share);
                }
            };
            runMeasure(measure, place, subject, sink, {tell, stop});
        }
        kernelMeans.push_back(subject.kernelMean());
        shapes.push_back(priorShape(fleet.model, subject.parameters(), subject.train().posteriors));
    }
    ModelMeasures result{sink.measurements(), sink.perDimension(), sink.unavailable(), sink.counts(), {}};
    for (int member = 0; member < experiment.fleetSize(); ++member) {
        const auto index = static_cast<std::size_t>(member);
        const HealthNumbers numbers = healthNumbers(
            snapshot.objective.spec, dataset, fleet.model, snapshot.objective.knobs[index], member,
            [&](const char* name) { return result.value(name, member).value; }, [&] { return kernelMeans[index]; },
            [&] { return shapes[index]; });
        for (HealthFinding& finding : healthFindings(numbers)) {
            result.health.push_back(std::move(finding));
        }
    }
    return result;
}

}  // namespace elbo
