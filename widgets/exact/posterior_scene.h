// What the posterior view draws, prepared from a frame without a window: true posteriors beside the encoder's, and the
// map from one's means to the other's.
#pragma once

#include <QPointF>
#include <QString>
#include <vector>

#include "training/frame/exact_frame.h"
#include "widgets/latent/latent_scene.h"

namespace elbo {

/// Regions that a Gaussian fills within one and two standard deviations in the plane, so that level lines of the true
/// posterior fall on the ellipses of an encoder that gives it exactly.
inline constexpr double kSigmaMasses[] = {0.3934693402873666, 0.8646647167633873};

/// p(z|x) and q(z|x) of one example.
struct PosteriorTile {
    QString name;
    int label = -1;
    double gap = 0.0;  ///< KL(q(z|x) || p(z|x)), nats
    QPointF trueMean, mean;
    // Two dimensions.
    std::vector<SceneContour> exact;  ///< at kSigmaMasses, innermost first
    SceneEllipse ellipse;             ///< one sigma of q(z|x)
    std::vector<ScenePoint> samples;  ///< of q(z|x); y is 0 in one dimension
    // One dimension.
    std::vector<QPointF> exactCurve, encoderCurve;
    double peak = 0.0;  ///< of both curves
};

/// From the encoder's mean of an example to the mean of its true posterior.
struct MeanPair {
    QPointF encoder, exact;
    int label = -1;
};

/// Everything drawn for one fleet member. Immutable once prepared.
struct PosteriorScene {
    int member = 0;
    int latentDim = 0;
    std::vector<PosteriorTile> tiles;
    std::vector<MeanPair> means;
    double peak = 0.0;        ///< of all curves, dim z = 1
    double tileReach = 0.0;   ///< dim z = 2: half the side of a square that holds any one pair, its means in the middle
    double lineReach = 0.0;   ///< dim z = 1: largest |z| of the curves
    double meansReach = 0.0;  ///< largest coordinate of a mean

    bool oneDimensional() const { return latentDim == 1; }
};

/// Pure; any thread. Examples whose numbers are not finite have no marks, but keep their tile and name. One that is
/// there twice, as in data of a few points, is shown once.
PosteriorScene preparePosteriorScene(const ExactFrame& frame);

/// Pure. The half-width of an axis that has to hold `needed`, a round number so that it moves rarely: 1, 2 or 5 times a
/// power of ten, where a tick stands; for frames without ticks also 1.5, 3 and 7. `current` is kept while it is
/// well filled.
double steadyReach(double current, double needed, bool ticks);

}  // namespace elbo
