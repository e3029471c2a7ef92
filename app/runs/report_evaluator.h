// Test values for the lines of metrics.jsonl of a run without a window.
#pragma once

#include <memory>

#include "models/latent_model.h"
#include "training/data/dataset.h"
#include "training/engine/trainer.h"
#include "training/measure/evaluation.h"
#include "training/metrics/report.h"
#include "training/tensors/model_inputs.h"

namespace elbo {

/// Evaluates a part of the test split that stands for it: so small a one that it costs little beside the steps between
/// two lines. Thread: the trainer's.
class ReportEvaluator {
  public:
    explicit ReportEvaluator(const Trainer& trainer);

    /// The trainer's running averages, and test values. The trainer's clock does not count what they take.
    Report report(Trainer& trainer);

  private:
    std::shared_ptr<const Dataset> dataset_;  ///< which the inputs read in place
    LatentModel model_;
    ModelInputs test_;
    EvaluationBudget budget_;
};

/// The trainer's running averages and the values of all examples of both splits, with as many draws as there is a use
/// for: what a run ends with. Takes a while.
Report finalReport(const Trainer& trainer);

}  // namespace elbo
