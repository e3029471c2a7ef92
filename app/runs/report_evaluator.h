// Test values for the lines of metrics.jsonl of a run without a window.
#pragma once

#include <chrono>
#include <memory>

#include "models/latent_model.h"
#include "training/data/dataset.h"
#include "training/engine/trainer.h"
#include "training/metrics/report.h"
#include "training/tensors/model_inputs.h"

namespace elbo {

/// Evaluates a part of the test split that stands for it, as often as a small share of the time allows. Thread: the
/// trainer's.
class ReportEvaluator {
  public:
    explicit ReportEvaluator(const Trainer& trainer);

    /// The trainer's running averages, with test values unless the last ones took more than their share of the time
    /// since. The trainer's clock does not count it.
    Report report(Trainer& trainer);

  private:
    using Clock = std::chrono::steady_clock;
    /// Of the time that goes into evaluations, one part in so many.
    static constexpr int kShare = 20;

    std::shared_ptr<const Dataset> dataset_;  ///< which the inputs read in place
    LatentModel model_;
    ModelInputs test_;
    int examples_;
    Clock::time_point last_{};
    Clock::duration took_{};
};

/// The trainer's running averages and the values of all examples of both splits, with as many draws as there is a use
/// for: what a run ends with. Takes a while.
Report finalReport(const Trainer& trainer);

}  // namespace elbo
