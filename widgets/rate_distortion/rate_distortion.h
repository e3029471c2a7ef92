// From a frame to what the rate-distortion plane draws: a pure function, tested without a window.
#pragma once

#include <QString>
#include <optional>
#include <vector>

#include "training/frame/frame.h"
#include "widgets/chart/move_marks.h"
#include "widgets/fleet/fleet_order.h"
#include "widgets/kit/split.h"
#include "widgets/paint/eased_range.h"
#include "widgets/rate_distortion/decoder_bound.h"
#include "widgets/rate_distortion/rate_front.h"

namespace elbo {

/// A point of a trail where something has just been moved by hand.
struct TrailMark {
    std::size_t point = 0;  ///< place in the trail: the first that was measured after the last of the moves
    std::size_t first = 0;  ///< of the stretches of moves
    std::size_t count = 1;
};

/// One fleet member: where it is and where it came from.
struct MemberPath {
    int member = 0;
    QString name;                  ///< the weights in which it differs: "beta 4"
    std::vector<RatePoint> trail;  ///< oldest first, the last one is now
    std::vector<TrailMark> moves;  ///< by rising step
    std::optional<RatePoint> aim;  ///< closed-form optimum at its weights, where known
    QString evaluated{};           ///< "300 of 10 000 test examples, \u00b1 1.2": of the ELBO now; empty for averages
};

struct RateDistortionDrawing {
    std::vector<MemberPath> members;  ///< only those with at least one finite point
    int fleetSize = 1;
    bool runningAverages = false;     ///< no evaluation on the wanted split: averages over training batches
    std::vector<CurvePoint> optimum;  ///< closed form, by rising rate
    std::optional<double> entropy;    ///< H: below D = H - R nothing can lie
    bool discrete = false;            ///< D < 0 is impossible
    PlaneAxes axes = PlaneAxes::Distortion;
    Interval rates, heights;  ///< worth showing, on these axes; equal ends when there is nothing
    FleetOrder order;
    std::vector<DecoderBound> bounds;  ///< the best for the decoders of members that are drawn, where asked for
    MoveStretches moves;               ///< what the marks of the trails speak of; null where nothing was moved
    // Of a fleet of at least kLeastFront members:
    std::vector<std::vector<int>> joins;  ///< places in `members` that form one curve along the varying weight
    std::vector<RatePoint> front;         ///< members beaten by none, by rising rate
    std::vector<RatePoint> hull;          ///< corners of the lower convex hull
};

/// Between two points there is no curve, no step and no hull worth a line.
inline constexpr std::size_t kLeastFront = 3;

/// The smallest span of either axis, nats: what differs by less is noise, as after a collapse.
inline constexpr double kLeastPlaneSpan = 0.5;

/// Reads evaluations on `split` from the history where there are any, else the running averages. `moves` are those of
/// the frame. With `bounds` the curves of the decoders are drawn as well.
RateDistortionDrawing prepareRateDistortion(const Frame& frame, Split split, PlaneAxes axes = PlaneAxes::Distortion,
                                            const MoveStretches& moves = nullptr, bool bounds = false);

/// Levels c of the lines D + R = c that cross the window: multiples of a round number, at most `most`.
std::vector<double> elboLevels(const Interval& rates, const Interval& distortions, int most);

/// A level as "ELBO = -105", with no more decimals than the step between levels needs.
QString elboLevelText(double level, double step);

}  // namespace elbo
