// Turns snapshots into frames, computing only what the visible views ask for.
#pragma once

#include <memory>
#include <optional>

#include "training/data/dataset.h"
#include "training/engine/milestones.h"
#include "training/engine/snapshot.h"
#include "training/experiment/experiment.h"
#include "training/frame/frame.h"
#include "training/frame/view_request.h"
#include "training/measure/evaluation.h"

namespace elbo {

/// Thread: one thread at a time (the session's analyst thread). Never touches the trainer.
class Analyst {
  public:
    /// `history`: reports of the run before it came here.
    Analyst(const Experiment& experiment, std::shared_ptr<const Dataset> dataset, const ReportHistory& history = {});
    ~Analyst();
    Analyst(const Analyst&) = delete;
    Analyst& operator=(const Analyst&) = delete;

    /// One frame; its report joins the history when the step is new. Evaluations on train and test splits rest on a
    /// part of them. They are refreshed at most every `kEvaluationSeconds`, or when the run has grown by
    /// `kEvaluationGrowth`, less often where they cost much, and at once for the first frame and, on a larger part,
    /// when `thorough` is set (paused, finished).
    std::shared_ptr<Frame> analyse(const Snapshot& snapshot, const ViewRequest& request, bool thorough);

    /// Evaluates a snapshot as `budget` says; frames of its step carry these values from then on. False when
    /// budget.goOn() said so: they keep the older ones.
    bool evaluate(const Snapshot& snapshot, const EvaluationBudget& budget);

    /// Evaluates the first of these copies of passed steps, in order of step, near which nothing was evaluated yet; its
    /// report joins the history, and frames from then on have it. False when there was none.
    bool fillIn(const Snapshots& passed);

    /// What a run that stays at rest should evaluate after what frames of this snapshot rest on: a larger part, in the
    /// end everything. Nothing after that.
    std::optional<EvaluationBudget> nextBudget(const Snapshot& snapshot) const;

    /// What the evaluations of the last frame took, seconds; 0 when it had none of its own.
    double evaluationSeconds() const;

    static constexpr double kEvaluationSeconds = 0.4;
    /// Of the step, so that a run of a few seconds has curves too.
    static constexpr double kEvaluationGrowth = Milestones::kGrowth;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace elbo
