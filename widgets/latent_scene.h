// What the latent view draws, prepared from a frame without a window: densities, level lines, codes and ellipses.
#pragma once

#include <QColor>
#include <QPointF>
#include <QString>
#include <optional>
#include <string>
#include <vector>

#include "training/frame.h"
#include "widgets/contour.h"
#include "widgets/theme.h"

namespace elbo {

/// Shares of the mass whose regions the contours enclose, innermost first.
inline constexpr double kContourMasses[] = {0.25, 0.5, 0.75, 0.95};

/// Which layers are drawn, by the check boxes of the view.
struct LatentLayers {
    bool density = true;
    bool contours = true;
    bool points = true;
    bool ellipses = false;
    bool operator==(const LatentLayers&) const = default;
};

struct LatentSceneOptions {
    LatentLayers layers;
    int maximumEllipses = 300;  ///< more would hide each other; spread evenly over the codes
};

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

/// Everything drawn for one fleet member at one step. Immutable once prepared; shared with the canvas.
struct LatentScene {
    int member = 0;
    int latentDim = 0;
    QString xAxis, yAxis;
    GridDensity posterior;  ///< aggregated posterior, at its own coordinates
    GridDensity prior;
    double posteriorPeak = 0.0;
    bool wholeMass = true;  ///< the window holds (nearly) all of q(z); otherwise contours speak of the mass in view
    std::vector<SceneContour> posteriorContours, priorContours;
    std::vector<ScenePoint> points;
    std::vector<SceneEllipse> ellipses;
    std::vector<int> labels;                ///< those that occur, ascending
    SceneCurve posteriorCurve, priorCurve;  ///< dim z = 1
    std::vector<SceneCurve> curves;         ///< dim z = 1: q(z|x) of each example
    double curvePeak = 0.0;                 ///< highest density of all curves, per latent unit

    bool oneDimensional() const { return latentDim == 1; }
    /// Where the codes are, two sigma around all but the most outlying, and at least +-3 around the origin (the prior).
    LatentWindow bounds;
};

/// Pure; any thread. The level lines around the shares of kContourMasses.
std::vector<SceneContour> massContours(const GridDensity& density);

/// Pure; any thread. A one-row density as points at its cell centres.
std::vector<QPointF> curvePoints(const LatentWindow& window, const std::vector<float>& values);

/// Pure; any thread. Layers that are switched off are not prepared.
LatentScene prepareLatentScene(const LatentFrame& frame, const LatentSceneOptions& options);

/// Colour of a class; a neutral one for -1.
QColor labelColor(const Theme& theme, int label);

/// The name of a class: from the frame's list where it has one, else its number.
QString labelName(const std::vector<std::string>& names, int label);

}  // namespace elbo
