#include "training/measure/model_measures.h"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "models/divergence/mmd.h"
#include "training/experiment/input_error.h"
#include "training/measure/evaluation.h"
#include "training/measure/health.h"
#include "training/measure/member_measures.h"
#include "training/tensors/tensor_values.h"

namespace elbo {

namespace {

/// Names without _train and _test, in the order of the report.
constexpr const char* kMeasurable[] = {"distortion",
                                       "rate",
                                       "elbo",
                                       "marginal_divergence",
                                       "log_det_cov",
                                       "active_units",
                                       "rate_per_dim",
                                       "mmd",
                                       "henze_zirkler",
                                       "henze_zirkler_p",
                                       "mi_q",
                                       "mi_q_lower",
                                       "mi_q_upper",
                                       "kl_marginal",
                                       "nll",
                                       "nll_exact",
                                       "kl_posterior",
                                       "mi_q_exact",
                                       "kl_marginal_exact",
                                       "kl_marginal_reverse",
                                       "mi_p",
                                       "mi_p_lower",
                                       "mi_p_upper",
                                       "smooth_knn",
                                       "svm_error",
                                       "class_cross_entropy"};

std::string baseName(const std::string& name) {
    for (const std::string suffix : {"_train", "_test"}) {
        if (name.size() > suffix.size() && name.ends_with(suffix)) {
            return name.substr(0, name.size() - suffix.size());
        }
    }
    return name;
}

/// Place in the report: the order of the table, train before test.
std::pair<std::size_t, bool> rank(const std::string& name) {
    const std::string base = name.starts_with("nll_k") ? "nll" : baseName(name);
    const auto found = std::find_if(std::begin(kMeasurable), std::end(kMeasurable),
                                    [&](const char* metric) { return base == metric; });
    return {static_cast<std::size_t>(found - std::begin(kMeasurable)), name.ends_with("_test")};
}

void refuseUnknown(const std::vector<std::string>& only) {
    const std::vector<std::string> known = measurableNames();
    for (const std::string& name : only) {
        if (std::find(known.begin(), known.end(), baseName(name)) == known.end()) {
            std::string list;
            for (const std::string& candidate : known) {
                list += (list.empty() ? "" : ", ") + candidate;
            }
            throw InputError("--only: there is no metric \"" + name + "\"; there are " + list);
        }
    }
}

/// Numbers of the health panel, from what was measured.
HealthNumbers healthNumbers(const ModelMeasures& measures, const Experiment& experiment, const Dataset& dataset,
                            const Knobs& knobs, int member, double kernelMean) {
    const auto value = [&](const char* name) { return measures.value(name, member).value; };
    HealthNumbers numbers;
    numbers.member = member;
    numbers.latentDim = experiment.model.latentDim;
    numbers.knobs = knobs;
    numbers.rate = value("rate_test");
    numbers.distortion = value("distortion_test");
    numbers.dataEntropy = dataset.entropy.value_or(HealthNumbers::kUnknown);
    numbers.elboTrain = value("elbo_train");
    numbers.elboTest = value("elbo_test");
    numbers.logDetCov = value("log_det_cov_train");
    numbers.activeUnits = value("active_units_test");
    numbers.information = value("mi_q_test");
    numbers.klPosterior = value("kl_posterior_test");
    const bool kernelTrains = knobs.divergenceWeight() != 0.0 && experiment.objective.divergence == DivergenceKind::Mmd;
    numbers.kernelMean = kernelTrains ? kernelMean : HealthNumbers::kUnknown;
    return numbers;
}

}  // namespace

Measured ModelMeasures::value(const std::string& name, int member) const {
    const auto found = std::find_if(measurements.begin(), measurements.end(),
                                    [&](const MeasuredMetric& measurement) { return measurement.name == name; });
    return found == measurements.end() ? Measured{} : found->values[static_cast<std::size_t>(member)];
}

std::vector<std::string> measurableNames() {
    return {std::begin(kMeasurable), std::end(kMeasurable)};
}

ModelMeasures measureModel(const Snapshot& snapshot, const Experiment& experiment, const Dataset& dataset,
                           const ModelMeasureOptions& options, const ModelMeasureProgress& progress,
                           std::stop_token stop) {
    refuseUnknown(options.only);
    const torch::NoGradGuard noGradients;
    MeasureSink sink(experiment.fleetSize(), options.only);
    const LatentModel model(experiment.model, dataset.dim);
    const auto tell = [&](const std::string& what) {
        return MeasureProgress{[&progress, what](double share) {
                                   if (progress) {
                                       progress(what, share);
                                   }
                               },
                               stop};
    };

    tell("distortion and rate").at(0.0);
    Report report;
    evaluateInto(report, snapshot, experiment, dataset, {.examples = 0, .draws = 0});
    for (const auto& [name, values] : report.values) {
        for (std::size_t member = 0; member < values.size(); ++member) {
            sink.put(name, static_cast<int>(member), {values[member], 0.0});
        }
    }
    std::vector<double> kernelMeans;
    for (int member = 0; member < experiment.fleetSize(); ++member) {
        const std::string whose = experiment.fleetSize() > 1 ? " of member " + std::to_string(member + 1) : "";
        MemberMeasures measures(experiment, dataset, model, *snapshot.parameters, member, options, sink);
        measures.codes(tell("codes" + whose));
        measures.likelihood(tell("log-likelihood" + whose));
        measures.quadrature(tell("quadrature" + whose));
        measures.generation(tell("samples" + whose));
        measures.classes(tell("classes" + whose));
        kernelMeans.push_back(measures.kernelMean());
    }
    ModelMeasures result = sink.take();
    std::stable_sort(result.measurements.begin(), result.measurements.end(),
                     [](const MeasuredMetric& a, const MeasuredMetric& b) { return rank(a.name) < rank(b.name); });
    for (int member = 0; member < experiment.fleetSize(); ++member) {
        const auto index = static_cast<std::size_t>(member);
        for (HealthFinding& finding : healthFindings(healthNumbers(
                 result, experiment, dataset, snapshot.objective.knobs[index], member, kernelMeans[index]))) {
            result.health.push_back(std::move(finding));
        }
    }
    return result;
}

}  // namespace elbo
