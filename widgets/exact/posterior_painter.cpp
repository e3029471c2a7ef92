#include "widgets/exact/posterior_painter.h"

#include <QFontMetricsF>
#include <algorithm>
#include <cmath>
#include <set>

#include "widgets/fleet/fleet_order.h"
#include "widgets/fleet/member_name.h"
#include "widgets/kit/numbers.h"
#include "widgets/paint/axes_painter.h"
#include "widgets/paint/plane_painter.h"

namespace elbo {
namespace {

using Mark = LegendEntry::Mark;

constexpr double kTextScale = 0.9;
constexpr double kExactFill = 0.3;     // opacity of each of the regions of p(z|x)
constexpr double kLineOpacity = 0.55;  // of the lines between means, many of which cross
constexpr double kRoomAbove = 1.25;    // of the density axis, for the captions
constexpr int kCorners = 64;
const QString kCaptionBetween = QStringLiteral("   KL ");  // an example's name and its number

constexpr const char* kLineOfMeans =
    "Every dot is an example. On the dashed line the encoder's mean is the true one; a flatter row of dots lags behind "
    "the model, and after a collapse all dots are at 0.";
constexpr const char* kPlaneOfMeans =
    "Every line is an example: it leads from where the encoder puts it to where it belongs. Long lines show an encoder "
    "that lags behind the model; after a collapse everything is at 0.";

struct Section {
    QRectF title;  ///< empty with a single member
    QRectF rest;
};

/// A frame smaller than this, in lines of text, shows nothing: rather fewer examples.
constexpr double kSmallestFrame = 3.2;

std::vector<Section> sectionsOf(const QRectF& area, const PosteriorPicture& picture, const Theme& theme,
                                const QPaintDevice* device) {
    const double line = lineHeight(theme, device);
    // Half of the number at the end of an axis, half of that at the beginning of the next one, and a gap.
    const QFontMetricsF metrics(textFont(theme, kTextScale), device);
    const double between = metrics.horizontalAdvance(QString::fromUtf8("\u22120.00")) + 0.3 * line;
    const int count = static_cast<int>(picture.scenes->size());
    std::vector<Section> sections;
    for (const QRectF& cell : cellsOf(area, count, 0.9)) {
        const double title = count > 1 ? std::ceil(line * 1.15) : 0.0;
        const double apart = cell.right() < area.right() - 1.0 ? between : 0.0;
        sections.push_back(
            {QRectF(cell.left(), cell.top(), cell.width() - apart, title), cell.adjusted(0.0, title, -apart, 0.0)});
    }
    return sections;
}

std::vector<LegendEntry> legendOf(const PosteriorPicture& picture, const Theme& theme) {
    const bool line = picture.scenes->front().oneDimensional();
    if (picture.content == PosteriorContent::Means) {
        std::vector<LegendEntry> entries;
        if (line) {
            entries.push_back({Mark::Dashes, theme.mutedText, QStringLiteral("where both agree")});
        } else {
            entries.push_back({Mark::Dot, theme.mutedText, QStringLiteral("mean of q(z|x)")});
            entries.push_back({Mark::Line, theme.mutedText, QStringLiteral("to the mean of p(z|x)")});
        }
        std::set<int> labels;
        for (const PosteriorScene& scene : *picture.scenes) {
            for (const MeanPair& pair : scene.means) {
                labels.insert(pair.label);
            }
        }
        bool newRow = true;
        for (const int label : labels) {
            if (label >= 0) {
                entries.push_back(
                    {Mark::Square, labelColor(theme, label), labelName(picture.labelNames, label), false, newRow});
                newRow = false;
            }
        }
        return entries;
    }
    std::vector<LegendEntry> entries{{Mark::Band, theme.model, QStringLiteral("true posterior p(z|x)")},
                                     {line ? Mark::Line : Mark::Ring, theme.posterior, QStringLiteral("q(z|x)")}};
    if (!line) {
        const QString side = weightText(2.0 * picture.axes.tile);
        entries.push_back(
            {Mark::None, {}, QString::fromUtf8("1 and 2 sigma; frames %1 \u00d7 %1 in z").arg(side), true});
    }
    return entries;
}

QRectF belowLegend(const QRectF& area, const PosteriorPicture& picture, const Theme& theme, const QPaintDevice* device,
                   QRectF* legend) {
    const double gap = standardGap(theme, device);
    QRectF rest = area.adjusted(2.0 * gap, gap, -2.0 * gap, -gap);
    const int rows = legendRows(legendOf(picture, theme), rest.width(), 3, theme, device);
    *legend = QRectF(rest.left(), rest.top(), rest.width(), std::ceil(lineHeight(theme, device, kTextScale) * rows));
    rest.setTop(legend->bottom() + gap);
    return rest;
}

/// Where the examples of a member stand: squares under their captions, or rows over one axis.
struct ExamplePlace {
    QRectF caption;
    QRectF plot;
};

/// Room for the caption of any of the examples: steady while the numbers change.
double widestCaption(const PosteriorScene& scene, const Theme& theme, const QPaintDevice* device) {
    const QFontMetricsF metrics(textFont(theme, kTextScale), device);
    double widest = 0.0;
    for (const PosteriorTile& tile : scene.tiles) {
        widest = std::max(widest, metrics.horizontalAdvance(tile.name + kCaptionBetween + QStringLiteral("0.0000")));
    }
    return widest;
}

std::vector<ExamplePlace> placesOf(const QRectF& area, const PosteriorScene& scene, const Theme& theme,
                                   const QPaintDevice* device) {
    const double line = lineHeight(theme, device, kTextScale), gap = standardGap(theme, device);
    std::vector<ExamplePlace> places;
    const int count = static_cast<int>(scene.tiles.size());
    if (scene.oneDimensional()) {
        const double height = (area.height() - axisBelowHeight(theme, device)) / std::max(1, count);
        const double margin = std::min(gap, 0.1 * height);
        for (int i = 0; i < count; ++i) {
            const QRectF row(area.left(), area.top() + i * height + margin, area.width(), height - margin);
            places.push_back({QRectF(row.left(), row.top(), row.width(), std::min(line, row.height())), row});
        }
        return places;
    }
    // Cells a little higher than wide: the caption stands above the square. In more columns the squares might be
    // larger, but the captions would lose the names of their examples.
    std::vector<QRectF> cells = cellsOf(area, count, 0.85, widestCaption(scene, theme, device) + gap);
    const auto tooSmall = [&] { return std::min(cells[0].width(), cells[0].height() - line) < kSmallestFrame * line; };
    for (int fewer = count; fewer >= 1 && tooSmall(); --fewer) {
        cells = cellsOf(area, fewer, 0.85);
    }
    for (const QRectF& cell : cells) {
        const QRectF inside = cell.adjusted(gap * 0.5, 0.0, -gap * 0.5, -gap * 0.5);
        const double side = std::floor(std::max(2.0, std::min(inside.width(), inside.height() - line)));
        const double left = std::round(inside.center().x() - side / 2.0), top = std::round(inside.top() + line);
        places.push_back({QRectF(inside.left(), top - line, inside.width(), line), QRectF(left, top, side, side)});
    }
    return places;
}

QString captionText(const PosteriorTile& tile) {
    return tile.name + kCaptionBetween + numberText(tile.gap);
}

void paintCaption(QPainter& painter, const QRectF& area, const PosteriorTile& tile, Qt::Alignment alignment,
                  const Theme& theme) {
    painter.setFont(textFont(theme, kTextScale));
    const QFontMetricsF metrics(painter.font(), painter.device());
    // The number is what counts where there is little room.
    const QString gap = numberText(tile.gap);
    QString caption = captionText(tile);
    for (const QString& shorter : {"KL " + gap, gap}) {
        if (metrics.horizontalAdvance(caption) > area.width()) {
            caption = shorter;
        }
    }
    if (alignment == Qt::AlignLeft) {
        QColor ground = theme.panel;
        ground.setAlphaF(0.7F);  // curves may pass behind
        painter.fillRect(QRectF(area.topLeft(), QSizeF(metrics.horizontalAdvance(caption), area.height())), ground);
    }
    painter.setPen(theme.text);
    paintText(painter, area, alignment | Qt::AlignVCenter, caption);
}

QPolygonF ringPixels(const SceneEllipse& ellipse, double sigmas, const PlaneMap& map) {
    QPolygonF ring;
    for (int i = 0; i <= kCorners; ++i) {
        const double angle = 2.0 * M_PI * i / kCorners;
        ring.append(map.toPixel(ellipse.x + sigmas * ellipse.axx * std::cos(angle),
                                ellipse.y + sigmas * (ellipse.ayx * std::cos(angle) + ellipse.ayy * std::sin(angle))));
    }
    return ring;
}

void fillContours(QPainter& painter, const PlaneMap& map, const std::vector<SceneContour>& contours,
                  const Theme& theme) {
    QColor fill = theme.model;
    fill.setAlphaF(static_cast<float>(kExactFill));
    painter.setPen(Qt::NoPen);
    painter.setBrush(fill);
    const QPolygonF frame(map.area);
    for (const SceneContour& contour : contours) {
        QPolygonF region;
        for (const QPointF& point : contour.path.points) {
            region.append(map.toPixel(point));
        }
        // Cut off here, not by the painter: not every vector format clips.
        painter.drawPolygon(map.area.contains(region.boundingRect()) ? region : region.intersected(frame));
    }
    painter.setBrush(Qt::NoBrush);
}

void paintTile(QPainter& painter, const QRectF& plot, const PosteriorTile& tile, double reach, const Theme& theme) {
    const QPointF middle = (tile.trueMean + tile.mean) / 2.0;
    const PlaneMap map{plot, {middle.x() - reach, middle.x() + reach, middle.y() - reach, middle.y() + reach}};
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setClipRect(plot.adjusted(-1.0, -1.0, 1.0, 1.0), Qt::IntersectClip);
    fillContours(painter, map, tile.exact, theme);
    paintContours(painter, map, tile.exact, theme.model, theme, LineStyle::Solid);
    paintDots(painter, map, tile.samples, std::min(dotRadius(theme, tile.samples.size()), plot.width() * 0.012), theme,
              [&theme](int) { return theme.posterior; });
    for (const double sigmas : {1.0, 2.0}) {
        painter.setPen(QPen(theme.posterior, theme.lineWidth * (sigmas == 1.0 ? 1.2 : 0.9)));
        for (const QPolygonF& part : clippedLine(ringPixels(tile.ellipse, sigmas, map), plot)) {
            painter.drawPolyline(part);
        }
    }
    painter.restore();
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setPen(QPen(theme.border, std::max(0.5, theme.lineWidth * 0.6)));
    painter.drawRect(plot);
}

QPolygonF curvePixels(const std::vector<QPointF>& curve, const PlaneMap& map) {
    QPolygonF line;
    for (const QPointF& point : curve) {
        const QPointF pixel = map.toPixel(point);
        if (pixel.x() >= map.area.left() && pixel.x() <= map.area.right()) {
            line.append(QPointF(pixel.x(), std::max(pixel.y(), map.area.top())));
        }
    }
    return line;
}

void paintRow(QPainter& painter, const QRectF& plot, const PosteriorTile& tile, const PosteriorAxes& axes,
              const Theme& theme) {
    const PlaneMap map{plot, {-axes.line, axes.line, 0.0, std::max(1e-9, kRoomAbove * axes.density)}};
    painter.setRenderHint(QPainter::Antialiasing);
    const QPolygonF curve = curvePixels(tile.exactCurve, map);
    if (!curve.isEmpty()) {
        QPolygonF region = curve;
        region << QPointF(curve.last().x(), plot.bottom()) << QPointF(curve.first().x(), plot.bottom());
        QColor fill = theme.model;
        fill.setAlphaF(0.35F);
        painter.setPen(Qt::NoPen);
        painter.setBrush(fill);
        painter.drawPolygon(region);
        painter.setBrush(Qt::NoBrush);
    }
    QPen pen(theme.model, theme.lineWidth);
    pen.setJoinStyle(Qt::RoundJoin);
    painter.setPen(pen);
    painter.drawPolyline(curve);
    pen.setColor(theme.posterior);
    pen.setWidthF(theme.lineWidth * 1.2);
    painter.setPen(pen);
    painter.drawPolyline(curvePixels(tile.encoderCurve, map));
    // Samples as ticks standing on the row's ground line.
    const double height = std::min(plot.height() * 0.08, 6.0 * theme.lineWidth);
    painter.setPen(QPen(theme.posterior, theme.lineWidth * 0.6));
    for (const ScenePoint& sample : tile.samples) {
        const double x = map.toPixel(sample.x, 0.0).x();
        if (x >= plot.left() && x <= plot.right()) {
            painter.drawLine(QPointF(x, plot.bottom()), QPointF(x, plot.bottom() - height));
        }
    }
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setPen(QPen(theme.border, std::max(0.5, theme.lineWidth * 0.6)));
    painter.drawLine(plot.bottomLeft(), plot.bottomRight());
}

void paintExamples(QPainter& painter, const QRectF& area, const PosteriorScene& scene, const PosteriorAxes& axes,
                   const Theme& theme) {
    const auto places = placesOf(area, scene, theme, painter.device());
    const bool line = scene.oneDimensional();
    if (line && !places.empty()) {
        const QRectF all(area.left(), area.top(), area.width(), places.back().plot.bottom() - area.top());
        const PlaneMap map{all, {-axes.line, axes.line, 0.0, 1.0}};
        paintAxisBelow(painter, map, QStringLiteral("z"), theme);
    }
    for (std::size_t i = 0; i < places.size(); ++i) {
        const PosteriorTile& tile = scene.tiles[i];
        line ? paintRow(painter, places[i].plot, tile, axes, theme)
             : paintTile(painter, places[i].plot, tile, axes.tile, theme);
        paintCaption(painter, places[i].caption, tile, line ? Qt::AlignLeft : Qt::AlignHCenter, theme);
    }
}

AxesText meansAxes(const PosteriorScene& scene) {
    return scene.oneDimensional() ? AxesText{QStringLiteral("true mean"), QStringLiteral("encoder mean")}
                                  : AxesText{QString::fromUtf8("z\u2081"), QString::fromUtf8("z\u2082")};
}

void paintMeans(QPainter& painter, const QRectF& area, const PosteriorScene& scene, double reach, const Theme& theme) {
    const bool line = scene.oneDimensional();
    const AxesText text = meansAxes(scene);
    PlaneMap map{plotInside(area, text, theme, painter.device()), {-reach, reach, -reach, reach}};
    if (!line) {
        map.window = expandedTo(map.window, map.area.size());
    }
    painter.fillRect(map.area, theme.panel);
    paintGrid(painter, map, theme);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    std::vector<ScenePoint> dots;
    if (line) {
        QPen pen(theme.mutedText, theme.lineWidth);
        pen.setDashPattern({kPriorDash, kPriorGap});
        painter.setPen(pen);
        painter.drawLine(map.area.bottomLeft(), map.area.topRight());
        for (const MeanPair& pair : scene.means) {
            dots.push_back({static_cast<float>(pair.exact.x()), static_cast<float>(pair.encoder.x()), pair.label});
        }
    } else {
        for (const MeanPair& pair : scene.means) {
            QColor color = labelColor(theme, pair.label);
            color.setAlphaF(static_cast<float>(kLineOpacity));
            painter.setPen(QPen(color, theme.lineWidth * 0.7));
            for (const QPolygonF& part : clippedLine({map.toPixel(pair.encoder), map.toPixel(pair.exact)}, map.area)) {
                painter.drawPolyline(part);
            }
            dots.push_back({static_cast<float>(pair.encoder.x()), static_cast<float>(pair.encoder.y()), pair.label});
        }
    }
    paintDots(painter, map, dots, dotRadius(theme, dots.size()), theme,
              [&theme](int label) { return labelColor(theme, label); });
    painter.restore();
    paintAxes(painter, map, text, theme);
}

// Lines of text.
constexpr double kTwoNumbers = 8.0;  // an axis
constexpr double kLowestRow = 3.0;   // a caption, and curves below it

/// Whether a member's part of the picture has room for all of it.
bool holdsScene(const Section& section, const PosteriorPicture& picture, const PosteriorScene& scene,
                const Theme& theme, const QPaintDevice* device) {
    const double line = lineHeight(theme, device, kTextScale);
    const QFontMetricsF metrics(textFont(theme, kTextScale), device), titles(textFont(theme), device);
    if (!section.title.isEmpty() &&
        titles.horizontalAdvance(memberName(picture.knobs, scene.member)) + line > section.title.width()) {
        return false;
    }
    if (picture.content == PosteriorContent::Means) {
        const AxesText text = meansAxes(scene);
        const QRectF plot = plotInside(section.rest, text, theme, device);
        return plot.width() >= std::max(kTwoNumbers * line, titles.horizontalAdvance(text.x)) &&
               plot.height() >= std::max(kTwoNumbers * line, titles.horizontalAdvance(text.y));
    }
    const auto places = placesOf(section.rest, scene, theme, device);
    bool holds =
        places.size() == scene.tiles.size() && (!scene.oneDimensional() || section.rest.width() >= kTwoNumbers * line);
    for (std::size_t i = 0; holds && i < places.size(); ++i) {
        const double least = (scene.oneDimensional() ? kLowestRow : kSmallestFrame) * line;
        holds = places[i].plot.height() >= least &&
                metrics.horizontalAdvance(captionText(scene.tiles[i])) <= places[i].caption.width();
    }
    return holds;
}

bool holdsAll(const QSizeF& size, const PosteriorPicture& picture, const Theme& theme, const QPaintDevice* device) {
    QRectF legend;
    const QRectF rest = belowLegend(QRectF(QPointF(0.0, 0.0), size), picture, theme, device, &legend);
    const auto entries = legendOf(picture, theme);
    constexpr int kAnyRows = 1000;
    const double rows = legendRows(entries, rest.width(), kAnyRows, theme, device);
    bool holds = rows * lineHeight(theme, device, kTextScale) <= legend.height() + 0.5 &&
                 widestEntry(entries, theme, device) <= rest.width();
    const auto sections = sectionsOf(rest, picture, theme, device);
    for (std::size_t i = 0; holds && i < sections.size(); ++i) {
        holds = holdsScene(sections[i], picture, (*picture.scenes)[i], theme, device);
    }
    return holds;
}

}  // namespace

QSizeF leastPosteriors(const PosteriorPicture& picture, double width, const Theme& theme, const QPaintDevice* device) {
    const double line = lineHeight(theme, device, kTextScale);
    const double step = 0.5 * line, smallest = 8.0 * line, largest = 160.0 * line;
    // What fits is measured a hair smaller than it will be: places are rounded to whole points, and there each is
    // larger.
    constexpr double kNarrower = 0.99, kLower = 0.98;
    if (picture.scenes == nullptr || picture.scenes->empty()) {
        return {smallest, smallest};
    }
    double least = smallest;
    while (least < largest && !holdsAll({kNarrower * least, largest}, picture, theme, device)) {
        least += step;
    }
    double height = smallest;
    while (height < largest &&
           !holdsAll({kNarrower * std::max(width, least), kLower * height}, picture, theme, device)) {
        height += step;
    }
    return {least, height};
}

std::vector<QRectF> cellsOf(const QRectF& area, int count, double aspect, double leastWidth) {
    std::vector<QRectF> cells;
    int best = 1;
    double largest = -1.0;
    for (int columns = 1; columns <= count; ++columns) {
        if (columns > 1 && area.width() / columns < leastWidth) {
            break;
        }
        const int rows = (count + columns - 1) / columns;
        // The height of the largest cell of the wanted shape that fits.
        const double height = std::min(area.height() / rows, area.width() / columns / aspect);
        if (height > largest + 1e-9) {
            largest = height;
            best = columns;
        }
    }
    const int rows = (count + best - 1) / std::max(1, best);
    for (int i = 0; i < count; ++i) {
        const double width = area.width() / best, height = area.height() / rows;
        cells.emplace_back(area.left() + (i % best) * width, area.top() + (i / best) * height, width, height);
    }
    return cells;
}

void paintPosteriors(QPainter& painter, const QRectF& area, const PosteriorPicture& picture, const Theme& theme) {
    if (picture.scenes == nullptr || picture.scenes->empty()) {
        return;
    }
    painter.save();
    QRectF legend;
    const QRectF rest = belowLegend(area, picture, theme, painter.device(), &legend);
    paintLegend(painter, legend, legendOf(picture, theme), theme);
    const auto sections = sectionsOf(rest, picture, theme, painter.device());
    for (std::size_t i = 0; i < sections.size(); ++i) {
        const PosteriorScene& scene = (*picture.scenes)[i];
        const QRectF& title = sections[i].title;
        if (!title.isEmpty()) {
            const double side = title.height() * 0.42;
            painter.fillRect(QRectF(title.left(), title.center().y() - side / 2.0, side, side),
                             memberColor(theme, orderFleet(picture.knobs), scene.member));
            painter.setFont(textFont(theme));
            painter.setPen(theme.text);
            paintText(painter, title.adjusted(side * 1.6, 0.0, 0.0, 0.0), Qt::AlignLeft | Qt::AlignVCenter,
                      memberName(picture.knobs, scene.member));
        }
        if (picture.content == PosteriorContent::Means) {
            paintMeans(painter, sections[i].rest, scene, picture.axes.means, theme);
        } else {
            paintExamples(painter, sections[i].rest, scene, picture.axes, theme);
        }
    }
    painter.restore();
}

std::vector<ExactSpot> posteriorSpots(const QRectF& area, const PosteriorPicture& picture, const Theme& theme,
                                      const QPaintDevice* device) {
    std::vector<ExactSpot> spots;
    if (picture.scenes == nullptr || picture.scenes->empty()) {
        return spots;
    }
    QRectF legend;
    const QRectF rest = belowLegend(area, picture, theme, device, &legend);
    const auto sections = sectionsOf(rest, picture, theme, device);
    for (std::size_t i = 0; i < sections.size(); ++i) {
        const PosteriorScene& scene = (*picture.scenes)[i];
        if (picture.content == PosteriorContent::Means) {
            spots.push_back({sections[i].title.united(sections[i].rest),
                             scene.oneDimensional() ? QString(kLineOfMeans) : QString(kPlaneOfMeans), scene.member});
            continue;
        }
        const auto places = placesOf(sections[i].rest, scene, theme, device);
        for (std::size_t k = 0; k < places.size(); ++k) {
            const PosteriorTile& tile = scene.tiles[k];
            const auto point = [&](const QPointF& at) {
                return scene.oneDimensional() ? numberText(at.x())
                                              : QString("(%1, %2)").arg(numberText(at.x()), numberText(at.y()));
            };
            spots.push_back(
                {places[k].caption.united(places[k].plot),
                 QString("<b>%1</b>: the encoder's answer is %2 nats away from the true posterior.<br>Its mean is "
                         "%3, that of the true posterior %4.")
                     .arg(tile.name.toHtmlEscaped(), numberText(tile.gap), point(tile.mean), point(tile.trueMean)),
                 scene.member});
        }
    }
    return spots;
}

}  // namespace elbo
