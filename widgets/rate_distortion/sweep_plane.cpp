#include "widgets/rate_distortion/sweep_plane.h"

#include <algorithm>
#include <cmath>

#include "widgets/fleet/member_name.h"
#include "widgets/kit/csv.h"

namespace elbo {
namespace {

constexpr double kLeastSpan = 0.5;  ///< nats: what differs by less is noise
constexpr double kMargin = 0.06;    ///< on every side, of the span

bool isSchedule(const SweptField& field) {
    return field.key.starts_with("schedule.");
}

/// What tells the families apart.
struct FamilyNames {
    explicit FamilyNames(const Sweep& sweep) : sweep_(sweep) {
        for (const Knobs& knobs : sweep.experiment.knobs) {
            Knobs rest = knobs;
            rest.beta = 0.0;
            rest_.push_back(rest);
        }
        differ_ = std::any_of(rest_.begin(), rest_.end(), [&](const Knobs& knobs) { return knobs != rest_.front(); });
    }

    QString of(const SweepPoint& point) const {
        QStringList parts;
        for (std::size_t i = 0; i < sweep_.over.size() && i < point.values.size(); ++i) {
            const SweptField& field = sweep_.over[i];
            if (isSchedule(field)) {
                continue;
            }
            const QString value = QString::fromStdString(shownValue(field, point.values[i]));
            const QString name = QString::fromStdString(shortName(sweep_.over, i)).replace('_', ' ');
            // A label says itself that it is an architecture.
            parts << (field.architectures.empty() ? name + QChar(0x00a0) + value : value);
        }
        Knobs own = point.knobs;
        own.beta = 0.0;
        const auto found = std::find(rest_.begin(), rest_.end(), own);
        if (differ_ && found != rest_.end()) {
            parts << memberName(rest_, static_cast<int>(found - rest_.begin()));
        }
        return parts.isEmpty() ? QString::fromStdString(sweep_.experiment.name) : parts.join(", ");
    }

  private:
    const Sweep& sweep_;
    std::vector<Knobs> rest_;  ///< the settings without beta
    bool differ_ = false;
};

double aimOf(const PlaneRun& run) {
    return run.distortion + run.beta * run.rate;
}

Interval widened(double low, double high) {
    const double span = std::max(high - low, kLeastSpan);
    const double middle = (low + high) / 2.0;
    return {middle - span * (0.5 + kMargin), middle + span * (0.5 + kMargin)};
}

void markBest(SweepPlane& plane) {
    for (PlaneRun& run : plane.runs) {
        run.best = std::none_of(plane.runs.begin(), plane.runs.end(), [&](const PlaneRun& other) {
            if (&other == &run || other.family != run.family || other.beta != run.beta) {
                return false;
            }
            plane.several = true;
            // Of equal ones the first.
            return aimOf(other) < aimOf(run) || (aimOf(other) == aimOf(run) && &other < &run);
        });
    }
}

void markFront(SweepPlane& plane) {
    for (const RatePoint& point : plane.front) {
        const auto run = std::find_if(plane.runs.begin(), plane.runs.end(), [&](const PlaneRun& each) {
            return each.rate == point.rate && each.distortion == point.distortion;
        });
        run->onFront = true;
    }
}

}  // namespace

SweepPlane prepareSweepPlane(const Sweep& sweep, Split split) {
    SweepPlane plane;
    plane.split = split;
    plane.missing = sweep.planned - std::min(sweep.planned, sweep.points.size());
    for (const SweptField& field : sweep.over) {
        plane.fields.push_back(QString::fromStdString(field.key));
    }
    const FamilyNames names(sweep);
    const bool test = split == Split::Test;
    std::vector<RatePoint> points;
    for (const SweepPoint& point : sweep.points) {
        const double rate = test ? point.rateTest : point.rateTrain;
        const double distortion = test ? point.distortionTest : point.distortionTrain;
        plane.diverged += point.failure.empty() ? 0 : 1;
        if (!point.failure.empty() || !std::isfinite(rate) || !std::isfinite(distortion)) {
            continue;
        }
        PlaneRun run;
        const QString name = names.of(point);
        const auto found = std::find(plane.families.begin(), plane.families.end(), name);
        run.family = static_cast<std::size_t>(found - plane.families.begin());
        if (found == plane.families.end()) {
            plane.families.push_back(name);
        }
        run.beta = point.knobs.beta;
        run.seed = point.seed;
        for (const std::string& value : point.values) {
            run.values.push_back(shortValue(value));
        }
        run.folder = QString::fromStdString(point.folder);
        run.rate = rate;
        run.distortion = distortion;
        run.rateError = test ? point.rateErrorTest : point.rateErrorTrain;
        run.distortionError = test ? point.distortionErrorTest : point.distortionErrorTrain;
        plane.best = std::min(plane.best.value_or(rate + distortion), rate + distortion);
        RatePoint place;
        place.rate = rate;
        place.distortion = distortion;
        points.push_back(place);
        plane.runs.push_back(std::move(run));
    }
    plane.front = paretoFront(points);
    plane.hull = lowerHull(points);
    markBest(plane);
    markFront(plane);
    return plane;
}

Split splitOf(const Sweep& sweep) {
    const bool test = std::any_of(sweep.points.begin(), sweep.points.end(),
                                  [](const SweepPoint& point) { return std::isfinite(point.rateTest); });
    return test ? Split::Test : Split::Train;
}

PlaneWindow windowOf(const SweepPlane& plane, PlaneAxes axes) {
    if (plane.runs.empty()) {
        return {{0.0, 1.0}, {0.0, 1.0}};
    }
    const auto height = [axes](const PlaneRun& run) { return planeHeight(axes, run.rate, run.distortion); };
    const auto [left, right] = std::minmax_element(
        plane.runs.begin(), plane.runs.end(), [](const PlaneRun& a, const PlaneRun& b) { return a.rate < b.rate; });
    const auto [low, high] =
        std::minmax_element(plane.runs.begin(), plane.runs.end(),
                            [&](const PlaneRun& a, const PlaneRun& b) { return height(a) < height(b); });
    return {widened(left->rate, right->rate), widened(height(*low), height(*high))};
}

QString sweepPlaneCsv(const SweepPlane& plane) {
    QString text =
        QString("# runs: nats per %1 example; best: least D + beta R of its family and beta\nfamily,beta,seed")
            .arg(plane.split == Split::Test ? "test" : "training");
    for (const QString& field : plane.fields) {
        text += ',' + field;
    }
    text += ",rate,distortion,elbo,rate_error,distortion_error,best,on_front,folder\n";
    const auto error = [](double value) { return std::isfinite(value) ? csvNumber(value) : QString(); };
    for (const PlaneRun& run : plane.runs) {
        text += csvText(plane.families[run.family]) + ',' + csvNumber(run.beta) + QString(",%1").arg(run.seed);
        for (const std::string& value : run.values) {
            text += ',' + csvText(QString::fromStdString(value));
        }
        text += ',' + csvNumbers({run.rate, run.distortion, planeHeight(PlaneAxes::Elbo, run.rate, run.distortion)}) +
                ',' + error(run.rateError) + ',' + error(run.distortionError) +
                QString(",%1,%2,").arg(run.best ? 1 : 0).arg(run.onFront ? 1 : 0) + csvText(run.folder) + '\n';
    }
    text += "\n# hull: corners of the lower convex hull\nrate,distortion\n";
    for (const RatePoint& corner : plane.hull) {
        text += csvNumbers({corner.rate, corner.distortion}) + '\n';
    }
    return text;
}

}  // namespace elbo
