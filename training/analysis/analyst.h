// Turns snapshots into frames, computing only what the visible views ask for.
#pragma once

#include <memory>

#include "training/data/dataset.h"
#include "training/engine/snapshot.h"
#include "training/experiment/experiment.h"
#include "training/frame/frame.h"
#include "training/frame/view_request.h"

namespace elbo {

/// Thread: one thread at a time (the session's analyst thread). Never touches the trainer.
class Analyst {
  public:
    /// `history`: reports of the run before it came here.
    Analyst(const Experiment& experiment, std::shared_ptr<const Dataset> dataset, const ReportHistory& history = {});
    ~Analyst();
    Analyst(const Analyst&) = delete;
    Analyst& operator=(const Analyst&) = delete;

    /// One frame; its report joins the history when the step is new. Evaluations on train and test splits are refreshed
    /// at most every `kEvaluationSeconds`, less often where they cost much, and at once for the first frame and when
    /// `thorough` is set (paused, finished).
    std::shared_ptr<Frame> analyse(const Snapshot& snapshot, const ViewRequest& request, bool thorough);

    /// What the evaluations of the last frame took, seconds; 0 when it had none of its own.
    double evaluationSeconds() const;

    static constexpr double kEvaluationSeconds = 0.4;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace elbo
