#include <QFontMetricsF>
#include <QPainter>
#include <algorithm>
#include <cmath>

#include "widgets/data/data_view.h"
#include "widgets/kit/numbers.h"
#include "widgets/paint/axes_painter.h"
#include "widgets/paint/plane_painter.h"

namespace elbo {
namespace {

using Mark = LegendEntry::Mark;

constexpr double kAtomHeight = 0.8;      // of the plot, for the heaviest point mass
constexpr double kGroundStrength = 0.7;  // of the data's colour
constexpr std::size_t kCrowd = 400;      // samples; more say no more
constexpr double kSampleOpacity = 0.4;
constexpr double kSampleSize = 0.75;   // of a dot of the data
constexpr double kOutlineWidth = 1.2;  // of the theme's lines
constexpr double kHaloWidth = 2.6;

/// `brief`: without the words that narrow panels have no room for.
std::vector<LegendEntry> legendOf(const DataScene& scene, const Theme& theme, bool brief = false) {
    if (!scene.oneDimensional()) {
        const bool density = scene.dataPeak > 0.0;
        return {{density ? Mark::Square : Mark::Dot, theme.data,
                 !density ? QStringLiteral("data")
                 : brief  ? QStringLiteral("data p*(x)")
                          : QStringLiteral("data p*(x): 95 %")},
                {Mark::Dot, theme.model, QStringLiteral("model samples")},
                {Mark::Line, theme.model,
                 brief ? QStringLiteral("model p(x)") : QStringLiteral("model p(x): 25, 50, 75, 95 % of the mass")}};
    }
    const bool atoms = !scene.atoms.empty();
    std::vector<LegendEntry> entries{{atoms ? Mark::Tick : Mark::Band, theme.data,
                                      !atoms  ? QStringLiteral("data p*(x)")
                                      : brief ? QStringLiteral("data")
                                              : QStringLiteral("data: probability of each point")},
                                     {Mark::Line, theme.model, QStringLiteral("model p(x)")}};
    if (!scene.reconstructions.empty()) {
        entries.push_back({Mark::Tick, theme.posterior, QStringLiteral("reconstructions")});
    }
    return entries;
}

QPolygonF linePixels(const std::vector<QPointF>& curve, const PlaneMap& map) {
    QPolygonF line;
    for (const QPointF& point : curve) {
        // Cut off here, not by the painter: not every vector format clips.
        const QPointF pixel = map.toPixel(point);
        line.append(
            QPointF(std::clamp(pixel.x(), map.area.left(), map.area.right()), std::max(pixel.y(), map.area.top())));
    }
    return line;
}

/// A point mass as an arrow, the usual sign of a delta, with its probability at the tip.
void paintAtoms(QPainter& painter, const DataScene& scene, const PlaneMap& map, const Theme& theme) {
    double heaviest = 0.0;
    for (const DataAtom& atom : scene.atoms) {
        heaviest = std::max(heaviest, atom.mass);
    }
    painter.setFont(textFont(theme, 0.9));
    const double text = lineHeight(theme, painter.device(), 0.9);
    const double head = theme.lineWidth * 3.0;
    for (const DataAtom& atom : scene.atoms) {
        const double x = map.toPixel(atom.x, 0.0).x();
        if (x < map.area.left() || x > map.area.right()) {
            continue;
        }
        const double top = map.area.bottom() - kAtomHeight * map.area.height() * atom.mass / heaviest;
        QPen pen(theme.data, theme.lineWidth * 1.6);
        pen.setCapStyle(Qt::FlatCap);
        painter.setPen(pen);
        painter.drawLine(QPointF(x, map.area.bottom()), QPointF(x, top + head));
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme.data);
        painter.drawPolygon(QPolygonF{{x, top}, {x - head, top + 2.2 * head}, {x + head, top + 2.2 * head}});
        painter.setBrush(Qt::NoBrush);
        const QString mass = weightText(std::round(atom.mass * 1000.0) / 1000.0);
        const double width = QFontMetricsF(painter.font(), painter.device()).horizontalAdvance(mass) + text * 0.4;
        const QRectF place(x - width / 2.0, top - text * 1.1, width, text);
        QColor ground = theme.panel;
        ground.setAlphaF(0.85F);  // the model's curve may pass behind the number
        painter.fillRect(place, ground);
        painter.setPen(theme.data);
        painter.drawText(place, Qt::AlignCenter | Qt::TextDontClip, mass);
    }
}

void paintLine(QPainter& painter, const DataScene& scene, const PlaneMap& map, const Theme& theme) {
    paintGrid(painter, map, theme);
    painter.setRenderHint(QPainter::Antialiasing);
    const auto outline = [&](const std::vector<QPointF>& curve, const QColor& color, double opacity) {
        const QPolygonF line = linePixels(curve, map);
        if (line.isEmpty()) {
            return;
        }
        QPolygonF filled = line;
        filled << QPointF(line.last().x(), map.area.bottom()) << QPointF(line.first().x(), map.area.bottom());
        QColor fill = color;
        fill.setAlphaF(static_cast<float>(opacity));
        painter.setPen(Qt::NoPen);
        painter.setBrush(fill);
        painter.drawPolygon(filled);
        painter.setBrush(Qt::NoBrush);
        QPen pen(color, theme.lineWidth * 1.2);
        pen.setJoinStyle(Qt::RoundJoin);
        painter.setPen(pen);
        painter.drawPolyline(line);
    };
    outline(scene.dataCurve, theme.data, 0.35);
    outline(scene.modelCurve, theme.model, 0.12);
    paintAtoms(painter, scene, map, theme);
    const double height = std::min(map.area.height() * 0.05, 8.0 * theme.lineWidth);
    QPen pen(theme.posterior, theme.lineWidth * 0.8);
    pen.setCapStyle(Qt::FlatCap);
    painter.setPen(pen);
    for (float value : scene.reconstructions) {
        const double x = map.toPixel(value, 0.0).x();
        if (x >= map.area.left() && x <= map.area.right()) {
            painter.drawLine(QPointF(x, map.area.bottom()), QPointF(x, map.area.bottom() - height));
        }
    }
}

void paintPlane(QPainter& painter, const DataScene& scene, const PlaneMap& map, const Theme& theme) {
    if (scene.dataPeak > 0.0) {
        // Samples and lines on top need a ground that stays behind them.
        const ColorRamp ramp = tintRamp(theme, theme.data, kGroundStrength);
        paintDensity(painter, map, scene.data, scene.dataPeak, ramp);
    } else {
        paintGrid(painter, map, theme);
    }
    painter.setRenderHint(QPainter::Antialiasing);
    // A crowd of samples, where they have come to the data, must not hide them: it is thinned, pale, and beneath.
    const std::vector<ScenePoint> few(
        scene.samples.begin(),
        scene.samples.begin() + static_cast<std::ptrdiff_t>(std::min(kCrowd, scene.samples.size())));
    paintDots(
        painter, map, few, kSampleSize * dotRadius(theme, few.size()), theme, [&theme](int) { return theme.model; },
        kSampleOpacity);
    paintContours(painter, map, scene.modelContours, theme.model, theme, LineStyle::Solid);
    paintDots(painter, map, scene.examples, dotRadius(theme, scene.examples.size()), theme,
              [&theme](int) { return theme.data; });
    Theme lines = theme;
    lines.lineWidth = kHaloWidth * theme.lineWidth;
    paintContours(painter, map, scene.dataOutline, theme.panel, lines, LineStyle::Solid, kHaloOpacity);
    lines.lineWidth = kOutlineWidth * theme.lineWidth;
    paintContours(painter, map, scene.dataOutline, theme.data, lines, LineStyle::Solid, 1.0);
}

}  // namespace

std::vector<LegendEntry> dataLegend(const DataScene& scene, const Theme& theme) {
    return legendOf(scene, theme);
}

void paintDataPanel(QPainter& painter, const QRectF& area, const DataScene& scene, const DataPanelStyle& style,
                    const Theme& theme) {
    const QPaintDevice* device = painter.device();
    const bool line = scene.oneDimensional();
    const AxesText axes{line ? QStringLiteral("x") : QString::fromUtf8("x₁"),
                        line ? QStringLiteral("density per unit of x") : QString::fromUtf8("x₂"),
                        line ? QStringLiteral("density") : QString()};
    const double gap = standardGap(theme, device);
    QRectF rest = area.adjusted(gap, gap, -gap, -gap * (style.small ? 1.0 : 0.5));
    const double left = style.small ? rest.left() : plotInside(rest, axes, theme, device).left();
    painter.save();
    if (!style.title.isEmpty()) {
        const double scale = style.small ? 0.85 : 1.05;
        const double height = std::ceil(lineHeight(theme, device, scale) * (style.small ? 1.0 : 1.15));
        const double side = height * 0.42;
        QFont font = textFont(theme, scale);
        font.setBold(style.focused);
        painter.setFont(font);
        painter.fillRect(QRectF(left, rest.top() + (height - side) / 2.0, side, side), style.titleColor);
        painter.setPen(theme.text);
        paintText(painter, QRectF(left + side * 1.6, rest.top(), rest.right() - left - side * 1.6, height),
                  Qt::AlignLeft | Qt::AlignVCenter, style.title);
        rest.setTop(rest.top() + height);
    }
    if (!style.small) {
        const double legendWidth = rest.right() - left;
        auto entries = legendOf(scene, theme);
        if (legendRows(entries, legendWidth, 3, theme, device) > 2 ||
            widestEntry(entries, theme, device) > legendWidth) {
            entries = legendOf(scene, theme, true);
        }
        const double legendHeight =
            std::ceil(lineHeight(theme, device, 0.9) * legendRows(entries, legendWidth, 3, theme, device));
        paintLegend(painter, QRectF(left, rest.top(), legendWidth, legendHeight), entries, theme);
        rest.setTop(rest.top() + legendHeight);
    }

    PlaneMap map{style.small ? rest : plotInside(rest, axes, theme, device), scene.window};
    if (line) {
        map.window.yMin = 0.0;
        map.window.yMax = std::max(1e-9, style.densityMaximum);
    } else {
        // One unit is equally long on both axes, and the plot ends where nothing is known.
        const double aspect = (scene.window.xMax - scene.window.xMin) / (scene.window.yMax - scene.window.yMin);
        const QSizeF size = QSizeF(aspect, 1.0).scaled(map.area.size(), Qt::KeepAspectRatio);
        map.area = QRectF(map.area.topLeft() + QPointF(std::round((map.area.width() - size.width()) / 2.0), 0.0), size);
    }
    painter.fillRect(map.area, theme.panel);
    painter.save();
    painter.setClipRect(map.area, Qt::IntersectClip);
    if (line) {
        paintLine(painter, scene, map, theme);
    } else {
        paintPlane(painter, scene, map, theme);
    }
    painter.restore();
    if (style.small) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(style.focused ? theme.text : theme.border, theme.lineWidth * (style.focused ? 1.2 : 0.6)));
        painter.drawRect(map.area);
    } else {
        paintAxes(painter, map, axes, theme);
    }
    painter.restore();
}

}  // namespace elbo
