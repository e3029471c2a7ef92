#include "widgets/gl/line_gl_painter.h"

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
    strip_.setUp({{2, offsetof(GlLineVertex, x)},
                  {3, offsetof(GlLineVertex, mitreX)},
                  {2, offsetof(GlLineVertex, along)},
                  {4, offsetof(GlLineVertex, red)}});
}

void LineGlPainter::upload(const std::vector<GlLineVertex>& strip) {
    strip_.upload(strip);
}

void LineGlPainter::render(const GlPlot& plot, double width) {
    if (strip_.empty()) {
        return;
    }
    const double pixels = width * plot.ratio;
    program_->bind();
    program_->setUniformValue("view", plot.view());
    program_->setUniformValue("plotSize", plot.size);
    program_->setUniformValue("halfWidth", static_cast<float>(pixels / 2.0));
    program_->setUniformValue("dashPattern", QPointF(kPriorDash, kPriorGap) * pixels);
    strip_.draw(GL_TRIANGLE_STRIP);
    program_->release();
}

void LineGlPainter::release() {
    strip_.release();
    program_.reset();
}

}  // namespace elbo
