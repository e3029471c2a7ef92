// The plane of a whole sweep, [RD] Fig. 3 and 5: every run by its family and weight, what all families reach together.
// Pure functions, tested without a window.
#pragma once

#include <QString>
#include <optional>
#include <vector>

#include "training/frame/sweep_point.h"
#include "widgets/kit/split.h"
#include "widgets/paint/eased_range.h"
#include "widgets/rate_distortion/rate_front.h"

namespace elbo {

/// One run that has ended well and was evaluated. Nats per example.
struct PlaneRun {
    std::size_t family = 0;  ///< place in SweepPlane::families
    double beta = 0.0;
    std::uint64_t seed = 0;
    std::vector<std::string> values;  ///< of the swept fields, as people write them
    QString folder;
    double rate = 0.0, distortion = 0.0;
    double rateError = 0.0, distortionError = 0.0;  ///< standard errors; NaN where they are not known
    bool best = false;                              ///< of its family and beta: the least D + beta R
    bool onFront = false;
};

struct SweepPlane {
    std::vector<QString> families;  ///< by the order of the sweep; only those with a run
    std::vector<PlaneRun> runs;     ///< in the order of the sweep
    std::vector<QString> fields;    ///< keys of PlaneRun::values
    bool several = false;           ///< whether some family has several runs of one beta
    std::vector<RatePoint> front;   ///< runs of any family that are beaten by none, by rising rate
    std::vector<RatePoint> hull;    ///< corners of the lower convex hull
    std::optional<double> best;     ///< the least D + R: its line bounds the entropy of the data
    Split split = Split::Test;
    std::size_t diverged = 0;
    std::size_t missing = 0;  ///< not ended yet
};

/// A family is what the sweep varies besides beta, seed and schedules: of runs that differ in these alone the best
/// stands for all, as annealing is a means and no end. Evaluations on `split`.
SweepPlane prepareSweepPlane(const Sweep& sweep, Split split);

/// The split to show where nobody chose: the test examples where any run was evaluated on them.
Split splitOf(const Sweep& sweep);

/// Rates and heights worth showing on these axes, with a margin.
struct PlaneWindow {
    Interval rates, heights;
};
PlaneWindow windowOf(const SweepPlane& plane, PlaneAxes axes);

/// A tidy table: a line per run with family, beta, seed, R, D, their errors, whether it is the best of its family and
/// beta and on the front; then the corners of the hull.
QString sweepPlaneCsv(const SweepPlane& plane);

}  // namespace elbo
