#include "widgets/gl/ellipse_gl_painter.h"

#include <QOpenGLContext>
#include <QOpenGLExtraFunctions>
#include <cstddef>

#include "widgets/paint/plane_painter.h"

namespace elbo {
namespace {

struct GlEllipse {
    float x, y, axx, ayx, ayy, label;
};

constexpr int kCorners = 40;

}  // namespace

void EllipseGlPainter::setUp() {
    program_ = loadGlProgram(QStringLiteral("ellipses"));
    vertices_ = std::make_unique<QOpenGLVertexArrayObject>();
    vertices_->create();
    buffer_.create();
    buffer_.setUsagePattern(QOpenGLBuffer::StreamDraw);
    auto* gl = QOpenGLContext::currentContext()->extraFunctions();
    vertices_->bind();
    buffer_.bind();
    const auto attribute = [gl](GLuint index, int size, std::size_t offset) {
        gl->glEnableVertexAttribArray(index);
        gl->glVertexAttribPointer(index, size, GL_FLOAT, GL_FALSE, sizeof(GlEllipse), bufferOffset(offset));
        gl->glVertexAttribDivisor(index, 1);
    };
    attribute(0, 2, offsetof(GlEllipse, x));
    attribute(1, 3, offsetof(GlEllipse, axx));
    attribute(2, 1, offsetof(GlEllipse, label));
    vertices_->release();
    buffer_.release();
}

void EllipseGlPainter::upload(const std::vector<SceneEllipse>& ellipses) {
    std::vector<GlEllipse> rows;
    rows.reserve(ellipses.size());
    for (const SceneEllipse& ellipse : ellipses) {
        rows.push_back(
            {ellipse.x, ellipse.y, ellipse.axx, ellipse.ayx, ellipse.ayy, static_cast<float>(ellipse.label)});
    }
    count_ = static_cast<int>(rows.size());
    buffer_.bind();
    buffer_.allocate(rows.data(), count_ * static_cast<int>(sizeof(GlEllipse)));
    buffer_.release();
}

void EllipseGlPainter::render(const GlPlot& plot, const Theme& theme, double width) {
    if (count_ == 0) {
        return;
    }
    const auto palette = labelPalette(theme, kRingOpacity);
    program_->bind();
    program_->setUniformValue("view", plot.view());
    program_->setUniformValue("plotSize", plot.size);
    program_->setUniformValue("halfWidth", static_cast<float>(width * plot.ratio / 2.0));
    program_->setUniformValue("corners", static_cast<float>(kCorners));
    program_->setUniformValueArray("palette", palette.data(), static_cast<int>(palette.size()));
    vertices_->bind();
    QOpenGLContext::currentContext()->extraFunctions()->glDrawArraysInstanced(GL_TRIANGLE_STRIP, 0, 2 * (kCorners + 1),
                                                                              count_);
    vertices_->release();
    program_->release();
}

void EllipseGlPainter::release() {
    buffer_.destroy();
    vertices_.reset();
    program_.reset();
    count_ = 0;
}

}  // namespace elbo
