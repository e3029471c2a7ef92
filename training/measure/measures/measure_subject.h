// What a measure looks at: one member of a stored fleet, with the examples of its splits and their codes.
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/latent_model.h"
#include "training/data/dataset.h"
#include "training/engine/snapshot.h"
#include "training/experiment/experiment.h"
#include "training/measure/measures/measure_options.h"
#include "training/measure/mixture_information.h"
#include "training/measure/points/points.h"
#include "training/metrics/measured.h"
#include "training/metrics/report.h"

namespace elbo {

/// Seed of all fixed draws: the same model gives the same values.
inline constexpr std::uint64_t kMeasureSeed = 20181206;

/// A stored fleet. Holds references only and lives for one call of measureModel. One thread.
class FleetSubject {
  public:
    FleetSubject(const Snapshot& snapshot, const Experiment& experiment, const Dataset& dataset,
                 const ModelMeasureOptions& options);

    /// evaluateInto() over all examples of both splits, for the whole fleet: made when it is first asked for.
    const Report& evaluation() const;

    const Snapshot& snapshot;
    const Experiment& experiment;
    const Dataset& dataset;
    const ModelMeasureOptions& options;
    const LatentModel model;

  private:
    mutable std::optional<Report> evaluation_;
};

/// The examples of one split as one member sees them, and draws that are the same whichever measures are asked for.
struct SubjectSplit {
    std::string suffix;        ///< "_train"
    torch::Tensor x;           ///< [N, D], of which every beginning stands for the whole (representative.h)
    std::vector<int> labels;   ///< empty or [N]
    Gaussian posteriors;       ///< q(z|x) of all examples, or what has their moments: [1, N, Z], float64
    torch::Tensor codes;       ///< draws of q(z|x_n) of the first C examples, [C, Z]
    torch::Tensor priorDraws;  ///< as many draws of p(z), [C, Z]
    torch::Tensor noise;       ///< standard normal, [N, Z]: for one more code of every example

    std::int64_t size() const { return posteriors.mean.size(1); }
    /// KL(q(z_d|x_n) || N(0, 1)), [N, Z]; of diagonal posteriors.
    torch::Tensor ratesByDimension() const;

    /// C at most: for measures that take time in proportion to the square of the codes.
    static constexpr std::int64_t kPairedCodes = 10000;
};

/// One member. Measures whose metrics come by split see each split in turn, the others the last one only.
class MeasureSubject {
  public:
    MeasureSubject(const FleetSubject& fleet, int member);

    const FleetSubject& fleet() const { return fleet_; }
    int member() const { return member_; }
    const LatentModel& model() const { return fleet_.model; }
    /// Of this member alone.
    const FleetParameters& parameters() const { return parameters_; }
    const Dataset& dataset() const { return fleet_.dataset; }
    const ModelMeasureOptions& options() const { return fleet_.options; }

    /// Training examples, then test examples where there are any.
    const std::vector<SubjectSplit>& splits() const { return splits_; }
    const SubjectSplit& train() const { return splits_.front(); }
    const SubjectSplit& last() const { return splits_.back(); }
    /// The one to be measured now.
    const SubjectSplit& split() const { return splits_[split_]; }
    void setSplit(std::size_t split) { split_ = split; }

    /// Whether the rate is the sum of those of the latent dimensions.
    bool rateSplits() const;
    /// R of the split to be measured: in closed form, by quadrature, or over one code of every example; of a posterior
    /// that is no Gaussian but has a density, what the evaluation found.
    Measured rate() const;
    /// log p(z) in nats for z [S, Z] in float64, [S]; empty for N(0, I).
    LogPrior logPrior() const;
    /// Draws of p(z) from `count` rows of noise, in the precision of the model: [count, Z].
    torch::Tensor drawPrior(std::int64_t count, torch::Generator& generator) const;

    /// What the evaluation found of this member and split: "rate". NaN where it found nothing.
    double evaluated(const std::string& name) const;
    /// Mean kernel value between codes and prior draws: what tells a saturated kernel.
    double kernelMean() const;

  private:
    SubjectSplit encoded(const Examples& examples, const std::string& suffix) const;

    const FleetSubject& fleet_;
    int member_;
    FleetParameters parameters_;
    FleetParameters exact_;  ///< the same in float64
    std::vector<SubjectSplit> splits_;
    std::size_t split_ = 0;
};

/// Rows of a tensor [n, dim] as points.
Points toPoints(const torch::Tensor& rows);

}  // namespace elbo
