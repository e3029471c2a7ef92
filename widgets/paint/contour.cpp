#include "widgets/paint/contour.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

namespace elbo {
namespace {

bool isConsistent(const GridDensity& density) {
    return density.columns > 0 && density.rows > 0 &&
           density.values.size() == static_cast<std::size_t>(density.columns) * static_cast<std::size_t>(density.rows);
}

double cellWidth(const GridDensity& density) {
    return (density.window.xMax - density.window.xMin) / density.columns;
}

double cellHeight(const GridDensity& density) {
    return (density.window.yMax - density.window.yMin) / density.rows;
}

double cellMeasure(const GridDensity& density) {
    return density.rows == 1 ? cellWidth(density) : cellWidth(density) * cellHeight(density);
}

double finite(float value) {
    return std::isfinite(value) ? value : 0.0;
}

/// The lattice of cell centres with one crossing per lattice edge. A crossing is an end of at most two segments (one in
/// either square beside the edge), so the segments join into paths without a search.
class Lattice {
  public:
    Lattice(const GridDensity& density, double level)
        : density_(density), level_(level), neighbours_(2 * density.values.size(), {-1, -1}) {}

    std::vector<ContourPath> paths() {
        for (int row = 0; row + 1 < density_.rows; ++row) {
            for (int column = 0; column + 1 < density_.columns; ++column) {
                marchSquare(column, row);
            }
        }
        // Open lines first, from their ends; what is left afterwards is closed.
        std::vector<ContourPath> result;
        for (int edge : crossings_) {
            if (neighbours_[edge][0] >= 0 && neighbours_[edge][1] < 0) {
                result.push_back({follow(edge), false});
            }
        }
        for (int edge : crossings_) {
            if (neighbours_[edge][0] >= 0) {
                result.push_back({follow(edge), true});
            }
        }
        return result;
    }

  private:
    // Lattice edges are numbered by their lower left node: even to the right, odd upwards.
    int node(int column, int row) const { return row * density_.columns + column; }
    int edgeRight(int column, int row) const { return 2 * node(column, row); }
    int edgeUp(int column, int row) const { return 2 * node(column, row) + 1; }
    double value(int column, int row) const { return finite(density_.values[node(column, row)]); }

    void link(int from, int to) {
        for (auto [a, b] : {std::pair{from, to}, std::pair{to, from}}) {
            auto& ends = neighbours_[a];
            if (ends[0] < 0) {
                crossings_.push_back(a);
                ends[0] = b;
            } else {
                ends[1] = b;
            }
        }
    }

    void marchSquare(int column, int row) {
        const double lowerLeft = value(column, row), lowerRight = value(column + 1, row);
        const double upperLeft = value(column, row + 1), upperRight = value(column + 1, row + 1);
        const int inside = (lowerLeft >= level_ ? 1 : 0) | (lowerRight >= level_ ? 2 : 0) |
                           (upperRight >= level_ ? 4 : 0) | (upperLeft >= level_ ? 8 : 0);
        if (inside == 0 || inside == 15) {
            return;
        }
        const int bottom = edgeRight(column, row), top = edgeRight(column, row + 1);
        const int left = edgeUp(column, row), right = edgeUp(column + 1, row);
        switch (inside) {
            case 1:
            case 14:
                return link(left, bottom);
            case 2:
            case 13:
                return link(bottom, right);
            case 3:
            case 12:
                return link(left, right);
            case 4:
            case 11:
                return link(right, top);
            case 6:
            case 9:
                return link(bottom, top);
            case 7:
            case 8:
                return link(left, top);
            default:
                break;
        }
        // A saddle: the value in the middle says which of the two diagonal corners are connected.
        const bool middleInside = (lowerLeft + lowerRight + upperLeft + upperRight) / 4.0 >= level_;
        if ((inside == 5) == middleInside) {
            link(left, top);
            link(bottom, right);
        } else {
            link(left, bottom);
            link(right, top);
        }
    }

    QPointF crossing(int edge) const {
        const int column = (edge / 2) % density_.columns, row = (edge / 2) / density_.columns;
        const bool up = edge % 2 == 1;
        const double from = value(column, row);
        const double to = up ? value(column, row + 1) : value(column + 1, row);
        const double part = to == from ? 0.5 : std::clamp((level_ - from) / (to - from), 0.0, 1.0);
        const double x = column + 0.5 + (up ? 0.0 : part), y = row + 0.5 + (up ? part : 0.0);
        return {density_.window.xMin + x * cellWidth(density_), density_.window.yMin + y * cellHeight(density_)};
    }

    /// Walks along the links from `start` and erases them on the way.
    QPolygonF follow(int start) {
        QPolygonF points;
        int edge = start, previous = -1;
        while (edge >= 0 && neighbours_[edge][0] >= 0) {
            points.append(crossing(edge));
            const auto ends = neighbours_[edge];
            neighbours_[edge] = {-1, -1};
            const int next = ends[0] == previous ? ends[1] : ends[0];
            previous = edge;
            edge = next;
        }
        return points;
    }

    const GridDensity& density_;
    double level_;
    std::vector<std::array<int, 2>> neighbours_;
    std::vector<int> crossings_;
};

}  // namespace

std::vector<ContourPath> contourPaths(const GridDensity& density, double level) {
    if (!isConsistent(density) || density.rows < 2 || density.columns < 2 || !(level > 0.0)) {
        return {};
    }
    return Lattice(density, level).paths();
}

std::vector<double> massLevels(const GridDensity& density, std::span<const double> masses) {
    std::vector<double> levels(masses.size(), 0.0);
    if (!isConsistent(density)) {
        return levels;
    }
    std::vector<float> sorted;
    sorted.reserve(density.values.size());
    double total = 0.0;
    for (float value : density.values) {
        if (std::isfinite(value) && value > 0.0F) {
            sorted.push_back(value);
            total += value;
        }
    }
    std::sort(sorted.begin(), sorted.end(), std::greater<>());
    for (std::size_t i = 0; i < masses.size() && total > 0.0; ++i) {
        const double wanted = std::clamp(masses[i], 0.0, 1.0) * total;
        double enclosed = 0.0;
        for (std::size_t k = 0; k < sorted.size(); ++k) {
            const double next = enclosed + sorted[k];
            if (next >= wanted || k + 1 == sorted.size()) {
                // Between two cells the level moves linearly, so that lines glide instead of stepping from cell to
                // cell.
                const double above = k == 0 ? sorted[0] : sorted[k - 1];
                const double part = std::clamp((wanted - enclosed) / sorted[k], 0.0, 1.0);
                levels[i] = above + part * (sorted[k] - above);
                break;
            }
            enclosed = next;
        }
    }
    return levels;
}

double massInWindow(const GridDensity& density) {
    if (!isConsistent(density)) {
        return 0.0;
    }
    double total = 0.0;
    for (float value : density.values) {
        total += finite(value);
    }
    return total * cellMeasure(density);
}

double densityAt(const GridDensity& density, double x, double y) {
    if (!isConsistent(density)) {
        return 0.0;
    }
    const LatentWindow& window = density.window;
    const bool flat = density.rows == 1;
    if (x < window.xMin || x > window.xMax || (!flat && (y < window.yMin || y > window.yMax))) {
        return 0.0;
    }
    const auto locate = [](double position, int count) {
        const double at = std::clamp(position - 0.5, 0.0, static_cast<double>(count - 1));
        const int low = std::min(static_cast<int>(at), std::max(count - 2, 0));
        return std::pair{low, at - low};
    };
    const auto [column, right] = locate((x - window.xMin) / cellWidth(density), density.columns);
    const auto [row, up] = flat ? std::pair{0, 0.0} : locate((y - window.yMin) / cellHeight(density), density.rows);
    const auto value = [&](int c, int r) {
        c = std::min(c, density.columns - 1);
        r = std::min(r, density.rows - 1);
        return finite(density.values[static_cast<std::size_t>(r) * density.columns + c]);
    };
    const double lower = value(column, row) * (1.0 - right) + value(column + 1, row) * right;
    const double upper = value(column, row + 1) * (1.0 - right) + value(column + 1, row + 1) * right;
    return lower * (1.0 - up) + upper * up;
}

double densityPeak(const GridDensity& density) {
    double peak = 0.0;
    for (float value : density.values) {
        peak = std::max(peak, finite(value));
    }
    return peak;
}

}  // namespace elbo
