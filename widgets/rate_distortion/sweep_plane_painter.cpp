#include "widgets/rate_distortion/sweep_plane_painter.h"

#include <QFontMetricsF>
#include <algorithm>
#include <cmath>

#include "widgets/kit/numbers.h"
#include "widgets/rate_distortion/plane_keys.h"

namespace elbo {
namespace {

constexpr double kMarkRadius = 0.26;   ///< of a line of text
constexpr double kOtherRadius = 0.15;  ///< of runs that are not the best of their family and beta
constexpr double kRingRadius = 0.46;
constexpr double kNameScale = 0.8;
constexpr int kMostLegendRows = 100;
constexpr double kLegendShare = 0.45;  ///< of a panel on the screen

QColor familyColor(const Theme& theme, std::size_t family) {
    return theme.members[family % theme.members.size()];
}

QPen bestPen(const Theme& theme) {
    QPen pen(theme.accent, theme.paper ? 0.7 : 1.4);
    pen.setDashPattern({5.0, 3.0});
    return pen;
}

void paintLine(QPainter& painter, const PlanePanel& panel, const std::vector<RatePoint>& points, const QPen& pen) {
    QPolygonF line;
    for (const RatePoint& point : points) {
        line << panel.map.toPixel(point.rate, planeHeight(panel.axes, point.rate, point.distortion));
    }
    painter.setPen(pen);
    painter.setBrush(Qt::NoBrush);
    for (const QPolygonF& part : clippedLine(line, panel.map.area)) {
        painter.drawPolyline(part);
    }
}

/// The steps on the axes of the panel: between two members of the front the corner is where the one's distortion meets
/// the other's rate, whatever the axes.
void paintFront(QPainter& painter, const PlanePanel& panel, const SweepPlane& plane, const Theme& theme) {
    if (plane.front.size() > 1) {
        paintLine(painter, panel, paretoSteps(plane.front), stepPen(theme));
        paintLine(painter, panel, plane.hull, hullPen(theme));
    }
}

void paintBest(QPainter& painter, const PlanePanel& panel, const SweepPlane& plane, const Theme& theme) {
    if (plane.best) {
        std::vector<RatePoint> ends;
        for (const double rate : {panel.map.window.xMin, panel.map.window.xMax}) {
            RatePoint end;
            end.rate = rate;
            end.distortion = *plane.best - rate;
            ends.push_back(end);
        }
        paintLine(painter, panel, ends, bestPen(theme));
    }
}

/// The weight beside the best runs, where it lies on nothing.
void paintWeights(QPainter& painter, const PlanePanel& panel, const SweepPlane& plane, const Theme& theme) {
    const bool differ = std::any_of(plane.runs.begin(), plane.runs.end(),
                                    [&](const PlaneRun& run) { return run.beta != plane.runs.front().beta; });
    if (!differ) {
        return;
    }
    const QPaintDevice* device = painter.device();
    const double line = lineHeight(theme, device);
    painter.setFont(textFont(theme, kNameScale));
    painter.setPen(theme.mutedText);
    const QFontMetricsF metrics(painter.font(), device);
    std::vector<QRectF> taken;
    for (const PlaneRun& run : plane.runs) {
        const double half = run.best ? kMarkRadius * line : kOtherRadius * line;
        taken.push_back(QRectF(runPlace(panel, run) - QPointF(half, half), QSizeF(2.0 * half, 2.0 * half)));
    }
    for (const PlaneRun& run : plane.runs) {
        if (!run.best) {
            continue;
        }
        const QString text = weightText(run.beta);
        const QSizeF size(metrics.horizontalAdvance(text) + 0.1 * line, metrics.height());
        const QPointF centre = runPlace(panel, run);
        const double away = (kRingRadius + 0.08) * line;
        for (const QPointF& corner :
             {QPointF(away, -0.5 * size.height()), QPointF(-0.5 * size.width(), -away - size.height()),
              QPointF(-away - size.width(), -0.5 * size.height()), QPointF(-0.5 * size.width(), away)}) {
            const QRectF box(centre + corner, size);
            const bool free =
                panel.map.area.contains(box) &&
                std::none_of(taken.begin(), taken.end(), [&](const QRectF& t) { return t.intersects(box); });
            if (free) {
                paintText(painter, box, Qt::AlignCenter, text);
                taken.push_back(box);
                break;
            }
        }
    }
}

void paintRuns(QPainter& painter, const PlanePanel& panel, const SweepPlane& plane, const Theme& theme) {
    const double line = lineHeight(theme, painter.device());
    // Those that matter lie on top.
    for (const PlaneRun& run : plane.runs) {
        if (!run.best) {
            painter.setBrush(Qt::NoBrush);
            painter.setPen(QPen(familyColor(theme, run.family), 0.6 * theme.lineWidth));
            paintMarker(painter, markerOf(run.family), runPlace(panel, run), kOtherRadius * line);
        }
    }
    for (const PlaneRun& run : plane.runs) {
        if (run.best) {
            painter.setPen(Qt::NoPen);
            painter.setBrush(familyColor(theme, run.family));
            paintMarker(painter, markerOf(run.family), runPlace(panel, run), kMarkRadius * line);
        }
    }
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(theme.text, 0.7 * theme.lineWidth));
    for (const PlaneRun& run : plane.runs) {
        if (run.onFront) {
            painter.drawEllipse(runPlace(panel, run), kRingRadius * line, kRingRadius * line);
        }
    }
}

AxesText axesText(PlaneAxes axes) {
    const QString minus(QChar(0x2212));
    return axes == PlaneAxes::Distortion ? AxesText{"rate R (nats)", "distortion D (nats)", "D (nats)"}
                                         : AxesText{"rate R (nats)", "ELBO " + minus + "(D + R) (nats)", "ELBO (nats)"};
}

}  // namespace

std::vector<LegendEntry> sweepPlaneLegend(const SweepPlane& plane, const Theme& theme) {
    using Mark = LegendEntry::Mark;
    std::vector<LegendEntry> entries;
    for (std::size_t i = 0; i < plane.families.size(); ++i) {
        LegendEntry entry{Mark::Shape, familyColor(theme, i), plane.families[i]};
        entry.shape = markerOf(i);
        entries.push_back(entry);
    }
    if (plane.several) {
        entries.push_back({Mark::None, theme.mutedText, "small: not the best run", true});
    }
    if (!plane.front.empty()) {
        entries.push_back({Mark::Ring, theme.text, "on the Pareto front"});
    }
    if (plane.front.size() > 1) {
        entries.push_back({Mark::Line, stepPen(theme).color(), "Pareto steps"});
        entries.push_back({Mark::Dashes, hullPen(theme).color(), "convex hull"});
    }
    if (plane.best) {
        entries.push_back({Mark::Dashes, bestPen(theme).color(), "best ELBO, D + R = " + numberText(*plane.best)});
    }
    const bool differ = std::any_of(plane.runs.begin(), plane.runs.end(),
                                    [&](const PlaneRun& run) { return run.beta != plane.runs.front().beta; });
    if (differ) {
        entries.push_back({Mark::None, theme.mutedText, "numbers: \u03b2", true});
    }
    return entries;
}

PlanePanel placePlane(const QRectF& area, const SweepPlane& plane, PlaneAxes axes, bool legend, const Theme& theme,
                      const QPaintDevice* device) {
    PlanePanel panel;
    panel.axes = axes;
    panel.legend = legend;
    QRectF rest = area;
    if (legend) {
        const int rows = legendRows(sweepPlaneLegend(plane, theme), area.width(), kMostLegendRows, theme, device);
        const double line = lineHeight(theme, device, 0.9);
        // A small panel of the window keeps room for its plot; the tooltip of a run names its family.
        const double most = theme.paper ? area.height() : std::floor(kLegendShare * area.height() / line) * line;
        const double height = std::min(rows * line, most);
        panel.legendArea = QRectF(area.left(), area.top(), area.width(), height);
        rest.setTop(area.top() + height + standardGap(theme, device));
    }
    const PlaneWindow window = windowOf(plane, axes);
    panel.map = {plotInside(rest, axesText(axes), theme, device),
                 {window.rates.low, window.rates.high, window.heights.low, window.heights.high}};
    return panel;
}

QPointF runPlace(const PlanePanel& panel, const PlaneRun& run) {
    return panel.map.toPixel(run.rate, planeHeight(panel.axes, run.rate, run.distortion));
}

void paintPlane(QPainter& painter, const PlanePanel& panel, const SweepPlane& plane, const Theme& theme) {
    painter.save();
    if (panel.legend) {
        paintLegend(painter, panel.legendArea, sweepPlaneLegend(plane, theme), theme);
    }
    paintGrid(painter, panel.map, theme);
    painter.setRenderHint(QPainter::Antialiasing);
    paintBest(painter, panel, plane, theme);
    paintFront(painter, panel, plane, theme);
    paintRuns(painter, panel, plane, theme);
    paintWeights(painter, panel, plane, theme);
    painter.setRenderHint(QPainter::Antialiasing, false);
    paintAxes(painter, panel.map, axesText(panel.axes), theme);
    painter.restore();
}

const PlaneRun* runAt(const PlanePanel& panel, const SweepPlane& plane, const QPointF& position, double reach) {
    const PlaneRun* nearest = nullptr;
    double least = reach;
    for (const bool best : {true, false}) {
        for (const PlaneRun& run : plane.runs) {
            const QPointF away = runPlace(panel, run) - position;
            if (const double distance = std::hypot(away.x(), away.y()); run.best == best && distance < least) {
                least = distance;
                nearest = &run;
            }
        }
    }
    return nearest;
}

}  // namespace elbo
