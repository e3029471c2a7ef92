// Shapes of points, so that groups are told apart without their colours.
#pragma once

#include <QPointF>
#include <QPolygonF>
#include <cstddef>

class QPainter;

namespace elbo {

enum class Marker { Disc, Square, Triangle, Diamond, Wedge, Pentagon };

/// The shape of the group at this place, cyclic.
Marker markerOf(std::size_t place);

/// A filled shape in the painter's pen and brush; all shapes look about as large as a disc of this radius.
void paintMarker(QPainter& painter, Marker marker, const QPointF& centre, double radius);

}  // namespace elbo
