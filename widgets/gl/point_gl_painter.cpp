#include "widgets/gl/point_gl_painter.h"

#include <QOpenGLContext>
#include <QOpenGLExtraFunctions>

#include "widgets/paint/plane_painter.h"

namespace elbo {
namespace {

struct GlPoint {
    float x, y, label;
};

constexpr GLenum kProgramPointSize = 0x8642;  // GL_PROGRAM_POINT_SIZE, absent from OpenGL ES headers

}  // namespace

void PointGlPainter::setUp() {
    program_ = loadGlProgram(QStringLiteral("points"));
    vertices_ = std::make_unique<QOpenGLVertexArrayObject>();
    vertices_->create();
    buffer_.create();
    buffer_.setUsagePattern(QOpenGLBuffer::StreamDraw);
    auto* gl = QOpenGLContext::currentContext()->extraFunctions();
    vertices_->bind();
    buffer_.bind();
    gl->glEnableVertexAttribArray(0);
    gl->glVertexAttribPointer(0, 2, GL_FLOAT, GL_FALSE, sizeof(GlPoint), nullptr);
    gl->glEnableVertexAttribArray(1);
    gl->glVertexAttribPointer(1, 1, GL_FLOAT, GL_FALSE, sizeof(GlPoint), bufferOffset(2 * sizeof(float)));
    vertices_->release();
    buffer_.release();
}

void PointGlPainter::upload(const std::vector<ScenePoint>& points) {
    std::vector<GlPoint> rows;
    rows.reserve(points.size());
    for (const ScenePoint& point : points) {
        rows.push_back({point.x, point.y, static_cast<float>(point.label)});
    }
    count_ = static_cast<int>(rows.size());
    buffer_.bind();
    buffer_.allocate(rows.data(), count_ * static_cast<int>(sizeof(GlPoint)));
    buffer_.release();
}

void PointGlPainter::render(const GlPlot& plot, const Theme& theme, double radius) {
    if (count_ == 0) {
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
    vertices_->bind();
    gl->glDrawArrays(GL_POINTS, 0, count_);
    vertices_->release();
    program_->release();
    gl->glDisable(kProgramPointSize);
}

void PointGlPainter::release() {
    buffer_.destroy();
    vertices_.reset();
    program_.reset();
    count_ = 0;
}

}  // namespace elbo
