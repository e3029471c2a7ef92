// Which examples and which noise a step sees: functions of (seed, step), so that a resumed run sees the same.
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <vector>

#include "models/latent_model.h"
#include "models/objective/objective.h"
#include "training/data/dataset.h"
#include "training/experiment/experiment.h"
#include "training/tensors/model_inputs.h"

namespace elbo {

/// An epoch is a permutation by (seed, epoch); its incomplete last batch is left out. Thread: the training thread.
/// Allocates when it is built and when the number of codes changes, never in between.
class Batches {
  public:
    Batches(const Experiment& experiment, const Dataset& dataset, const LatentModel& model);

    /// Draws the batch of `step` >= 0, and the noise that terms with these weights and so many codes of each example
    /// need. Throws std::out_of_range for a step that has no batch.
    void draw(std::int64_t step, const Coefficients& weights, int codes = 1);

    /// `count` training examples (all when there are not more) that the seed chooses, as evaluations see them: [n, D].
    torch::Tensor startingExamples(int count) const;

    const torch::Tensor& x() const { return x_; }      ///< [B, D]
    const StepNoise& noise() const { return noise_; }  ///< of the last draw
    int size() const { return size_; }                 ///< B
    std::int64_t stepsPerEpoch() const;

  private:
    ModelInputs inputs_;
    std::uint64_t seed_;
    int size_;
    torch::Tensor x_;
    StepNoise noise_;
    std::int64_t orderEpoch_ = -1;
    std::vector<int> order_;
};

}  // namespace elbo
