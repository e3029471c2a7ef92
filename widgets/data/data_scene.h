// What the data view draws, prepared from a frame without a window: the data's density beside the model's.
#pragma once

#include <QPointF>
#include <iterator>
#include <vector>

#include "training/frame/frame.h"
#include "widgets/latent/latent_scene.h"
#include "widgets/paint/plane_scene.h"

namespace elbo {

/// Share of the data that lies inside their outline: the widest of kContourMasses.
inline constexpr double kOutlinedMass = kContourMasses[std::size(kContourMasses) - 1];

/// A point mass of one-dimensional data.
struct DataAtom {
    double x = 0.0;
    double mass = 0.0;
};

/// Everything drawn for one fleet member. Immutable once prepared.
struct DataScene {
    int member = 0;
    int dim = 0;
    LatentWindow window;  ///< of the data's and the model's grid together
    // One dimension.
    std::vector<DataAtom> atoms;     ///< when the data are a few points; dataCurve is then empty
    std::vector<QPointF> dataCurve;  ///< density per unit of x
    std::vector<QPointF> modelCurve;
    std::vector<float> reconstructions;
    double peak = 0.0;  ///< of both curves
    // Two dimensions.
    GridDensity data;
    double dataPeak = 0.0;
    std::vector<SceneContour> dataOutline;  ///< of the region that holds kOutlinedMass of the data
    std::vector<SceneContour> modelContours;
    std::vector<ScenePoint> examples;  ///< only where there is no density of the data
    std::vector<ScenePoint> samples;

    bool oneDimensional() const { return dim == 1; }
};

/// Pure; any thread.
DataScene prepareDataScene(const DataFrame& frame);

/// Pure; any thread. The point masses of a histogram whose mass lies in a few of its cells; empty for any other.
std::vector<DataAtom> pointMasses(const GridDensity& histogram);

}  // namespace elbo
