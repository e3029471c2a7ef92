// Measures snapshots: exact posteriors and likelihoods, and the health of a model.
#pragma once

#include <memory>

#include "training/data/dataset.h"
#include "training/engine/snapshot.h"
#include "training/experiment/experiment.h"
#include "training/frame/frame.h"
#include "training/frame/measurement.h"
#include "training/frame/view_request.h"
#include "training/metrics/progress.h"

namespace elbo {

/// Thread: one thread at a time (the session's measuring thread). Never touches the trainer.
class Measurer {
  public:
    Measurer(const Experiment& experiment, std::shared_ptr<const Dataset> dataset);
    ~Measurer();
    Measurer(const Measurer&) = delete;
    Measurer& operator=(const Measurer&) = delete;

    /// What the request asks for (exact, health). `thorough`: more examples on a finer grid, for a run at rest. Throws
    /// MeasureStopped.
    Measurement measure(const Snapshot& snapshot, const ViewRequest& request, bool thorough,
                        const MeasureProgress& progress) const;

  private:
    struct Impl;
    std::unique_ptr<const Impl> impl_;
};

/// Puts a measurement into a frame of the same run.
void addTo(Frame& frame, const Measurement& measurement);

}  // namespace elbo
