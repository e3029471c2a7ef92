#include "app/runs/report_evaluator.h"

namespace elbo {

ReportEvaluator::ReportEvaluator(const Trainer& trainer)
    : dataset_(trainer.dataset()),
      model_(trainer.experiment().model, dataset_->shape()),
      test_(trainer.experiment(), *dataset_, dataset_->test),
      budget_(liveBudget(dataset_->dim, trainer.experiment().fleetSize())) {}

Report ReportEvaluator::report(Trainer& trainer) {
    Report report = runningReport(trainer.progress());
    if (test_.size() > 0) {
        evaluateSplitInto(report, *trainer.snapshot(), model_, test_, "_test", budget_);
        trainer.pauseClock();
    }
    return report;
}

Report finalReport(const Trainer& trainer) {
    const auto snapshot = trainer.snapshot();
    Report report = runningReport(*snapshot);
    evaluateInto(report, *snapshot, trainer.experiment(), *trainer.dataset(), {.examples = 0, .draws = 0});
    return report;
}

}  // namespace elbo
