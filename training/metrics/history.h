// The reports of a run from its start, kept bounded.
#pragma once

#include <cstddef>

#include "training/metrics/report.h"

namespace elbo {

/// Thread: the analyst's.
class History {
  public:
    /// Appends, or replaces the last entry when the step is the same. A step before the last one (a reset) starts anew.
    void add(std::shared_ptr<const Report> report);
    /// Puts a report of a step that was passed in its place; one of the same step gives way.
    void insert(std::shared_ptr<const Report> report);
    /// Shared entries in order of step; at most kCapacity of them.
    const ReportHistory& reports() const { return reports_; }

    /// Above this every second entry of the older three quarters is dropped: resolution halves with age.
    static constexpr std::size_t kCapacity = 2000;

  private:
    void thin();

    ReportHistory reports_;
};

}  // namespace elbo
