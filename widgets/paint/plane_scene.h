// What pictures of planes are made of, whatever they show: level lines, dots, ellipses and curves. Plain values.
#pragma once

#include <QColor>
#include <QPointF>
#include <QString>
#include <string>
#include <vector>

#include "training/frame/frame.h"
#include "widgets/kit/theme.h"
#include "widgets/paint/contour.h"

namespace elbo {

/// Shares of the mass whose regions the contours enclose, innermost first.
inline constexpr double kContourMasses[] = {0.25, 0.5, 0.75, 0.95};

/// A level line and the share of the mass it encloses.
struct SceneContour {
    double mass = 0.0;
    ContourPath path;
};

struct ScenePoint {
    float x = 0.0F, y = 0.0F;
    int label = -1;  ///< -1 without labels
};

/// The points at distance one sigma from (x, y): centre + (axx cos t, ayx cos t + ayy sin t).
struct SceneEllipse {
    float x = 0.0F, y = 0.0F;
    float axx = 0.0F, ayx = 0.0F, ayy = 0.0F;  ///< Cholesky factor of the covariance
    int label = -1;
};

/// A density along the x axis of a one-dimensional latent space.
struct SceneCurve {
    std::string name;
    int label = -1;
    std::vector<QPointF> points;
};

/// Pure; any thread. The level lines around the shares of kContourMasses.
std::vector<SceneContour> massContours(const GridDensity& density);

/// Pure; any thread. A one-row density as points at its cell centres.
std::vector<QPointF> curvePoints(const LatentWindow& window, const std::vector<float>& values);

/// Colour of a class; a neutral one for -1.
QColor labelColor(const Theme& theme, int label);

/// The name of a class: from the frame's list where it has one, else its number.
QString labelName(const std::vector<std::string>& names, int label);

}  // namespace elbo
