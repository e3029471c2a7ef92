#include "widgets/paint/plane_painter.h"

#include <QPixmap>
#include <algorithm>
#include <cmath>
#include <map>

namespace elbo {

double contourOpacity(double mass) {
    return 1.0 - 0.5 * mass;
}

double dotRadius(const Theme& theme, std::size_t count) {
    const double crowd = count > 400 ? 1.15 : count > 200 ? 1.5 : 2.2;
    return crowd * theme.lineWidth;
}

void paintDensity(QPainter& painter, const PlaneMap& map, const GridDensity& density, double peak,
                  const ColorRamp& ramp) {
    QImage image = densityImage(density, peak, ramp);
    if (image.isNull()) {
        return;
    }
    // Whole cells outside the plot are cut off here, because not every vector format clips.
    const QRectF all = map.toPixels(density.window);
    const double cellX = all.width() / image.width(), cellY = all.height() / image.height();
    const auto cut = [](double outside, double cell, int cells) {
        return static_cast<int>(std::clamp(std::floor(outside / cell), 0.0, static_cast<double>(cells)));
    };
    const int left = cut(map.area.left() - all.left(), cellX, image.width());
    const int right = cut(all.right() - map.area.right(), cellX, image.width());
    const int top = cut(map.area.top() - all.top(), cellY, image.height());
    const int bottom = cut(all.bottom() - map.area.bottom(), cellY, image.height());
    if (left + right >= image.width() || top + bottom >= image.height()) {
        return;
    }
    image = image.copy(left, top, image.width() - left - right, image.height() - top - bottom);
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    painter.drawImage(all.adjusted(left * cellX, top * cellY, -right * cellX, -bottom * cellY), image);
}

void paintContours(QPainter& painter, const PlaneMap& map, const std::vector<SceneContour>& contours,
                   const QColor& color, const Theme& theme, LineStyle style, std::optional<double> opacity) {
    // Level lines of a fine grid have several corners per pixel; a quarter of a pixel is not seen.
    constexpr double kMinimumStep = 0.25;
    painter.setBrush(Qt::NoBrush);
    for (const SceneContour& contour : contours) {
        QColor shade = color;
        shade.setAlphaF(static_cast<float>(opacity.value_or(contourOpacity(contour.mass))));
        QPen pen(shade, theme.lineWidth);
        pen.setJoinStyle(Qt::RoundJoin);
        pen.setCapStyle(style == LineStyle::Dashed ? Qt::FlatCap : Qt::RoundCap);
        if (style == LineStyle::Dashed) {
            pen.setDashPattern({kPriorDash, kPriorGap});
        }
        painter.setPen(pen);
        QPolygonF line;
        for (const QPointF& point : contour.path.points) {
            const QPointF pixel = map.toPixel(point);
            if (line.isEmpty() || (pixel - line.last()).manhattanLength() >= kMinimumStep) {
                line.append(pixel);
            }
        }
        if (contour.path.closed && !line.isEmpty()) {
            line.append(line.first());
        }
        for (const QPolygonF& part : clippedLine(line, map.area)) {
            painter.drawPolyline(part);
        }
    }
}

void paintDots(QPainter& painter, const PlaneMap& map, const std::vector<ScenePoint>& points, double radius,
               const Theme& theme, const std::function<QColor(int label)>& colorOf, double opacity) {
    // On screen thousands of dots are copies of one small picture per colour; on paper each is a circle.
    const int device = painter.device()->devType();
    const bool copies = (device == QInternal::Widget || device == QInternal::Image || device == QInternal::Pixmap) &&
                        painter.worldTransform().type() <= QTransform::TxTranslate;
    const double ratio = painter.device()->devicePixelRatioF();
    const QRectF visible = copies ? map.area.adjusted(-radius, -radius, radius, radius) : map.area;
    const double half = std::ceil(radius + 2.0);
    QColor haloColor = theme.panel;
    haloColor.setAlphaF(static_cast<float>(kHaloOpacity));
    const QPen halo(haloColor, theme.lineWidth * 0.75);
    std::map<int, QPixmap> pictures;
    painter.save();
    for (const ScenePoint& point : points) {
        const QPointF pixel = map.toPixel(point.x, point.y);
        if (!visible.contains(pixel)) {
            continue;
        }
        if (!copies) {
            QColor color = colorOf(point.label);
            color.setAlphaF(static_cast<float>(opacity));
            painter.setPen(halo);
            painter.setBrush(color);
            painter.drawEllipse(pixel, radius, radius);
            continue;
        }
        QPixmap& picture = pictures[point.label];
        if (picture.isNull()) {
            QColor color = colorOf(point.label);
            color.setAlphaF(static_cast<float>(opacity));
            picture = QPixmap((QSizeF(2.0 * half, 2.0 * half) * ratio).toSize());
            picture.setDevicePixelRatio(ratio);
            picture.fill(Qt::transparent);
            QPainter dot(&picture);
            dot.setRenderHint(QPainter::Antialiasing);
            dot.setPen(halo);
            dot.drawEllipse(QPointF(half, half), radius, radius);
            dot.setPen(Qt::NoPen);
            dot.setBrush(color);
            dot.drawEllipse(QPointF(half, half), radius, radius);
        }
        const auto snap = [ratio, half](double at) { return std::round((at - half) * ratio) / ratio; };
        painter.drawPixmap(QPointF(snap(pixel.x()), snap(pixel.y())), picture);
    }
    painter.restore();
}

}  // namespace elbo
