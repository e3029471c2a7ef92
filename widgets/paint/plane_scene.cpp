#include "widgets/paint/plane_scene.h"

#include <cmath>
#include <utility>

namespace elbo {

std::vector<SceneContour> massContours(const GridDensity& density) {
    std::vector<SceneContour> contours;
    const std::vector<double> levels = massLevels(density, kContourMasses);
    for (std::size_t i = 0; i < levels.size(); ++i) {
        for (ContourPath& path : contourPaths(density, levels[i])) {
            contours.push_back({kContourMasses[i], std::move(path)});
        }
    }
    return contours;
}

std::vector<QPointF> curvePoints(const LatentWindow& window, const std::vector<float>& values) {
    std::vector<QPointF> points;
    points.reserve(values.size());
    const double step = values.empty() ? 0.0 : (window.xMax - window.xMin) / static_cast<double>(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double value = std::isfinite(values[i]) ? values[i] : 0.0;
        points.emplace_back(window.xMin + (static_cast<double>(i) + 0.5) * step, value);
    }
    return points;
}

QColor labelColor(const Theme& theme, int label) {
    return label < 0 ? theme.text : theme.labels[static_cast<std::size_t>(label) % theme.labels.size()];
}

QString labelName(const std::vector<std::string>& names, int label) {
    const auto index = static_cast<std::size_t>(label);
    return label >= 0 && index < names.size() ? QString::fromStdString(names[index]) : QString::number(label);
}

}  // namespace elbo
