// From plane coordinates to pixels and back, and the arithmetic of panning and zooming windows. Pure values.
#pragma once

#include <QPointF>
#include <QPolygonF>
#include <QRectF>
#include <QString>
#include <vector>

#include "training/frame/view_request.h"

namespace elbo {

/// A rectangle of the plane drawn into a rectangle of pixels; y points up in the plane and down in pixels.
struct PlaneMap {
    QRectF area;
    LatentWindow window;

    double pixelsPerUnitX() const { return area.width() / (window.xMax - window.xMin); }
    double pixelsPerUnitY() const { return area.height() / (window.yMax - window.yMin); }
    QPointF toPixel(double x, double y) const;
    QPointF toPixel(const QPointF& point) const { return toPixel(point.x(), point.y()); }
    QPointF toPlane(const QPointF& pixel) const;
    /// The pixels covered by a window of the plane.
    QRectF toPixels(const LatentWindow& part) const;
};

/// The smallest window around `window` with the proportions of `size`, so that one unit is equally long on both axes.
LatentWindow expandedTo(const LatentWindow& window, const QSizeF& size);

/// Scaled about a point of the plane, which keeps its place on screen; factor > 1 shows less of the plane. Kept between
/// 1e-3 and 1e5 units wide, where single precision still tells codes apart.
LatentWindow zoomedAbout(const LatentWindow& window, const QPointF& point, double factor);

LatentWindow shifted(const LatentWindow& window, double dx, double dy);

LatentWindow unitedWith(const LatentWindow& window, const LatentWindow& other);

bool contains(const LatentWindow& outer, const LatentWindow& inner);

/// The window at `part` (0 to 1) of the way; sizes change geometrically, so a long zoom moves at a steady speed.
LatentWindow between(const LatentWindow& from, const LatentWindow& to, double part);

/// Whether the line goes anywhere at all. A translucent stroke of a single point is an empty path in a PDF, which
/// readers and preflight checks complain about.
bool hasLength(const QPolygonF& line);

/// The parts of a line inside a rectangle that have a length. For vector formats, not all of which clip.
std::vector<QPolygonF> clippedLine(const QPolygonF& line, const QRectF& area);

/// Round numbers between two ends of an axis, about `wanted` of them and never fewer than two.
struct AxisTicks {
    std::vector<double> values;
    double step = 1.0;

    /// The number as written beside the tick, with a typographic minus sign.
    QString text(double value) const;
};
AxisTicks niceTicks(double low, double high, int wanted);

/// "z12" with its index lowered: "z₁₂"; other texts stay as they are.
QString axisTitle(const std::string& name);

}  // namespace elbo
