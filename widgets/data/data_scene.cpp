#include "widgets/data/data_scene.h"

#include <algorithm>
#include <cmath>

#include "widgets/paint/contour.h"
#include "widgets/paint/plane_map.h"

namespace elbo {
namespace {

std::vector<ScenePoint> pointsOf(const std::vector<float>& xs, const std::vector<float>& ys) {
    std::vector<ScenePoint> points;
    for (std::size_t i = 0; i < std::min(xs.size(), ys.size()); ++i) {
        if (std::isfinite(xs[i]) && std::isfinite(ys[i])) {
            points.push_back({xs[i], ys[i], -1});
        }
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

}  // namespace

std::vector<DataAtom> pointMasses(const GridDensity& histogram) {
    const auto cells = static_cast<std::size_t>(std::max(0, histogram.columns));
    if (histogram.rows != 1 || cells < 16 || histogram.values.size() != cells) {
        return {};
    }
    const double width = (histogram.window.xMax - histogram.window.xMin) / histogram.columns;
    std::vector<DataAtom> atoms;
    std::size_t occupied = 0;
    bool connected = false;
    for (std::size_t i = 0; i < cells; ++i) {
        const double mass = std::isfinite(histogram.values[i]) ? histogram.values[i] * width : 0.0;
        if (mass <= 0.0) {
            connected = false;
            continue;
        }
        ++occupied;
        const double x = histogram.window.xMin + (static_cast<double>(i) + 0.5) * width;
        if (connected) {
            DataAtom& atom = atoms.back();  // a point on the border of two cells is one point
            atom.x = (atom.x * atom.mass + x * mass) / (atom.mass + mass);
            atom.mass += mass;
        } else {
            atoms.push_back({x, mass});
        }
        connected = true;
    }
    return occupied <= cells / 16 ? atoms : std::vector<DataAtom>{};
}

namespace {

/// A histogram knows a point only to the width of its cells; the examples know it exactly.
void moveToExamples(std::vector<DataAtom>& atoms, const DataFrame& frame) {
    const double width = (frame.data.window.xMax - frame.data.window.xMin) / std::max(1, frame.data.columns);
    for (DataAtom& atom : atoms) {
        double sum = 0.0;
        int count = 0;
        for (float x : frame.dataX) {
            if (std::abs(x - atom.x) <= width) {
                sum += x;
                ++count;
            }
        }
        atom.x = count > 0 ? sum / count : atom.x;
    }
}

}  // namespace

DataScene prepareDataScene(const DataFrame& frame) {
    DataScene scene;
    scene.member = frame.member;
    scene.dim = frame.dim;
    scene.window = frame.model.values.empty()  ? frame.data.window
                   : frame.data.values.empty() ? frame.model.window
                                               : unitedWith(frame.data.window, frame.model.window);
    if (scene.oneDimensional()) {
        scene.atoms = pointMasses(frame.data);
        moveToExamples(scene.atoms, frame);
        if (scene.atoms.empty()) {
            scene.dataCurve = curvePoints(frame.data.window, frame.data.values);
        }
        scene.modelCurve = curvePoints(frame.model.window, frame.model.values);
        scene.reconstructions = frame.reconstructionX;
        scene.peak = std::max(peakOf(scene.dataCurve), peakOf(scene.modelCurve));
        return scene;
    }
    scene.data = frame.data;
    scene.dataPeak = densityPeak(frame.data);
    scene.dataOutline = massContours(frame.data);
    std::erase_if(scene.dataOutline, [](const SceneContour& contour) { return contour.mass != kOutlinedMass; });
    scene.modelContours = massContours(frame.model);
    if (scene.dataPeak <= 0.0) {
        scene.examples = pointsOf(frame.dataX, frame.dataY);
    }
    scene.samples = pointsOf(frame.sampleX, frame.sampleY);
    return scene;
}

}  // namespace elbo
