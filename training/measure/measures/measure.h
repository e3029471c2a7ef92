// A way to measure a stored model, and where its numbers go.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "training/measure/measures/measure_subject.h"
#include "training/metrics/progress.h"

namespace elbo {

class MeasureSink;

/// One thread; fixed draws (kMeasureSeed).
struct Measure {
    /// Rows of the table of metrics, without _train and _test, in the order of the output. Those that share their work
    /// stand together.
    std::vector<std::string> names;
    /// What a line of progress calls it: "quadrature".
    std::string stage;
    /// Why `name` cannot be measured of this subject, so that "not measured, because" may come before it; empty where
    /// it can. Null: every name can, always.
    std::function<std::string(const MeasureSubject& subject, const std::string& name)> whyNot{};
    /// Puts what the sink wants and nothing else. Throws MeasureStopped.
    std::function<void(const MeasureSubject& subject, MeasureSink& sink, const MeasureProgress& progress)> run;
};

}  // namespace elbo
