#include "widgets/gl/ellipse_gl_painter.h"

#include <cstddef>

#include "widgets/paint/plane_painter.h"

namespace elbo {
namespace {

constexpr int kCorners = 40;

}  // namespace

void EllipseGlPainter::setUp() {
    program_ = loadGlProgram(QStringLiteral("ellipses"));
    rings_.setUp({{2, offsetof(Row, x)}, {3, offsetof(Row, axx)}, {1, offsetof(Row, label)}}, GlRow::Instance);
}

void EllipseGlPainter::upload(const std::vector<SceneEllipse>& ellipses) {
    std::vector<Row> rows;
    rows.reserve(ellipses.size());
    for (const SceneEllipse& ellipse : ellipses) {
        rows.push_back(
            {ellipse.x, ellipse.y, ellipse.axx, ellipse.ayx, ellipse.ayy, static_cast<float>(ellipse.label)});
    }
    rings_.upload(rows);
}

void EllipseGlPainter::render(const GlPlot& plot, const Theme& theme, double width) {
    if (rings_.empty()) {
        return;
    }
    const auto palette = labelPalette(theme, kRingOpacity);
    program_->bind();
    program_->setUniformValue("view", plot.view());
    program_->setUniformValue("plotSize", plot.size);
    program_->setUniformValue("halfWidth", static_cast<float>(width * plot.ratio / 2.0));
    program_->setUniformValue("corners", static_cast<float>(kCorners));
    program_->setUniformValueArray("palette", palette.data(), static_cast<int>(palette.size()));
    rings_.drawInstances(GL_TRIANGLE_STRIP, 2 * (kCorners + 1));
    program_->release();
}

void EllipseGlPainter::release() {
    rings_.release();
    program_.reset();
}

}  // namespace elbo
