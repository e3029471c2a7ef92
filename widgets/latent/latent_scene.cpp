#include "widgets/latent/latent_scene.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "widgets/paint/plane_map.h"

namespace elbo {
namespace {

constexpr double kWholeMass = 0.98;  // of q(z) in the window: what is outside cannot be seen in the contours
constexpr double kOutlyingShare = 0.005;

int labelOf(const LatentFrame& frame, std::size_t index) {
    return index < frame.labels.size() ? frame.labels[index] : -1;
}

double peakOf(const SceneCurve& curve) {
    double peak = 0.0;
    for (const QPointF& point : curve.points) {
        peak = std::max(peak, point.y());
    }
    return peak;
}

/// Low and high end of the codes on one axis; a few stray codes do not count.
std::pair<double, double> extent(const std::vector<float>& means, const std::vector<float>& variances) {
    std::vector<double> lows, highs;
    for (std::size_t i = 0; i < means.size(); ++i) {
        const double variance = i < variances.size() ? variances[i] : 0.0;
        if (std::isfinite(means[i]) && std::isfinite(variance)) {
            const double reach = 2.0 * std::sqrt(std::max(0.0, variance));
            lows.push_back(means[i] - reach);
            highs.push_back(means[i] + reach);
        }
    }
    if (lows.empty()) {
        return {-3.0, 3.0};
    }
    const auto stray = static_cast<std::ptrdiff_t>(kOutlyingShare * static_cast<double>(lows.size()));
    std::nth_element(lows.begin(), lows.begin() + stray, lows.end());
    std::nth_element(highs.begin(), highs.end() - 1 - stray, highs.end());
    return {std::min(-3.0, lows[stray]), std::max(3.0, highs[highs.size() - 1 - stray])};
}

void addPoints(LatentScene& scene, const LatentFrame& frame) {
    const std::size_t count = frame.meanX.size();
    scene.points.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        const float y = i < frame.meanY.size() ? frame.meanY[i] : 0.0F;
        if (std::isfinite(frame.meanX[i]) && std::isfinite(y)) {
            scene.points.push_back({frame.meanX[i], y, labelOf(frame, i)});
        }
    }
}

void addEllipses(LatentScene& scene, const LatentFrame& frame, int maximum) {
    const std::size_t count =
        std::min({frame.meanX.size(), frame.meanY.size(), frame.varianceX.size(), frame.varianceY.size()});
    const std::size_t stride = std::max<std::size_t>(1, (count + maximum - 1) / std::max(1, maximum));
    for (std::size_t i = 0; i < count; i += stride) {
        const double xx = frame.varianceX[i], yy = frame.varianceY[i];
        const double xy = i < frame.covarianceXY.size() ? frame.covarianceXY[i] : 0.0;
        if (!std::isfinite(frame.meanX[i]) || !std::isfinite(frame.meanY[i]) || !(xx > 0.0) ||
            !std::isfinite(xx + yy + xy)) {
            continue;
        }
        const double axx = std::sqrt(xx), ayx = xy / axx;
        const double ayy = std::sqrt(std::max(0.0, yy - ayx * ayx));
        scene.ellipses.push_back({frame.meanX[i], frame.meanY[i], static_cast<float>(axx), static_cast<float>(ayx),
                                  static_cast<float>(ayy), labelOf(frame, i)});
    }
}

void addCurves(LatentScene& scene, const LatentFrame& frame) {
    const LatentWindow& window = frame.aggregatedPosterior.window;
    scene.posteriorCurve = {"q(z)", -1, curvePoints(window, frame.aggregatedPosterior.values)};
    scene.priorCurve = {"p(z)", -1, curvePoints(frame.prior.window, frame.prior.values)};
    scene.curvePeak = std::max(peakOf(scene.posteriorCurve), peakOf(scene.priorCurve));
    for (const PosteriorCurve& curve : frame.curves) {
        scene.curves.push_back({curve.name, curve.label, curvePoints(window, curve.density)});
        scene.curvePeak = std::max(scene.curvePeak, peakOf(scene.curves.back()));
    }
}

}  // namespace

LatentScene prepareLatentScene(const LatentFrame& frame, const LatentSceneOptions& options) {
    LatentScene scene;
    scene.member = frame.member;
    scene.latentDim = frame.latentDim;
    scene.xAxis = axisTitle(frame.xAxis);
    scene.yAxis = axisTitle(frame.yAxis);
    scene.posterior = frame.aggregatedPosterior;
    scene.prior = frame.prior;
    scene.posteriorPeak = densityPeak(frame.aggregatedPosterior);
    scene.wholeMass = massInWindow(frame.aggregatedPosterior) >= kWholeMass;
    const std::set<int> labels(frame.labels.begin(), frame.labels.end());
    scene.labels.assign(labels.begin(), labels.end());

    const auto [xLow, xHigh] = extent(frame.meanX, frame.varianceX);
    const auto [yLow, yHigh] = extent(frame.meanY, frame.varianceY);
    scene.bounds = {xLow, xHigh, yLow, yHigh};

    if (scene.oneDimensional()) {
        addCurves(scene, frame);
    } else if (options.layers.contours) {
        scene.posteriorContours = massContours(frame.aggregatedPosterior);
        scene.priorContours = massContours(frame.prior);
    }
    if (options.layers.points) {
        addPoints(scene, frame);
    }
    if (options.layers.ellipses && !scene.oneDimensional()) {
        addEllipses(scene, frame, options.maximumEllipses);
    }
    return scene;
}

}  // namespace elbo
