#include "widgets/gl/line_gl_painter.h"

#include <QOpenGLContext>
#include <QOpenGLExtraFunctions>
#include <algorithm>
#include <cmath>
#include <cstddef>

#include "widgets/paint/plane_painter.h"

namespace elbo {
namespace {

constexpr double kLongestMitre = 2.0;  // of the half width: sharper corners are cut

QPointF direction(const QPointF& from, const QPointF& to) {
    const QPointF step = to - from;
    const double length = std::hypot(step.x(), step.y());
    return length > 0.0 ? step / length : QPointF();
}

/// Where the border of a line of half width one goes between two directions.
QPointF mitre(const QPointF& before, const QPointF& after) {
    const QPointF sum = before + after;
    const double length = std::hypot(sum.x(), sum.y());
    if (length < 1e-6) {
        return {-after.y(), after.x()};
    }
    return QPointF(-sum.y(), sum.x()) / length * std::min(kLongestMitre, 2.0 / length);
}

}  // namespace

void appendPath(std::vector<GlLineVertex>& strip, const ContourPath& path, const QColor& color, double opacity,
                bool dashed) {
    std::vector<QPointF> points;
    for (const QPointF& point : path.points) {
        if (points.empty() || points.back() != point) {
            points.push_back(point);
        }
    }
    if (path.closed && points.size() > 1 && points.front() == points.back()) {
        points.pop_back();
    }
    const std::size_t count = points.size();
    if (count < 2) {
        return;
    }
    const std::size_t corners = path.closed ? count + 1 : count;
    double along = 0.0;
    bool first = true;
    for (std::size_t i = 0; i < corners; ++i) {
        const QPointF& point = points[i % count];
        const bool atStart = !path.closed && i == 0, atEnd = !path.closed && i + 1 == count;
        const QPointF before =
            atStart ? direction(point, points[1]) : direction(points[(i + count - 1) % count], point);
        const QPointF after = atEnd ? before : direction(point, points[(i + 1) % count]);
        const QPointF offset = mitre(before, after);
        if (i > 0) {
            const QPointF step = point - points[(i + count - 1) % count];
            along += std::hypot(step.x(), step.y());
        }
        for (const double side : {-1.0, 1.0}) {
            const GlLineVertex vertex{static_cast<float>(point.x()),
                                      static_cast<float>(point.y()),
                                      static_cast<float>(offset.x() * side),
                                      static_cast<float>(offset.y() * side),
                                      static_cast<float>(side),
                                      static_cast<float>(along),
                                      dashed ? 1.0F : 0.0F,
                                      color.redF(),
                                      color.greenF(),
                                      color.blueF(),
                                      static_cast<float>(opacity)};
            if (first && !strip.empty()) {
                // Repeated corners make triangles without area, which join the paths to one strip.
                strip.push_back(strip.back());
                strip.push_back(vertex);
            }
            first = false;
            strip.push_back(vertex);
        }
    }
}

void LineGlPainter::setUp() {
    program_ = loadGlProgram(QStringLiteral("lines"));
    vertices_ = std::make_unique<QOpenGLVertexArrayObject>();
    vertices_->create();
    buffer_.create();
    buffer_.setUsagePattern(QOpenGLBuffer::StreamDraw);
    auto* gl = QOpenGLContext::currentContext()->extraFunctions();
    vertices_->bind();
    buffer_.bind();
    const auto attribute = [gl](GLuint index, int size, std::size_t offset) {
        gl->glEnableVertexAttribArray(index);
        gl->glVertexAttribPointer(index, size, GL_FLOAT, GL_FALSE, sizeof(GlLineVertex), bufferOffset(offset));
    };
    attribute(0, 2, offsetof(GlLineVertex, x));
    attribute(1, 3, offsetof(GlLineVertex, mitreX));
    attribute(2, 2, offsetof(GlLineVertex, along));
    attribute(3, 4, offsetof(GlLineVertex, red));
    vertices_->release();
    buffer_.release();
}

void LineGlPainter::upload(const std::vector<GlLineVertex>& strip) {
    count_ = static_cast<int>(strip.size());
    buffer_.bind();
    buffer_.allocate(strip.data(), count_ * static_cast<int>(sizeof(GlLineVertex)));
    buffer_.release();
}

void LineGlPainter::render(const GlPlot& plot, double width) {
    if (count_ == 0) {
        return;
    }
    const double pixels = width * plot.ratio;
    program_->bind();
    program_->setUniformValue("view", plot.view());
    program_->setUniformValue("plotSize", plot.size);
    program_->setUniformValue("halfWidth", static_cast<float>(pixels / 2.0));
    program_->setUniformValue("dashPattern", QPointF(kPriorDash, kPriorGap) * pixels);
    vertices_->bind();
    QOpenGLContext::currentContext()->functions()->glDrawArrays(GL_TRIANGLE_STRIP, 0, count_);
    vertices_->release();
    program_->release();
}

void LineGlPainter::release() {
    buffer_.destroy();
    vertices_.reset();
    program_.reset();
    count_ = 0;
}

}  // namespace elbo
