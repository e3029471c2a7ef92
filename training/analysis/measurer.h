// Measures snapshots: exact posteriors and likelihoods, and the health of a model.
#pragma once

#include <limits>
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

    /// What the request asks for (exact, health). `thorough`: more examples on a finer grid, for a run at rest.
    /// `exactExamples` are those behind exact quantities, all where there are not so many; 0 leaves the number to
    /// `thorough`. Throws MeasureStopped.
    Measurement measure(const Snapshot& snapshot, const ViewRequest& request, bool thorough,
                        const MeasureProgress& progress, int exactExamples = 0) const;

    /// How many examples the exact quantities of a run that stays at rest should come to rest on next; 0 when they rest
    /// on all that this model affords.
    int nextExactExamples(const Measurement& measurement) const;

    static constexpr int kAllExamples = std::numeric_limits<int>::max();

  private:
    struct Impl;
    std::unique_ptr<const Impl> impl_;
};

/// Puts a measurement into a frame of the same run.
void addTo(Frame& frame, const Measurement& measurement);

}  // namespace elbo
