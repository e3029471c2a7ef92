// What the rate-distortion plane says about a place under the pointer.
#include <cmath>

#include "widgets/kit/evaluated_on.h"
#include "widgets/kit/numbers.h"
#include "widgets/rate_distortion/rate_distortion_plot.h"

namespace elbo {
namespace {

QString nats(double value) {
    return numberText(value) + " nats";
}

}  // namespace

int RateDistortionPlot::memberAt(const QPointF& position) const {
    if (const Key* key = keyUnder(position)) {
        return key->member;
    }
    int best = -1;
    double nearest = 14.0 * theme_.fontPoints / 10.0;
    for (const MemberPath& path : drawing_.members) {
        const QPointF d = pixel(path.trail.back().rate, path.trail.back().distortion) - position;
        if (const double distance = std::hypot(d.x(), d.y()); distance < nearest) {
            nearest = distance;
            best = path.member;
        }
    }
    return best;
}

QString RateDistortionPlot::describe(const QPointF& position) const {
    if (const Key* key = keyUnder(position)) {
        return key->explanation.toHtmlEscaped();
    }
    const double scale = theme_.fontPoints / 10.0;
    const auto distance = [&](double rate, double distortion) {
        const QPointF d = pixel(rate, distortion) - position;
        return std::hypot(d.x(), d.y());
    };
    const auto values = [](const QString& head, const RatePoint& p) {
        return QString("<b>%1</b><br>rate R = %2<br>distortion D = %3<br>ELBO = %4")
            .arg(head.toHtmlEscaped(), nats(p.rate), nats(p.distortion), nats(-(p.rate + p.distortion)));
    };
    QString best;
    double nearest = 14.0 * scale;
    for (const MemberPath& path : drawing_.members) {
        const QString name = drawing_.fleetSize > 1 ? path.name : QString("now");
        const RatePoint& now = path.trail.back();
        if (const double d = distance(now.rate, now.distortion); d < nearest) {
            nearest = d;
            best = values(name, now) + "<br>step " + countText(now.step) + movesBefore(path, path.trail.size() - 1);
            if (!path.evaluated.isEmpty()) {
                best += "<br>" + path.evaluated.toHtmlEscaped();
            }
            if (path.aim) {
                best += QString("<br>optimum at these weights: R = %1, D = %2")
                            .arg(nats(path.aim->rate), nats(path.aim->distortion));
            }
            best += priceOf(path.member);
            if (drawing_.fleetSize > 1) {
                best += "<br><i>Click: give it the sliders. Shift+click: compare it with the focused one.</i>";
            }
        }
    }
    if (!best.isEmpty()) {
        return best;
    }
    nearest = 10.0 * scale;
    for (const MemberPath& path : drawing_.members) {
        const QString name = drawing_.fleetSize > 1 ? path.name + ", then" : QString("then");
        for (std::size_t i = 0; i < path.trail.size(); ++i) {
            const RatePoint& point = path.trail[i];
            if (const double d = distance(point.rate, point.distortion); d < nearest) {
                nearest = d;
                best = values(name, point) + "<br>step " + countText(point.step) + movesBefore(path, i);
            }
        }
    }
    for (const CurvePoint& point : drawing_.optimum) {
        if (const double d = distance(point.rate, point.distortion); d < nearest) {
            nearest = d;
            best = values(QString::fromUtf8("optimum at \u03b2 = %1").arg(numberText(point.beta)),
                          {point.rate, point.distortion, 0});
        }
    }
    for (const DecoderBound& bound : drawing_.bounds) {
        for (const CurvePoint& point : bound.curve) {
            if (const double d = distance(point.rate, point.distortion); d < nearest) {
                nearest = d;
                best = values(QString::fromUtf8("best for this decoder at \u03b2 = %1").arg(numberText(point.beta)),
                              {point.rate, point.distortion, 0}) +
                       "<br>step " + countText(bound.step);
            }
        }
    }
    return best.isEmpty() ? describeRegion(position) : best;
}

QString RateDistortionPlot::priceOf(int member) const {
    for (const DecoderBound& bound : drawing_.bounds) {
        if (bound.member == member && std::isfinite(bound.gap)) {
            const QString error = plusMinus(bound.gapError);
            return QString::fromUtf8(
                       "<br>price of the encoder at \u03b2 = %1: %2%3 (inference gap, step %4, %5 test "
                       "examples)")
                .arg(numberText(bound.best.beta), nats(bound.gap), error.isEmpty() ? QString() : " " + error,
                     countText(bound.step), countText(bound.examples));
        }
    }
    return {};
}

QString RateDistortionPlot::movesBefore(const MemberPath& path, std::size_t point) const {
    for (const TrailMark& mark : path.moves) {
        if (mark.point == point && drawing_.moves) {
            return "<br><b>moved by hand</b><br>" + moveLines(*drawing_.moves, mark.first, mark.count);
        }
    }
    return {};
}

QString RateDistortionPlot::describeRegion(const QPointF& position) const {
    if (!axisRect()->rect().contains(position.toPoint())) {
        return {};
    }
    const double rate = xAxis->pixelToCoord(position.x());
    const double distortion = planeDistortion(drawing_.axes, rate, yAxis->pixelToCoord(position.y()));
    if (rate < 0.0) {
        return "No model lies here: a rate is never negative.";
    }
    if (drawing_.discrete && distortion < 0.0) {
        return "No model lies here: the distortion of discrete data is never negative.";
    }
    if (drawing_.entropy && rate + distortion < *drawing_.entropy) {
        return QString("No model lies here: distortion and rate add up to at least the entropy of the data, H = %1.")
            .arg(nats(*drawing_.entropy));
    }
    return {};
}

}  // namespace elbo
