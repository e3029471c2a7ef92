#include "widgets/gl/point_gl_painter.h"

#include <cstddef>

#include "widgets/paint/plane_painter.h"

namespace elbo {
namespace {

constexpr GLenum kProgramPointSize = 0x8642;  // GL_PROGRAM_POINT_SIZE, absent from OpenGL ES headers

}  // namespace

void PointGlPainter::setUp() {
    program_ = loadGlProgram(QStringLiteral("points"));
    dots_.setUp({{2, offsetof(Row, x)}, {1, offsetof(Row, label)}});
}

void PointGlPainter::upload(const std::vector<ScenePoint>& points) {
    std::vector<Row> rows;
    rows.reserve(points.size());
    for (const ScenePoint& point : points) {
        rows.push_back({point.x, point.y, static_cast<float>(point.label)});
    }
    dots_.upload(rows);
}

void PointGlPainter::render(const GlPlot& plot, const Theme& theme, double radius) {
    if (dots_.empty()) {
        return;
    }
    const auto palette = labelPalette(theme, kDotOpacity);
    auto* gl = QOpenGLContext::currentContext()->functions();
    gl->glEnable(kProgramPointSize);
    program_->bind();
    program_->setUniformValue("view", plot.view());
    program_->setUniformValue("radius", static_cast<float>(radius * plot.ratio));
    program_->setUniformValueArray("palette", palette.data(), static_cast<int>(palette.size()));
    const QColor& ground = theme.panel;
    program_->setUniformValue("halo", QVector4D(ground.redF(), ground.greenF(), ground.blueF(), kHaloOpacity));
    dots_.draw(GL_POINTS);
    program_->release();
    gl->glDisable(kProgramPointSize);
}

void PointGlPainter::release() {
    dots_.release();
    program_.reset();
}

}  // namespace elbo
