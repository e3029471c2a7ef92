#include "widgets/rate_distortion/rate_distortion.h"

#include <algorithm>
#include <cmath>

#include "widgets/fleet/member_name.h"
#include "widgets/kit/evaluated_on.h"

namespace elbo {
namespace {

constexpr std::size_t kMostTrailPoints = 240;  ///< a trail on screen is a few hundred pixels long
constexpr double kRightRoom = 0.06;            ///< beside the rightmost point, for its name
constexpr double kBelowRoom = 0.06;            ///< below the lowest point, which is drawn whole
constexpr double kMostAspect = 3.0;            ///< of the two axes' spans
constexpr double kSettlingShare = 0.25;        ///< the first quarter of a run does not set the axes

struct Names {
    std::string rate;
    std::string distortion;
};

const std::vector<double>* column(const Report& report, const std::string& name) {
    const auto found = report.values.find(name);
    return found == report.values.end() ? nullptr : &found->second;
}

bool hasBoth(const Report& report, const Names& names) {
    return column(report, names.rate) != nullptr && column(report, names.distortion) != nullptr;
}

/// The reports that carry both quantities, thinned evenly; the newest one always stays.
std::vector<const Report*> reportsWith(const Frame& frame, const Names& names) {
    std::vector<const Report*> reports;
    for (const auto& report : frame.history) {
        if (report && hasBoth(*report, names)) {
            reports.push_back(report.get());
        }
    }
    if (hasBoth(frame.report, names) && (reports.empty() || reports.back()->step < frame.report.step)) {
        reports.push_back(&frame.report);
    }
    if (reports.size() <= kMostTrailPoints) {
        return reports;
    }
    // Multiples of one stride from the start: a point once drawn stays drawn, so the trail does not shimmer.
    std::size_t stride = 1;
    while (reports.size() / stride > kMostTrailPoints) {
        stride *= 2;
    }
    std::vector<const Report*> thinned;
    for (std::size_t i = 0; i < reports.size(); i += stride) {
        thinned.push_back(reports[i]);
    }
    if (thinned.back() != reports.back()) {
        thinned.push_back(reports.back());
    }
    return thinned;
}

/// The closed-form optimum at a weight of the rate, between the two nearest points of the curve (by rising rate, so by
/// falling beta). Interpolated in log beta, where the curve is smooth.
std::optional<RatePoint> optimumAt(const std::vector<CurvePoint>& curve, double beta) {
    for (std::size_t i = 1; i < curve.size(); ++i) {
        const CurvePoint& a = curve[i - 1];
        const CurvePoint& b = curve[i];
        if (beta <= std::max(a.beta, b.beta) && beta >= std::min(a.beta, b.beta) && beta > 0.0) {
            const double whole = std::log(b.beta / a.beta);
            const double share = whole == 0.0 ? 0.0 : std::log(beta / a.beta) / whole;
            return RatePoint{a.rate + share * (b.rate - a.rate), a.distortion + share * (b.distortion - a.distortion),
                             0};
        }
    }
    return std::nullopt;
}

/// The oracle speaks of D + beta R only: another weight on the marginal divergence has another optimum.
std::optional<RatePoint> aimOf(const Frame& frame, const std::vector<CurvePoint>& curve, int member) {
    if (member >= static_cast<int>(frame.knobs.size())) {
        return std::nullopt;
    }
    const Knobs& knobs = frame.knobs[static_cast<std::size_t>(member)];
    return std::abs(knobs.divergenceWeight()) < 1e-9 ? optimumAt(curve, knobs.rateWeight()) : std::nullopt;
}

/// Of moves after which nothing was measured yet there is nothing to see.
std::vector<TrailMark> marksOn(const std::vector<RatePoint>& trail, const std::vector<MoveStretch>& moves) {
    std::vector<TrailMark> marks;
    auto point = trail.begin();
    for (std::size_t i = 0; i < moves.size(); ++i) {
        point = std::find_if(point, trail.end(), [&](const RatePoint& p) { return p.step >= moves[i].last; });
        if (point == trail.end()) {
            break;
        }
        const auto place = static_cast<std::size_t>(point - trail.begin());
        if (!marks.empty() && marks.back().point == place) {
            ++marks.back().count;
        } else {
            marks.push_back({place, i, 1});
        }
    }
    return marks;
}

struct Extent {
    PlaneAxes axes = PlaneAxes::Distortion;
    Interval rates{HUGE_VAL, -HUGE_VAL};
    Interval heights{HUGE_VAL, -HUGE_VAL};

    void include(double rate, double distortion) {
        const double height = planeHeight(axes, rate, distortion);
        rates = {std::min(rates.low, rate), std::max(rates.high, rate)};
        heights = {std::min(heights.low, height), std::max(heights.high, height)};
    }
    bool empty() const { return rates.high < rates.low; }
};

/// The limits of what is possible, where they are near enough to be worth the room.
void includeLimits(Extent& extent, const RateDistortionDrawing& drawing) {
    // The corner where a code says nothing is where the story starts: R = 0 is always in sight, and for data whose
    // distortion has a floor at 0 (or a known entropy) so is that floor, unless it is far away.
    extent.rates.low = std::min(extent.rates.low, 0.0);
    Interval& heights = extent.heights;
    if (extent.axes == PlaneAxes::Elbo) {
        if (drawing.entropy && -*drawing.entropy < heights.high + heights.span()) {
            heights.high = std::max(heights.high, -*drawing.entropy);
        }
        return;
    }
    if (drawing.discrete && heights.low < 0.5 * heights.high) {
        heights.low = std::min(heights.low, 0.0);
    }
    if (drawing.entropy && *drawing.entropy > heights.low - heights.span()) {
        heights.high = std::max(heights.high, *drawing.entropy);
    }
}

/// Upwards and to the right: the origin side is where the limits are.
void widen(Interval& interval, double span) {
    if (interval.span() < span) {
        interval.high = interval.low + span;
    }
}

void measureExtent(RateDistortionDrawing& drawing) {
    Extent extent;
    extent.axes = drawing.axes;
    for (const auto& path : drawing.members) {
        const auto settled = static_cast<std::int64_t>(kSettlingShare * static_cast<double>(path.trail.back().step));
        for (const auto& point : path.trail) {
            if (point.step >= settled) {
                extent.include(point.rate, point.distortion);
            }
        }
        if (path.aim) {
            extent.include(path.aim->rate, path.aim->distortion);
        }
    }
    for (const DecoderBound& bound : drawing.bounds) {
        // The rest of a curve may lie anywhere; where the encoder is held against it should be seen.
        if (std::isfinite(bound.best.rate) && std::isfinite(bound.best.distortion)) {
            extent.include(bound.best.rate, bound.best.distortion);
        }
    }
    if (extent.empty()) {
        for (const auto& point : drawing.optimum) {
            extent.include(point.rate, point.distortion);
        }
    } else {
        // As much of the curve as lies under the points, and a little beyond.
        const double enough = 1.25 * extent.rates.high + 0.25;
        for (const auto& point : drawing.optimum) {
            if (point.rate <= enough) {
                extent.include(point.rate, point.distortion);
            }
        }
    }
    if (extent.empty()) {
        drawing.rates = drawing.heights = {0.0, 0.0};
        return;
    }
    includeLimits(extent, drawing);
    widen(extent.rates, kLeastPlaneSpan);
    extent.rates.high += kRightRoom * extent.rates.span();
    extent.heights.low -= kBelowRoom * extent.heights.span();
    // Neither axis more than a few times finer than the other: lines of constant ELBO stay readable as slopes.
    widen(extent.rates, extent.heights.span() / kMostAspect);
    widen(extent.heights, extent.rates.span() / kMostAspect);
    drawing.rates = extent.rates;
    drawing.heights = extent.heights;
}

/// The curve of the fleet, its front and its hull.
void joinFleet(RateDistortionDrawing& drawing) {
    if (drawing.members.size() < kLeastFront) {
        return;
    }
    std::vector<RatePoint> now;
    for (const auto& path : drawing.members) {
        now.push_back(path.trail.back());
    }
    drawing.front = paretoFront(now);
    drawing.hull = lowerHull(now);
    for (const auto& family : drawing.order.families) {
        std::vector<int> join;
        for (const int member : family) {
            const auto found = std::find_if(drawing.members.begin(), drawing.members.end(),
                                            [member](const MemberPath& path) { return path.member == member; });
            if (found != drawing.members.end()) {
                join.push_back(static_cast<int>(found - drawing.members.begin()));
            }
        }
        if (join.size() > 1) {
            drawing.joins.push_back(std::move(join));
        }
    }
}

double niceStep(double rough) {
    const double power = std::pow(10.0, std::floor(std::log10(rough)));
    for (const double factor : {1.0, 2.0, 5.0}) {
        if (factor * power >= rough) {
            return factor * power;
        }
    }
    return 10.0 * power;
}

}  // namespace

RateDistortionDrawing prepareRateDistortion(const Frame& frame, Split split, PlaneAxes axes, const MoveStretches& moves,
                                            bool bounds) {
    RateDistortionDrawing drawing;
    drawing.axes = axes;
    drawing.moves = moves && !moves->empty() ? moves : nullptr;
    drawing.order = orderFleet(frame.knobs);
    drawing.fleetSize = std::max(1, frame.fleetSize);
    drawing.discrete = frame.discreteData;
    drawing.entropy = frame.dataEntropy;
    drawing.optimum = frame.closedFormCurve;
    std::sort(drawing.optimum.begin(), drawing.optimum.end(),
              [](const CurvePoint& a, const CurvePoint& b) { return a.rate < b.rate; });

    Names names = split == Split::Test ? Names{"rate_test", "distortion_test"} : Names{"rate", "distortion"};
    auto reports = reportsWith(frame, names);
    if (reports.empty()) {
        names = split == Split::Test ? Names{"rate", "distortion"} : Names{"rate_train", "distortion_train"};
        reports = reportsWith(frame, names);
    }
    drawing.runningAverages = !reports.empty() && names.rate == "rate";

    for (int member = 0; member < drawing.fleetSize; ++member) {
        MemberPath path;
        path.member = member;
        path.name = memberName(frame.knobs, member);
        const auto place = static_cast<std::size_t>(member);
        for (const Report* report : reports) {
            const auto& rates = *column(*report, names.rate);
            const auto& distortions = *column(*report, names.distortion);
            if (place < rates.size() && place < distortions.size() && std::isfinite(rates[place]) &&
                std::isfinite(distortions[place])) {
                path.trail.push_back({rates[place], distortions[place], report->step});
            }
        }
        path.aim = aimOf(frame, drawing.optimum, member);
        if (!path.trail.empty()) {
            path.moves = moves ? marksOn(path.trail, *moves) : std::vector<TrailMark>{};
            path.evaluated =
                drawing.runningAverages ? QString() : evaluatedOn(frame, *reports.back(), "elbo", split, member);
            drawing.members.push_back(std::move(path));
        }
    }
    if (bounds && !drawing.runningAverages) {
        drawing.bounds = decoderBounds(frame, split);
        std::erase_if(drawing.bounds, [&](const DecoderBound& bound) {
            return std::none_of(drawing.members.begin(), drawing.members.end(),
                                [&](const MemberPath& path) { return path.member == bound.member; });
        });
    }
    joinFleet(drawing);
    measureExtent(drawing);
    return drawing;
}

std::vector<double> elboLevels(const Interval& rates, const Interval& distortions, int most) {
    const double low = rates.low + distortions.low;
    const double high = rates.high + distortions.high;
    std::vector<double> levels;
    if (!(high > low) || most < 1 || !std::isfinite(high - low)) {
        return levels;
    }
    const double step = niceStep((high - low) / most);
    for (double k = std::ceil(low / step); k * step <= high && static_cast<int>(levels.size()) < most; k += 1.0) {
        levels.push_back(k * step);
    }
    return levels;
}

QString elboLevelText(double level, double step) {
    const int decimals = std::clamp(static_cast<int>(std::ceil(-std::log10(step) - 1e-9)), 0, 4);
    QString text = QString::number(std::abs(level), 'f', decimals);
    const bool zero = text.toDouble() == 0.0;
    if (!zero && level > 0.0) {
        text.prepend(QChar(0x2212));  // ELBO = -(D + R)
    }
    return QString("ELBO%1=%1%2").arg(QChar(0x00a0)).arg(text);
}

}  // namespace elbo
