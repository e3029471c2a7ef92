#include "widgets/kit/panel_grid.h"

#include <cmath>

namespace elbo {
namespace {

constexpr std::size_t kMostInARow = 3;

}  // namespace

int panelColumns(const QSizeF& area, std::size_t count, double aspect) {
    if (count <= kMostInARow || area.isEmpty()) {
        return static_cast<int>(count);
    }
    std::size_t best = 1;
    double nearest = HUGE_VAL;
    for (std::size_t columns = 1; columns <= count; ++columns) {
        const std::size_t rows = (count + columns - 1) / columns;
        const double cell = area.width() * static_cast<double>(rows) / (area.height() * static_cast<double>(columns));
        // Empty cells cost as much as wrong proportions.
        const double empty = static_cast<double>(columns * rows - count) / static_cast<double>(count);
        const double distance = std::abs(std::log(cell / aspect)) + empty;
        if (distance < nearest) {
            nearest = distance;
            best = columns;
        }
    }
    return static_cast<int>(best);
}

std::vector<QRectF> panelGrid(const QRectF& area, std::size_t count, double aspect) {
    std::vector<QRectF> cells;
    if (count == 0) {
        return cells;
    }
    const auto columns = static_cast<std::size_t>(panelColumns(area.size(), count, aspect));
    const std::size_t rows = (count + columns - 1) / columns;
    const QSizeF cell(area.width() / static_cast<double>(columns), area.height() / static_cast<double>(rows));
    for (std::size_t i = 0; i < count; ++i) {
        const auto column = static_cast<double>(i % columns), row = static_cast<double>(i / columns);
        cells.emplace_back(area.topLeft() + QPointF(column * cell.width(), row * cell.height()), cell);
    }
    return cells;
}

int panelAt(const std::vector<QRectF>& cells, const QPointF& position) {
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (cells[i].contains(position)) {
            return static_cast<int>(i);
        }
    }
    return -1;
}

}  // namespace elbo
