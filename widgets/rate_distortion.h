// From a frame to what the rate-distortion plane draws: a pure function, tested without a window.
#pragma once

#include <QString>
#include <cstdint>
#include <optional>
#include <vector>

#include "training/frame.h"
#include "widgets/eased_range.h"
#include "widgets/split.h"

namespace elbo {

/// A model in the plane, nats per example.
struct RatePoint {
    double rate = 0.0;
    double distortion = 0.0;
    std::int64_t step = 0;
};

/// One fleet member: where it is and where it came from.
struct MemberPath {
    int member = 0;
    QString name;                  ///< the weights in which it differs: "beta 4"
    std::vector<RatePoint> trail;  ///< oldest first, the last one is now
    std::optional<RatePoint> aim;  ///< closed-form optimum at its weights, where known
};

struct RateDistortionDrawing {
    std::vector<MemberPath> members;  ///< only those with at least one finite point
    int fleetSize = 1;
    bool runningAverages = false;     ///< no evaluation on the wanted split: averages over training batches
    std::vector<CurvePoint> optimum;  ///< closed form, by rising rate
    std::optional<double> entropy;    ///< H: below D = H - R nothing can lie
    bool discrete = false;            ///< D < 0 is impossible
    Interval rates, distortions;      ///< worth showing; equal ends when there is nothing
};

/// Reads evaluations on `split` from the history where there are any, else the running averages.
RateDistortionDrawing prepareRateDistortion(const Frame& frame, Split split);

/// Levels c of the lines D + R = c that cross the window: multiples of a round number, at most `most`.
std::vector<double> elboLevels(const Interval& rates, const Interval& distortions, int most);

/// A level as "ELBO = -105", with no more decimals than the step between levels needs.
QString elboLevelText(double level, double step);

}  // namespace elbo
