#include "training/measure/grid_divergence.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace elbo {

namespace {

/// Latent units: a prior has a standard deviation of about 1.
constexpr double kCellWidth = 0.5;
/// Below this mass a coarse cell counts as empty, of p as this full: no density on a grid is known better.
constexpr double kNoMass = 1e-9;

/// Which coarse cell each cell of an axis belongs to.
std::vector<std::size_t> coarseCells(double low, double high, int cells) {
    const double width = (high - low) / cells;
    const double merged = std::max(1.0, std::round(kCellWidth / width));
    std::vector<std::size_t> places(static_cast<std::size_t>(cells));
    for (std::size_t i = 0; i < places.size(); ++i) {
        places[i] = static_cast<std::size_t>(static_cast<double>(i) / merged);
    }
    return places;
}

}  // namespace

double coarseDivergence(const GridDensity& q, const GridDensity& p, std::size_t codes) {
    if (q.columns < 1 || q.rows < 1 || q.values.size() != p.values.size() || q.columns != p.columns || codes == 0) {
        return 0.0;
    }
    const bool line = q.rows == 1;
    const std::vector<std::size_t> columns = coarseCells(q.window.xMin, q.window.xMax, q.columns);
    const std::vector<std::size_t> rows =
        line ? std::vector<std::size_t>{0} : coarseCells(q.window.yMin, q.window.yMax, q.rows);
    const double area =
        (q.window.xMax - q.window.xMin) / q.columns * (line ? 1.0 : (q.window.yMax - q.window.yMin) / q.rows);
    struct Masses {
        double q = 0.0, p = 0.0;
    };
    const std::size_t across = columns.back() + 1;
    std::vector<Masses> cells(across * (rows.back() + 1));
    Masses inside;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        for (std::size_t column = 0; column < columns.size(); ++column) {
            const std::size_t place = row * columns.size() + column;
            Masses& cell = cells[rows[row] * across + columns[column]];
            cell.q += area * static_cast<double>(q.values[place]);
            cell.p += area * static_cast<double>(p.values[place]);
            inside.q += area * static_cast<double>(q.values[place]);
            inside.p += area * static_cast<double>(p.values[place]);
        }
    }
    cells.push_back({std::max(0.0, 1.0 - inside.q), std::max(0.0, 1.0 - inside.p)});
    double divergence = 0.0;
    double occupied = 0.0;
    for (const Masses& cell : cells) {
        if (cell.q > kNoMass) {
            divergence += cell.q * std::log(cell.q / std::max(cell.p, kNoMass));
            occupied += 1.0;
        }
    }
    // A sample of n of a distribution over k cells is (k - 1) / 2n away from it on average.
    return std::max(0.0, divergence - std::max(0.0, occupied - 1.0) / (2.0 * static_cast<double>(codes)));
}

}  // namespace elbo
