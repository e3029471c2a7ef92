#include "widgets/exact/posterior_scene.h"

#include <algorithm>
#include <cmath>

#include "widgets/paint/contour.h"

namespace elbo {
namespace {

constexpr double kSigmas = 2.6;           // of room around a mean
constexpr double kLeastFill = 1.0 / 3.0;  // of an axis that steps by factors of two and more
constexpr double kLeastFrameFill = 0.55;
constexpr int kCurvePoints = 121;
constexpr double kCurveSigmas = 5.0;
constexpr double kNothing = 1e-3;  // of the peak: less of a curve needs no room

bool isFinite(const PosteriorPair& pair) {
    return std::isfinite(pair.trueMeanX + pair.trueMeanY + pair.meanX + pair.meanY + pair.varianceX + pair.varianceY) &&
           pair.varianceX > 0.0;
}

/// Up to the rounding of quadrature in blocks.
bool isSame(const PosteriorPair& a, const PosteriorPair& b) {
    const auto near = [](double x, double y) { return std::abs(x - y) <= 1e-4 * (1.0 + std::abs(x)); };
    return a.name == b.name && near(a.gap, b.gap) && near(a.meanX, b.meanX) && near(a.meanY, b.meanY) &&
           near(a.trueMeanX, b.trueMeanX) && near(a.trueMeanY, b.trueMeanY);
}

std::vector<SceneContour> sigmaContours(const GridDensity& exact) {
    std::vector<SceneContour> contours;
    const std::vector<double> levels = massLevels(exact, kSigmaMasses);
    for (std::size_t i = 0; i < levels.size(); ++i) {
        for (ContourPath& path : contourPaths(exact, levels[i])) {
            contours.push_back({kSigmaMasses[i], std::move(path)});
        }
    }
    return contours;
}

std::vector<QPointF> normalCurve(double mean, double sigma) {
    std::vector<QPointF> points;
    for (int i = 0; i < kCurvePoints; ++i) {
        const double at = kCurveSigmas * (2.0 * i / (kCurvePoints - 1) - 1.0);
        points.emplace_back(mean + sigma * at, std::exp(-0.5 * at * at) / (sigma * std::sqrt(2.0 * M_PI)));
    }
    return points;
}

double peakOf(const std::vector<QPointF>& curve) {
    double peak = 0.0;
    for (const QPointF& point : curve) {
        peak = std::max(peak, point.y());
    }
    return peak;
}

double reachOf(const std::vector<QPointF>& curve, double peak) {
    double reach = 0.0;
    for (const QPointF& point : curve) {
        if (point.y() > kNothing * peak) {
            reach = std::max(reach, std::abs(point.x()));
        }
    }
    return reach;
}

void addLine(PosteriorTile& tile, const PosteriorPair& pair) {
    tile.exactCurve = curvePoints(pair.exact.window, pair.exact.values);
    tile.encoderCurve = normalCurve(pair.meanX, std::sqrt(pair.varianceX));
    tile.peak = std::max(peakOf(tile.exactCurve), peakOf(tile.encoderCurve));
}

void addPlane(PosteriorTile& tile, const PosteriorPair& pair) {
    tile.exact = sigmaContours(pair.exact);
    // The lower entry of the Cholesky factor of the covariance.
    const double slant = pair.varianceX > 0.0 ? pair.covarianceXY / std::sqrt(pair.varianceX) : 0.0;
    tile.ellipse = {static_cast<float>(pair.meanX),
                    static_cast<float>(pair.meanY),
                    static_cast<float>(std::sqrt(pair.varianceX)),
                    static_cast<float>(slant),
                    static_cast<float>(std::sqrt(std::max(0.0, pair.varianceY - slant * slant))),
                    pair.label};
}

/// Half the side of the square around both means' middle that holds the marks.
double reachOf(const PosteriorTile& tile, const PosteriorPair& pair) {
    const QPointF middle = (tile.trueMean + tile.mean) / 2.0;
    const double sigma = std::sqrt(std::max(pair.varianceX, pair.varianceY));
    const QPointF apart = tile.mean - middle;
    double reach = std::max(std::abs(apart.x()), std::abs(apart.y())) + kSigmas * sigma;
    for (const SceneContour& contour : tile.exact) {
        for (const QPointF& point : contour.path.points) {
            reach = std::max({reach, std::abs(point.x() - middle.x()), std::abs(point.y() - middle.y())});
        }
    }
    return reach;
}

void addMeans(PosteriorScene& scene, const ExactFrame& frame) {
    const bool line = scene.oneDimensional();
    const auto at = [line](const std::vector<float>& xs, const std::vector<float>& ys, std::size_t i) {
        return QPointF(xs[i], !line && i < ys.size() ? ys[i] : 0.0F);
    };
    for (std::size_t i = 0; i < std::min(frame.trueMeanX.size(), frame.encoderMeanX.size()); ++i) {
        const MeanPair pair{at(frame.encoderMeanX, frame.encoderMeanY, i), at(frame.trueMeanX, frame.trueMeanY, i),
                            i < frame.labels.size() ? frame.labels[i] : -1};
        const double largest = std::max({std::abs(pair.encoder.x()), std::abs(pair.encoder.y()),
                                         std::abs(pair.exact.x()), std::abs(pair.exact.y())});
        if (std::isfinite(largest) && !std::isnan(pair.exact.x() + pair.encoder.x())) {
            scene.means.push_back(pair);
            scene.meansReach = std::max(scene.meansReach, largest);
        }
    }
}

}  // namespace

PosteriorScene preparePosteriorScene(const ExactFrame& frame) {
    PosteriorScene scene;
    scene.member = frame.member;
    scene.latentDim = frame.latentDim;
    for (auto each = frame.posteriors.begin(); each != frame.posteriors.end(); ++each) {
        const PosteriorPair& pair = *each;
        if (std::any_of(frame.posteriors.begin(), each,
                        [&pair](const PosteriorPair& earlier) { return isSame(earlier, pair); })) {
            continue;
        }
        PosteriorTile tile;
        tile.name = QString::fromStdString(pair.name).replace(QLatin1Char('-'), QChar(0x2212));
        tile.label = pair.label;
        tile.gap = pair.gap;
        if (isFinite(pair)) {
            const bool line = scene.oneDimensional();
            tile.trueMean = QPointF(pair.trueMeanX, line ? 0.0 : pair.trueMeanY);
            tile.mean = QPointF(pair.meanX, line ? 0.0 : pair.meanY);
            for (std::size_t i = 0; i < pair.samplesX.size(); ++i) {
                tile.samples.push_back(
                    {pair.samplesX[i], i < pair.samplesY.size() ? pair.samplesY[i] : 0.0F, pair.label});
            }
            line ? addLine(tile, pair) : addPlane(tile, pair);
            scene.peak = std::max(scene.peak, tile.peak);
            scene.tileReach = std::max(scene.tileReach, line ? 0.0 : reachOf(tile, pair));
            scene.lineReach =
                std::max({scene.lineReach, reachOf(tile.exactCurve, tile.peak), reachOf(tile.encoderCurve, tile.peak)});
        }
        scene.tiles.push_back(std::move(tile));
    }
    addMeans(scene, frame);
    return scene;
}

double steadyReach(double current, double needed, bool ticks) {
    if (!(needed > 0.0) || !std::isfinite(needed)) {
        return current > 0.0 ? current : 1.0;
    }
    if (current >= needed && needed >= (ticks ? kLeastFill : kLeastFrameFill) * current) {
        return current;
    }
    const double power = std::pow(10.0, std::floor(std::log10(needed)));
    for (const double step : {1.0, 1.5, 2.0, 3.0, 5.0, 7.0}) {
        const bool ticked = step == 1.0 || step == 2.0 || step == 5.0;
        if ((ticked || !ticks) && step * power >= needed * (1.0 - 1e-9)) {
            return step * power;
        }
    }
    return 10.0 * power;
}

}  // namespace elbo
