// What the latent view draws, prepared from a frame without a window: densities, level lines, codes and ellipses.
#pragma once

#include <QPointF>
#include <QString>
#include <string>
#include <vector>

#include "training/frame/frame.h"
#include "widgets/paint/plane_scene.h"

namespace elbo {

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

/// Pure; any thread. Layers that are switched off are not prepared.
LatentScene prepareLatentScene(const LatentFrame& frame, const LatentSceneOptions& options);

}  // namespace elbo
