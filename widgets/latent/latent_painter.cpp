#include "widgets/latent/latent_painter.h"

#include <QPainterPath>
#include <algorithm>
#include <cmath>

#include "widgets/kit/numbers.h"

namespace elbo {
namespace {

constexpr double kTallCanvas = 20.0;   // lines of text: room for a third row of the legend
constexpr int kMoreRows = 2;           // of a legend that would otherwise not name the classes
constexpr double kQuietPart = 0.62;    // of the density map
constexpr double kSmallCanvas = 12.0;  // lines of text: below, decorations leave too little of a plot
constexpr double kSmallDot = 0.75;     // of the line width
constexpr double kBriefScale = 0.85;   // of the base font, titles of small canvases

/// Colours of q(z|x): the first two classes have those of q(z) and p(z), which are drawn beside them.
QColor curveColor(const Theme& theme, int label) {
    return labelColor(theme, label < 0 ? label : label + 2);
}

QString curveTitle(const SceneCurve& curve) {
    QString name = QString::fromStdString(curve.name);
    return QStringLiteral("q(z|%1)").arg(name.replace(QLatin1Char('-'), QChar(0x2212)));
}

struct LegendParts {
    bool explanation = true;
    bool classes = true;
    bool classesBelow = true;  ///< in a row of their own
};

std::vector<LegendEntry> legendFor(const LatentPicture& picture, const Theme& theme, const LegendParts& parts) {
    using Mark = LegendEntry::Mark;
    const LatentScene& scene = *picture.scene;
    const LatentLayers& layers = picture.layers;
    const bool line = scene.oneDimensional();
    std::vector<LegendEntry> entries;
    if (line || layers.contours) {
        entries.push_back({line ? Mark::Band : Mark::Line, theme.posterior, QStringLiteral("q(z)")});
        entries.push_back({Mark::Dashes, theme.prior, QStringLiteral("p(z)")});
    }
    if (!line && layers.contours && parts.explanation) {
        // Both texts take the same room.
        entries.push_back({Mark::None,
                           {},
                           scene.wholeMass ? QStringLiteral("regions holding 25, 50, 75, 95 % of the mass")
                                           : QStringLiteral("holding 25, 50, 75, 95 % of the mass in view"),
                           true});
    }
    if (!line && layers.ellipses) {
        entries.push_back({Mark::Ring, theme.mutedText, QStringLiteral("q(z|x), one sigma"), true});
    }
    for (const SceneCurve& curve : scene.curves) {
        entries.push_back({Mark::Line, curveColor(theme, curve.label), curveTitle(curve)});
    }
    if (parts.classes && scene.curves.empty() && (layers.points || layers.ellipses)) {
        bool newRow = parts.classesBelow;
        for (int label : scene.labels) {
            if (label >= 0) {
                entries.push_back(
                    {Mark::Square, labelColor(theme, label), labelName(picture.labelNames, label), false, newRow});
                newRow = false;
            }
        }
    }
    return entries;
}

AxesText axesOf(const LatentPicture& picture) {
    if (picture.scene == nullptr) {
        return {};
    }
    const bool flat = picture.scene->oneDimensional();
    return {picture.scene->xAxis, flat ? QStringLiteral("density per unit of z") : picture.scene->yAxis,
            flat ? QStringLiteral("density") : QString()};
}

void paintEllipses(QPainter& painter, const PlaneMap& map, const LatentPicture& picture, const Theme& theme) {
    constexpr int kCorners = 40;
    for (const SceneEllipse& ellipse : picture.scene->ellipses) {
        QPolygonF ring;
        for (int i = 0; i <= kCorners; ++i) {
            const double angle = 2.0 * M_PI * i / kCorners;
            ring.append(map.toPixel(ellipse.x + ellipse.axx * std::cos(angle),
                                    ellipse.y + ellipse.ayx * std::cos(angle) + ellipse.ayy * std::sin(angle)));
        }
        if (!ring.boundingRect().intersects(map.area)) {
            continue;
        }
        QColor color = labelColor(theme, ellipse.label);
        color.setAlphaF(static_cast<float>(kRingOpacity));
        painter.setPen(QPen(color, theme.lineWidth * 0.6));
        for (const QPolygonF& part : clippedLine(ring, map.area)) {
            painter.drawPolyline(part);
        }
    }
}

QPolygonF curvePixels(const SceneCurve& curve, const PlaneMap& map) {
    QPolygonF line;
    line.reserve(static_cast<qsizetype>(curve.points.size()));
    for (const QPointF& point : curve.points) {
        // Peaks above the axis are cut off here, not by the painter: not every vector format clips.
        const QPointF pixel = map.toPixel(point);
        line.append(
            QPointF(std::clamp(pixel.x(), map.area.left(), map.area.right()), std::max(pixel.y(), map.area.top())));
    }
    return line;
}

void paintArea(QPainter& painter, const SceneCurve& curve, const PlaneMap& map, QColor color, double opacity) {
    QPolygonF outline = curvePixels(curve, map);
    if (outline.isEmpty()) {
        return;
    }
    outline.append(QPointF(outline.last().x(), map.area.bottom()));
    outline.append(QPointF(outline.first().x(), map.area.bottom()));
    color.setAlphaF(static_cast<float>(opacity));
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    painter.drawPolygon(outline);
    painter.setBrush(Qt::NoBrush);
}

void paintCurves(QPainter& painter, const PlaneMap& map, const LatentPicture& picture, const Theme& theme) {
    const LatentScene& scene = *picture.scene;
    if (picture.layers.density) {
        paintArea(painter, scene.posteriorCurve, map, theme.posterior, 0.30);
    }
    QPen pen(theme.posterior, theme.lineWidth * 1.2);
    pen.setJoinStyle(Qt::RoundJoin);
    painter.setPen(pen);
    painter.drawPolyline(curvePixels(scene.posteriorCurve, map));
    for (const SceneCurve& curve : scene.curves) {
        const QColor color = curveColor(theme, curve.label);
        paintArea(painter, curve, map, color, 0.12);
        pen.setColor(color);
        painter.setPen(pen);
        painter.drawPolyline(curvePixels(curve, map));
    }
    pen.setColor(theme.prior);
    pen.setWidthF(theme.lineWidth * 1.4);
    pen.setCapStyle(Qt::FlatCap);
    pen.setDashPattern({kPriorDash, kPriorGap});
    painter.setPen(pen);
    painter.drawPolyline(curvePixels(scene.priorCurve, map));

    // The codes as ticks standing on the axis.
    const double height = std::min(map.area.height() * 0.03, 6.0 * theme.lineWidth);
    for (const ScenePoint& point : scene.points) {
        const double x = map.toPixel(point.x, 0.0).x();
        if (x >= map.area.left() && x <= map.area.right()) {
            painter.setPen(QPen(curveColor(theme, point.label), theme.lineWidth * 0.8));
            painter.drawLine(QPointF(x, map.area.bottom()), QPointF(x, map.area.bottom() - height));
        }
    }
}

}  // namespace

ColorRamp groundRamp(const Theme& theme, const LatentLayers& layers) {
    const bool covered = layers.contours || layers.points || layers.ellipses;
    return densityRamp(theme, covered ? kQuietPart : 1.0);
}

bool isCompact(const QSizeF& area, const LatentPicture& picture, const Theme& theme, const QPaintDevice* device) {
    const bool tight = std::min(area.width(), area.height()) < kSmallCanvas * lineHeight(theme, device);
    return picture.small || (tight && !picture.title.isEmpty());
}

LatentLayout layoutLatent(const QRectF& area, const LatentPicture& picture, const Theme& theme,
                          const QPaintDevice* device) {
    LatentLayout layout;
    const double gap = standardGap(theme, device);
    layout.compact = isCompact(area.size(), picture, theme, device);
    if (layout.compact) {
        const double height = std::ceil(lineHeight(theme, device, kBriefScale)) + 2.0;
        const QRectF inside = area.adjusted(gap, 0.0, -gap, -gap);
        layout.title = QRectF(inside.left(), inside.top(), inside.width(), height);
        layout.plot =
            QRectF(std::round(inside.left()), std::round(inside.top() + height),
                   std::max(1.0, std::floor(inside.width())), std::max(1.0, std::floor(inside.height() - height)));
        return layout;
    }
    QRectF rest = area.adjusted(gap, gap, -gap, -gap * 0.5);
    if (!picture.title.isEmpty()) {
        const double height = std::ceil(lineHeight(theme, device, 1.05) * 1.15);
        layout.title = QRectF(rest.left(), rest.top(), rest.width(), height);
        rest.setTop(rest.top() + height);
    }
    const QRectF plotWithout = plotInside(rest, axesOf(picture), theme, device);
    layout.legendLimit = area.height() > kTallCanvas * lineHeight(theme, device) ? 3 : 2;
    const int rows = legendRows(latentLegend(picture, theme, plotWithout.width(), layout.legendLimit, device),
                                plotWithout.width(), kAllLegendRows, theme, device);
    if (rows > 0) {
        const double height = std::ceil(lineHeight(theme, device, 0.9) * rows);
        layout.legend = QRectF(plotWithout.left(), rest.top(), plotWithout.width(), height);
        rest.setTop(rest.top() + height);
    }
    layout.plot = plotInside(rest, axesOf(picture), theme, device);
    return layout;
}

PlaneMap latentMap(const QRectF& plot, const LatentPicture& picture) {
    if (picture.scene != nullptr && picture.scene->oneDimensional()) {
        return {plot, {picture.window.xMin, picture.window.xMax, 0.0, std::max(1e-9, picture.densityMaximum)}};
    }
    return {plot, expandedTo(picture.window, plot.size())};
}

void paintLatentPlane(QPainter& painter, const PlaneMap& map, const LatentPicture& picture, const Theme& theme,
                      bool compact) {
    painter.save();
    painter.fillRect(map.area, theme.panel);
    if (picture.scene == nullptr) {
        painter.restore();
        return;
    }
    const LatentScene& scene = *picture.scene;
    painter.setClipRect(map.area, Qt::IntersectClip);
    painter.setBrush(Qt::NoBrush);
    if (scene.oneDimensional()) {
        paintGrid(painter, map, theme);
        painter.setRenderHint(QPainter::Antialiasing);
        paintCurves(painter, map, picture, theme);
        painter.restore();
        return;
    }
    if (picture.layers.density) {
        paintDensity(painter, map, scene.posterior, peakOf(picture), groundRamp(theme, picture.layers));
    } else {
        paintGrid(painter, map, theme);
    }
    painter.setRenderHint(QPainter::Antialiasing);
    if (picture.layers.ellipses) {
        paintEllipses(painter, map, picture, theme);
    }
    if (picture.layers.points) {
        paintDots(painter, map, scene.points, codeRadius(picture, compact, theme), theme,
                  [&theme](int label) { return labelColor(theme, label); });
    }
    if (picture.layers.contours) {
        paintContours(painter, map, scene.priorContours, theme.prior, theme, LineStyle::Dashed);
        paintContours(painter, map, scene.posteriorContours, theme.posterior, theme, LineStyle::Solid);
    }
    painter.restore();
}

void paintLatentDecoration(QPainter& painter, const LatentLayout& layout, const PlaneMap& map,
                           const LatentPicture& picture, const Theme& theme) {
    if (!layout.title.isEmpty()) {
        painter.save();
        QFont font = textFont(theme, layout.compact ? kBriefScale : 1.05);
        font.setBold(picture.focused);
        painter.setFont(font);
        const double side = layout.title.height() * 0.42;
        painter.fillRect(QRectF(layout.plot.left(), layout.title.center().y() - side / 2.0, side, side),
                         picture.titleColor);
        painter.setPen(theme.text);
        paintText(painter, layout.title.adjusted(layout.plot.left() - layout.title.left() + side * 1.6, 0.0, 0.0, 0.0),
                  Qt::AlignLeft | Qt::AlignVCenter, picture.title);
        painter.restore();
    }
    if (!layout.legend.isEmpty()) {
        paintLegend(painter, layout.legend,
                    latentLegend(picture, theme, layout.legend.width(), layout.legendLimit, painter.device()), theme);
    }
    if (!layout.compact) {
        paintAxes(painter, map, axesOf(picture), theme);
        return;
    }
    painter.save();
    painter.setBrush(Qt::NoBrush);
    QPen frame(picture.focused ? theme.text : theme.border, theme.lineWidth * (picture.focused ? 1.2 : 0.6));
    frame.setJoinStyle(Qt::MiterJoin);
    painter.setPen(frame);
    // Around the plot, not on it: over OpenGL the plot itself is not part of the decoration.
    const double out = frame.widthF() / 2.0;
    painter.drawRect(map.area.adjusted(-out, -out, out, out));
    painter.restore();
}

void paintLatent(QPainter& painter, const QRectF& area, const LatentPicture& picture, const Theme& theme) {
    LatentLayout layout = layoutLatent(area, picture, theme, painter.device());
    if (picture.scene != nullptr && !picture.scene->oneDimensional()) {
        const double aspect = (picture.window.xMax - picture.window.xMin) / (picture.window.yMax - picture.window.yMin);
        const QSizeF size = QSizeF(aspect, 1.0).scaled(layout.plot.size(), Qt::KeepAspectRatio);
        const QPointF corner = layout.plot.center() - QPointF(size.width() / 2.0, size.height() / 2.0);
        // Nothing is known outside the window, so the plot takes its proportions.
        layout.plot = QRectF(QPointF(corner.x(), layout.plot.top()), size);
    }
    const PlaneMap map = latentMap(layout.plot, picture);
    paintLatentPlane(painter, map, picture, theme, layout.compact);
    paintLatentDecoration(painter, layout, map, picture, theme);
}

double codeRadius(const LatentPicture& picture, bool compact, const Theme& theme) {
    return compact ? kSmallDot * theme.lineWidth : dotRadius(theme, picture.scene->points.size());
}

double peakOf(const LatentPicture& picture) {
    return picture.densityPeak > 0.0 || picture.scene == nullptr ? picture.densityPeak : picture.scene->posteriorPeak;
}

std::vector<LegendEntry> sharedLegend(const LatentPicture& picture, const PlaneMap& map, const Theme& theme,
                                      double width, const QPaintDevice* device) {
    std::vector<LegendEntry> entries = latentLegend(picture, theme, width, 1, device);
    if (picture.scene == nullptr) {
        return entries;
    }
    const auto span = [](const QString& axis, double low, double high) {
        return QStringLiteral("%1 from %2 to %3").arg(axis, numberText(low), numberText(high));
    };
    const AxesText axes = axesOf(picture);
    const LatentWindow& window = map.window;
    QString text = span(axes.x, window.xMin, window.xMax);
    if (!picture.scene->oneDimensional()) {
        text += QStringLiteral(", ") + span(axes.y, window.yMin, window.yMax);
    } else {
        text += QStringLiteral(", density up to ") + numberText(window.yMax);
    }
    entries.push_back({LegendEntry::Mark::None, {}, text, true, true});
    return entries;
}

std::vector<LegendEntry> latentLegend(const LatentPicture& picture, const Theme& theme, double width, int maximumRows,
                                      const QPaintDevice* device) {
    if (!picture.legend || picture.scene == nullptr) {
        return {};
    }
    for (const auto& [parts, rows] :
         {std::pair{LegendParts{true, true, true}, maximumRows},
          {LegendParts{false, true, false}, 1},
          {LegendParts{false, true, true}, maximumRows},
          {LegendParts{false, true, false}, maximumRows > 1 ? maximumRows + kMoreRows : 1}}) {
        auto entries = legendFor(picture, theme, parts);
        if (legendRows(entries, width, kAllLegendRows, theme, device) <= rows) {
            return entries;
        }
    }
    return legendFor(picture, theme, {false, false, false});
}

}  // namespace elbo
