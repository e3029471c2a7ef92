// Where small multiples lie: pure arithmetic.
#pragma once

#include <QRectF>
#include <vector>

namespace elbo {

/// Cells for `count` panels in `area`, row by row: up to three side by side, more in the grid whose cells come nearest
/// to the proportions `aspect` (width over height).
std::vector<QRectF> panelGrid(const QRectF& area, std::size_t count, double aspect = 1.0);

/// The cell that holds a position; -1 for none.
int panelAt(const std::vector<QRectF>& cells, const QPointF& position);

}  // namespace elbo
