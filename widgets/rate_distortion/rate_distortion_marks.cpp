// What stands out on the rate-distortion plane: the hull of the fleet, where members should end, what was moved by
// hand, and the best that any encoder could do.
#include <algorithm>
#include <cmath>

#include "widgets/paint/plane_map.h"
#include "widgets/rate_distortion/plane_keys.h"
#include "widgets/rate_distortion/rate_distortion_plot.h"

namespace elbo {
namespace {

constexpr double kTicksApart = 3.0;   ///< pixels: ticks that lie closer are one
constexpr double kQuietTick = 0.45;   ///< opacity of the ticks of a large fleet
constexpr double kNoLength = 1e-3;    ///< pixels
constexpr double kNoDirection = 0.1;  ///< pixels: a trail shorter than this leads nowhere

/// Pieces `on` long and `off` apart; one that goes around a corner is two. Not every vector format knows where in a
/// pattern of dashes to begin.
std::vector<QLineF> dashesOf(const QPolygonF& polyline, double on, double off) {
    std::vector<QLineF> dashes;
    double along = 0.0;  // in the pattern
    for (qsizetype i = 1; i < polyline.size(); ++i) {
        const QLineF line(polyline[i - 1], polyline[i]);
        const double length = line.length();
        for (double from = 0.0; length - from > 1e-6;) {
            const bool drawn = along < on;
            const double part = std::min(length - from, (drawn ? on : on + off) - along);
            if (drawn && part > kNoLength) {
                dashes.emplace_back(line.pointAt(from / length), line.pointAt((from + part) / length));
            }
            from += part;
            along = along + part < on + off - 1e-6 ? along + part : 0.0;
        }
    }
    return dashes;
}

/// The line, longer by `more` at both ends.
QLineF longer(const QLineF& line, double more) {
    const double length = line.length();
    const QPointF step = length > 0.0 ? (line.p2() - line.p1()) * (more / length) : QPointF();
    return {line.p1() - step, line.p2() + step};
}

/// How far the rim of a line reaches beyond its ends: it parts the dashes of the hull from what lies below them.
double rimLength(const Theme& theme) {
    return theme.paper ? 0.9 : 2.2;
}

/// A rim in the colour of the panel sets lines off against what lies below them.
void drawWithRim(QCPPainter* painter, const std::vector<QLineF>& lines, const QPen& pen, const Theme& theme) {
    const double rim = theme.paper ? 0.7 : 1.5;
    if (theme.panel.alpha() > 0) {
        painter->setPen(QPen(theme.panel, pen.widthF() + 2.0 * rim, Qt::SolidLine, Qt::FlatCap));
        for (const QLineF& line : lines) {
            painter->drawLine(longer(line, rimLength(theme)));
        }
    }
    painter->setPen(pen);
    for (const QLineF& line : lines) {
        painter->drawLine(line);
    }
}

}  // namespace

void RateDistortionPlot::paintBounds(QCPPainter* painter) const {
    painter->setAntialiasing(true);
    painter->setBrush(Qt::NoBrush);
    for (const DecoderBound& bound : drawing_.bounds) {
        painter->setPen(boundPen(theme_, colour(bound.member)));
        for (const QPolygonF& part : clippedLine(pixels(bound.curve), axisRect()->rect())) {
            painter->drawPolyline(part);
        }
    }
}

void RateDistortionPlot::paintHull(QCPPainter* painter) const {
    painter->setAntialiasing(true);
    QPen pen = hullPen(theme_);
    const QList<qreal> pattern = pen.dashPattern();
    const double on = pattern[0] * pen.widthF(), off = pattern[1] * pen.widthF();
    pen.setStyle(Qt::SolidLine);
    // What it covers (the joined fleet, the optimum) is seen between the dashes.
    const double rims = 2.0 * rimLength(theme_);
    std::vector<QLineF> dashes;
    for (const QPolygonF& part : clippedLine(pixels(drawing_.hull), axisRect()->rect())) {
        const std::vector<QLineF> more = dashesOf(part, on, off + rims);
        dashes.insert(dashes.end(), more.begin(), more.end());
    }
    drawWithRim(painter, dashes, pen, theme_);
}

void RateDistortionPlot::paintAims(QCPPainter* painter) const {
    painter->setAntialiasing(true);
    painter->setBrush(Qt::NoBrush);
    const double half = theme_.paper ? 3.0 : 7.0;
    for (const MemberPath& path : drawing_.members) {
        if (path.aim) {
            const QPointF centre = pixel(path.aim->rate, path.aim->distortion);
            painter->setPen(QPen(colour(path.member), theme_.paper ? 0.8 : 1.6));
            painter->drawPolygon(QPolygonF({centre + QPointF(half, 0), centre + QPointF(0, half),
                                            centre - QPointF(half, 0), centre - QPointF(0, half)}));
        }
    }
}

void RateDistortionPlot::paintTicks(QCPPainter* painter) const {
    painter->setAntialiasing(true);
    const double half = theme_.paper ? 2.6 : 6.0;
    const QRectF frame = axisRect()->rect();
    for (const MemberPath& path : drawing_.members) {
        std::vector<QLineF> ticks;
        for (const TrailMark& mark : path.moves) {
            const auto place = [&](std::size_t i) { return pixel(path.trail[i].rate, path.trail[i].distortion); };
            const QPointF centre = place(mark.point);
            const bool crowded = !ticks.empty() && QLineF(ticks.back().center(), centre).length() < kTicksApart;
            if (crowded || !frame.contains(centre)) {
                continue;
            }
            const QPointF before = place(mark.point > 0 ? mark.point - 1 : 0);
            const QPointF along = place(std::min(mark.point + 1, path.trail.size() - 1)) - before;
            const double length = std::hypot(along.x(), along.y());
            const QPointF across =
                length > kNoDirection ? QPointF(-along.y(), along.x()) * (half / length) : QPointF(0.0, half);
            ticks.emplace_back(centre - across, centre + across);
        }
        QPen pen = tickPen(theme_);
        if (drawing_.order.ramped() && path.member != focus_) {
            QColor quiet = pen.color();
            quiet.setAlphaF(static_cast<float>(kQuietTick));
            pen.setColor(quiet);
        }
        drawWithRim(painter, ticks, pen, theme_);
    }
}

}  // namespace elbo
