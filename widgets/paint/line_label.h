// Text along a straight line of a chart, where there is room for it.
#pragma once

#include <QLineF>
#include <QRectF>
#include <QString>
#include <optional>
#include <vector>

class QPainter;

namespace elbo {

/// Where a text goes along a line. Pixels.
struct LineLabel {
    QPointF anchor;
    double angle = 0.0;  ///< degrees
    QRectF box;          ///< in the rotated system around the anchor
    QRectF bounds;       ///< upright
};

/// The place nearest to the line's right end that lies inside `frame` and touches nothing in `taken`; above the line or
/// below it. Pure.
std::optional<LineLabel> placeAlong(const QLineF& line, const QSizeF& text, bool above, const QRectF& frame,
                                    const std::vector<QRectF>& taken);

void drawLabel(QPainter& painter, const LineLabel& label, const QString& text);

}  // namespace elbo
