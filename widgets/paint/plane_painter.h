// The marks that pictures of planes have in common, drawn with QPainter: densities, level lines and dots.
#pragma once

#include <QColor>
#include <QPainter>
#include <functional>
#include <optional>
#include <vector>

#include "widgets/kit/theme.h"
#include "widgets/paint/plane_map.h"
#include "widgets/paint/plane_scene.h"
#include "widgets/paint/raster.h"

namespace elbo {

/// Pattern of the prior's lines in multiples of the line width: told apart from q(z) without colour.
inline constexpr double kPriorDash = 3.5;
inline constexpr double kPriorGap = 2.5;

/// Opacity of the contour around a share of the mass: the inner ones are stronger.
double contourOpacity(double mass);

/// Opacity of dots, and of the halo that sets them off from a ground of their own colour.
inline constexpr double kDotOpacity = 0.85;
inline constexpr double kHaloOpacity = 0.55;

/// Opacity of ellipses.
inline constexpr double kRingOpacity = 0.55;

/// Radius of a dot among this many, in units of the painter.
double dotRadius(const Theme& theme, std::size_t count);

/// A density as one raster at its own coordinates, cut to the plot.
void paintDensity(QPainter& painter, const PlaneMap& map, const GridDensity& density, double peak,
                  const ColorRamp& ramp);

enum class LineStyle { Solid, Dashed };
/// The opacity of a line is that of the mass it encloses, or `opacity` for all of them.
void paintContours(QPainter& painter, const PlaneMap& map, const std::vector<SceneContour>& contours,
                   const QColor& color, const Theme& theme, LineStyle style,
                   std::optional<double> opacity = std::nullopt);

void paintDots(QPainter& painter, const PlaneMap& map, const std::vector<ScenePoint>& points, double radius,
               const Theme& theme, const std::function<QColor(int label)>& colorOf, double opacity = kDotOpacity);

}  // namespace elbo
