// Where small multiples lie: pure arithmetic.
#pragma once

#include <QRectF>
#include <vector>

namespace elbo {

/// How many panels stand in a row: up to three of them all, of more so many that cells come nearest to the proportions
/// `aspect` (width over height).
int panelColumns(const QSizeF& area, std::size_t count, double aspect = 1.0);

/// Cells for `count` panels in `area`, row by row.
std::vector<QRectF> panelGrid(const QRectF& area, std::size_t count, double aspect = 1.0);

/// The cell that holds a position; -1 for none.
int panelAt(const std::vector<QRectF>& cells, const QPointF& position);

}  // namespace elbo
