// Draws the plane of a sweep: the same picture on a screen and on paper.
#pragma once

#include <QPainter>
#include <vector>

#include "widgets/paint/axes_painter.h"
#include "widgets/rate_distortion/sweep_plane.h"

namespace elbo {

/// Where the plane of one pair of axes lies. Painter units.
struct PlanePanel {
    PlaneMap map;
    PlaneAxes axes = PlaneAxes::Distortion;
    bool legend = true;
    QRectF legendArea;
};

/// A panel in `area`, with the legend above it where it has one.
PlanePanel placePlane(const QRectF& area, const SweepPlane& plane, PlaneAxes axes, bool legend, const Theme& theme,
                      const QPaintDevice* device);

/// Everything that is drawn, in words: families, the front, the hull, the best ELBO.
std::vector<LegendEntry> sweepPlaneLegend(const SweepPlane& plane, const Theme& theme);

void paintPlane(QPainter& painter, const PlanePanel& panel, const SweepPlane& plane, const Theme& theme);

/// Where the run stands in the panel.
QPointF runPlace(const PlanePanel& panel, const PlaneRun& run);

/// The run within reach of a position; null where there is none. Of runs in one place the best of its family.
const PlaneRun* runAt(const PlanePanel& panel, const SweepPlane& plane, const QPointF& position, double reach);

}  // namespace elbo
