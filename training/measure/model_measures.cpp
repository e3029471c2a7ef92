#include "training/measure/model_measures.h"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>

#include "models/divergence/mmd.h"
#include "training/evaluation.h"
#include "training/frame_parts.h"
#include "training/measure/health.h"
#include "training/measure/member_measures.h"
#include "training/tensor_values.h"

namespace elbo {

namespace {

/// A metric of this file's report, its name without _train and _test.
struct Measurable {
    const char* name;
    bool onSplits;
};

constexpr Measurable kMeasurable[] = {
    {"distortion", true},
    {"rate", true},
    {"elbo", true},
    {"marginal_divergence", true},
    {"log_det_cov", true},
    {"active_units", true},
    {"rate_per_dim", true},
    {"mmd", true},
    {"henze_zirkler", true},
    {"henze_zirkler_p", true},
    {"mi_q", true},
    {"mi_q_lower", true},
    {"mi_q_upper", true},
    {"kl_marginal", true},
    {"nll", true},
    {"nll_exact", true},
    {"kl_posterior", true},
    {"mi_q_exact", true},
    {"kl_marginal_exact", true},
    {"kl_marginal_reverse", true},
    {"mi_p", false},
    {"mi_p_lower", false},
    {"mi_p_upper", false},
    {"smooth_knn", false},
    {"svm_error", false},
    {"class_cross_entropy", false},
};

std::string baseName(const std::string& name) {
    for (const std::string suffix : {"_train", "_test"}) {
        if (name.size() > suffix.size() && name.ends_with(suffix)) {
            return name.substr(0, name.size() - suffix.size());
        }
    }
    return name;
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
    numbers.activeUnits = value("active_units_train");
    numbers.information = value("mi_q_test");
    numbers.klPosterior = value("kl_posterior_test");
    if (std::isnan(numbers.klPosterior)) {
        numbers.klPosterior = -value("elbo_test") - value("nll_test");
    }
    numbers.kernelMean = knobs.divergenceWeight() != 0.0 ? kernelMean : HealthNumbers::kUnknown;
    return numbers;
}

}  // namespace

Measured ModelMeasures::value(const std::string& name, int member) const {
    const auto found = std::find_if(measurements.begin(), measurements.end(),
                                    [&](const Measurement& measurement) { return measurement.name == name; });
    return found == measurements.end() ? Measured{} : found->values[static_cast<std::size_t>(member)];
}

std::vector<std::string> measurableNames() {
    std::vector<std::string> names;
    for (const Measurable& metric : kMeasurable) {
        names.emplace_back(metric.name);
    }
    return names;
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
    evaluateInto(report, snapshot, experiment, dataset, {.examples = 0, .draws = 1});
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
    for (int member = 0; member < experiment.fleetSize(); ++member) {
        const auto index = static_cast<std::size_t>(member);
        for (HealthFinding& finding : healthFindings(
                 healthNumbers(result, experiment, dataset, snapshot.knobs[index], member, kernelMeans[index]))) {
            result.health.push_back(std::move(finding));
        }
    }
    return result;
}

}  // namespace elbo
