// Level lines of a density on a grid (marching squares), and the levels that enclose a given share of its mass.
#pragma once

#include <QPolygonF>
#include <span>
#include <vector>

#include "training/frame/frame.h"

namespace elbo {

/// One connected level line in the coordinates of the density's window. A closed line does not repeat its first point.
struct ContourPath {
    QPolygonF points;
    bool closed = false;
};

/// Pure; any thread. The lines where the density, interpolated linearly between cell centres, equals `level`. Lines
/// that reach the border of the lattice are open. Empty for a one-dimensional density and for a level that is not
/// positive.
std::vector<ContourPath> contourPaths(const GridDensity& density, double level);

/// Pure; any thread. For each share of `masses` (0 to 1) the level of the highest-density region that holds this share
/// of the mass inside the window; 0 where the density has no mass.
std::vector<double> massLevels(const GridDensity& density, std::span<const double> masses);

/// Pure; any thread. The probability inside the window: 1 when nothing lies outside.
double massInWindow(const GridDensity& density);

/// Pure; any thread. Bilinear value at (x, y); 0 outside the window. `y` is ignored when the density has one row.
double densityAt(const GridDensity& density, double x, double y);

/// Pure; any thread. Largest finite value, 0 for an empty density.
double densityPeak(const GridDensity& density);

}  // namespace elbo
