// The measures of one fleet member, in groups that share their work. Part of measureModel (model_measures.h).
#pragma once

#include <torch/types.h>

#include <string>
#include <vector>

#include "models/latent_model.h"
#include "training/measure/model_measures.h"
#include "training/metrics/progress.h"

namespace elbo {

/// Collects what was measured of what is wanted.
class MeasureSink {
  public:
    MeasureSink(int members, std::vector<std::string> only) : members_(members), only_(std::move(only)) {}

    /// Whether `name` (with or without _train, _test) was asked for.
    bool wants(const std::string& name) const;
    bool wantsAny(const std::vector<std::string>& names) const;
    /// Keeps the value when it is wanted.
    void put(const std::string& name, int member, Measured value);
    void putPerDimension(const std::string& name, int member, std::vector<double> values);
    /// Says why `name` is not measured, when it is wanted.
    void refuse(const std::string& name, const std::string& reason);
    void count(const std::string& name, int count) { result_.counts[name] = count; }
    ModelMeasures take() { return std::move(result_); }

  private:
    int members_;
    std::vector<std::string> only_;
    ModelMeasures result_;
};

/// One thread. Each group measures what the sink wants and nothing else.
class MemberMeasures {
  public:
    MemberMeasures(const Experiment& experiment, const Dataset& dataset, const LatentModel& model,
                   const FleetParameters& fleet, int member, const ModelMeasureOptions& options, MeasureSink& sink);

    void codes(const MeasureProgress& progress);       ///< MMD, normality, information of the aggregated posterior
    void likelihood(const MeasureProgress& progress);  ///< importance-sampled log p(x)
    void quadrature(const MeasureProgress& progress);  ///< exact values, dim z = 1 or 2
    void generation(const MeasureProgress& progress);  ///< bounds of I_p, samples against data
    void classes(const MeasureProgress& progress);     ///< what needs labels

    /// Mean kernel value between codes and prior draws.
    double kernelMean() const;

  private:
    struct Split {
        std::string suffix;
        torch::Tensor x;               ///< [N, D]
        std::vector<int> labels;       ///< empty or [N]
        torch::Tensor means, stddevs;  ///< [N, Z], float64
    };
    Split encoded(const Examples& examples, const std::string& suffix) const;
    void codesOf(const Split& split, const MeasureProgress& progress);
    int likelihoodExamples(const Split& split) const;
    void samplesAgainstData(const MeasureProgress& progress);

    const Experiment& experiment_;
    const Dataset& dataset_;
    const LatentModel& model_;
    const FleetParameters& fleet_;
    const int member_;
    const ModelMeasureOptions& options_;
    MeasureSink& sink_;
    std::vector<Split> splits_;
};

}  // namespace elbo
