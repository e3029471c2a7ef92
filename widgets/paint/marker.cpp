#include "widgets/paint/marker.h"

#include <QPainter>
#include <cmath>
#include <numbers>

namespace elbo {
namespace {

constexpr std::size_t kMarkers = 6;

/// A regular polygon with its first corner at this angle, radians; 0 is to the right, pi/2 down.
QPolygonF regular(int corners, double first, const QPointF& centre, double radius) {
    QPolygonF polygon;
    for (int i = 0; i < corners; ++i) {
        const double angle = first + 2.0 * std::numbers::pi * i / corners;
        polygon << centre + radius * QPointF(std::cos(angle), std::sin(angle));
    }
    return polygon;
}

}  // namespace

Marker markerOf(std::size_t place) {
    return static_cast<Marker>(place % kMarkers);
}

void paintMarker(QPainter& painter, Marker marker, const QPointF& centre, double radius) {
    constexpr double kUp = -std::numbers::pi / 2.0, kDown = std::numbers::pi / 2.0;
    switch (marker) {
        case Marker::Disc:
            painter.drawEllipse(centre, radius, radius);
            break;
        case Marker::Square:
            painter.drawPolygon(regular(4, kUp / 2.0, centre, 1.25 * radius));
            break;
        case Marker::Triangle:
            painter.drawPolygon(regular(3, kUp, centre, 1.45 * radius));
            break;
        case Marker::Diamond:
            painter.drawPolygon(regular(4, kUp, centre, 1.35 * radius));
            break;
        case Marker::Wedge:
            painter.drawPolygon(regular(3, kDown, centre, 1.45 * radius));
            break;
        case Marker::Pentagon:
            painter.drawPolygon(regular(5, kUp, centre, 1.2 * radius));
            break;
    }
}

}  // namespace elbo
