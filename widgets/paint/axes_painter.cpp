#include "widgets/paint/axes_painter.h"

#include <QFontMetricsF>
#include <algorithm>
#include <cmath>

namespace elbo {
namespace {

constexpr double kTickScale = 0.9;  // of the base font
constexpr double kLegendScale = 0.9;

QPen cosmeticFreePen(const QColor& color, double width) {
    QPen pen(color, width);
    pen.setCapStyle(Qt::FlatCap);
    return pen;
}

/// Half pixels keep one-unit lines crisp on a screen; on paper they do no harm.
double crisp(double position) {
    return std::floor(position) + 0.5;
}

struct LegendSpot {
    QRectF mark;
    QRectF text;
    int row = 0;
};

std::vector<LegendSpot> layoutLegend(const std::vector<LegendEntry>& entries, double width, const Theme& theme,
                                     const QPaintDevice* device) {
    const QFontMetricsF metrics(textFont(theme, kLegendScale), device);
    const double height = metrics.height(), gap = height * 0.3;
    std::vector<LegendSpot> spots;
    double x = 0.0;
    int row = 0;
    for (const LegendEntry& entry : entries) {
        const bool wide = entry.mark == LegendEntry::Mark::Line || entry.mark == LegendEntry::Mark::Dashes;
        const double markWidth = entry.mark == LegendEntry::Mark::None ? 0.0 : height * (wide ? 1.5 : 0.65);
        const double markGap = markWidth > 0.0 ? gap : 0.0;
        const double textWidth = std::ceil(metrics.horizontalAdvance(entry.text));
        const double total = markWidth + markGap + textWidth;
        if (x > 0.0 && (entry.newRow || x + total > width)) {
            x = 0.0;
            ++row;
        }
        const double top = row * height;
        spots.push_back(
            {QRectF(x, top, markWidth, height),
             QRectF(x + markWidth + markGap, top, std::min(textWidth, std::max(0.0, width - markWidth)), height), row});
        x += total + 3.0 * gap;
    }
    return spots;
}

void paintMark(QPainter& painter, const QRectF& area, const LegendEntry& entry, const Theme& theme) {
    const double middle = area.center().y();
    const double side = area.height() * 0.6;
    const QRectF square(area.left(), middle - side / 2.0, area.width(), side);
    using Mark = LegendEntry::Mark;
    switch (entry.mark) {
        case Mark::Line:
        case Mark::Dashes: {
            QPen pen = cosmeticFreePen(entry.color, theme.lineWidth * 1.2);
            if (entry.mark == Mark::Dashes) {
                pen.setDashPattern({3.0, 2.0});
            }
            painter.setPen(pen);
            painter.drawLine(QPointF(area.left(), middle), QPointF(area.right(), middle));
            break;
        }
        case Mark::Square:
            painter.fillRect(square, entry.color);
            break;
        case Mark::Band: {
            QColor fill = entry.color;
            fill.setAlphaF(0.35F);
            painter.fillRect(square, fill);
            painter.fillRect(QRectF(square.left(), square.top(), square.width(), theme.lineWidth), entry.color);
            break;
        }
        case Mark::Tick: {
            const double width = theme.lineWidth * 1.4;
            painter.fillRect(QRectF(area.center().x() - width / 2.0, square.top(), width, side), entry.color);
            break;
        }
        case Mark::Dot:
        case Mark::Ring: {
            const double radius = entry.mark == Mark::Dot ? side * 0.32 : side * 0.42;
            painter.setRenderHint(QPainter::Antialiasing);
            painter.setPen(entry.mark == Mark::Ring ? QPen(entry.color, theme.lineWidth) : QPen(Qt::NoPen));
            painter.setBrush(entry.mark == Mark::Dot ? QBrush(entry.color) : QBrush(Qt::NoBrush));
            painter.drawEllipse(area.center(), radius, radius);
            painter.setRenderHint(QPainter::Antialiasing, false);
            break;
        }
        case Mark::Shape:
            painter.setRenderHint(QPainter::Antialiasing);
            painter.setPen(Qt::NoPen);
            painter.setBrush(entry.color);
            paintMarker(painter, entry.shape, area.center(), side * 0.42);
            painter.setRenderHint(QPainter::Antialiasing, false);
            break;
        case Mark::None:
            break;
    }
}

}  // namespace

QFont textFont(const Theme& theme, double scale) {
    QFont font = theme.font();
    font.setPointSizeF(std::max(0.05, theme.fontPoints * scale));
    return font;
}

Theme inPainterUnits(const Theme& theme, const QPaintDevice* device) {
    Theme result = theme;
    if (device != nullptr && device->logicalDpiY() > 0) {
        result.fontPoints *= 72.0 / device->logicalDpiY();
    }
    return result;
}

double lineHeight(const Theme& theme, const QPaintDevice* device, double scale) {
    return QFontMetricsF(textFont(theme, scale), device).height();
}

double standardGap(const Theme& theme, const QPaintDevice* device) {
    return lineHeight(theme, device) * 0.25;
}

QRectF plotInside(const QRectF& area, const AxesText& text, const Theme& theme, const QPaintDevice* device) {
    const QFontMetricsF metrics(textFont(theme, kTickScale), device);
    const double gap = standardGap(theme, device), tick = gap;
    const double titleHeight = lineHeight(theme, device);
    const double numberWidth = std::max(metrics.horizontalAdvance(QString::fromUtf8("−0.00")),
                                        metrics.horizontalAdvance(QString::fromUtf8("−000")));
    const double left = numberWidth + tick + gap + (text.y.isEmpty() ? 0.0 : titleHeight);
    const double bottom = metrics.height() + tick + gap * 0.5 + (text.x.isEmpty() ? 0.0 : titleHeight);
    const double right = std::max(gap, metrics.horizontalAdvance(QStringLiteral("00")) * 0.6);
    const QRectF plot = area.adjusted(std::ceil(left), std::ceil(gap), -std::ceil(right), -std::ceil(bottom));
    return QRectF(std::round(plot.left()), std::round(plot.top()), std::max(1.0, std::floor(plot.width())),
                  std::max(1.0, std::floor(plot.height())));
}

namespace {

struct Ticks {
    AxisTicks x, y;
};

Ticks ticksFor(const PlaneMap& map, const QFontMetricsF& metrics) {
    const double spacing = metrics.horizontalAdvance(QStringLiteral("000000")) * 1.4;
    const auto wanted = [spacing](double length) { return std::clamp(static_cast<int>(length / spacing), 2, 9); };
    return {niceTicks(map.window.xMin, map.window.xMax, wanted(map.area.width())),
            niceTicks(map.window.yMin, map.window.yMax, wanted(map.area.height()))};
}

}  // namespace

std::vector<QLineF> gridLines(const PlaneMap& map, const Theme& theme, const QPaintDevice* device) {
    const Ticks ticks = ticksFor(map, QFontMetricsF(textFont(theme, kTickScale), device));
    std::vector<QLineF> lines;
    for (double x : ticks.x.values) {
        lines.emplace_back(x, map.window.yMin, x, map.window.yMax);
    }
    for (double y : ticks.y.values) {
        lines.emplace_back(map.window.xMin, y, map.window.xMax, y);
    }
    return lines;
}

void paintGrid(QPainter& painter, const PlaneMap& map, const Theme& theme) {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setPen(cosmeticFreePen(theme.grid, theme.lineWidth * 0.5));
    for (const QLineF& line : gridLines(map, theme, painter.device())) {
        const QPointF a = map.toPixel(line.p1()), b = map.toPixel(line.p2());
        const bool upright = line.dx() == 0.0;
        painter.drawLine(upright ? QLineF(crisp(a.x()), a.y(), crisp(b.x()), b.y())
                                 : QLineF(a.x(), crisp(a.y()), b.x(), crisp(b.y())));
    }
    painter.restore();
}

namespace {

double tickLength(const Theme& theme, const QPaintDevice* device) {
    return standardGap(theme, device) * 0.8;
}

void paintTicksBelow(QPainter& painter, const PlaneMap& map, const AxisTicks& ticks, const Theme& theme) {
    const QFont font = textFont(theme, kTickScale);
    const QFontMetricsF metrics(font, painter.device());
    const double gap = standardGap(theme, painter.device()), tick = tickLength(theme, painter.device());
    const double bottom = map.area.bottom();
    painter.setFont(font);
    for (double value : ticks.values) {
        const double x = map.toPixel(value, 0.0).x();
        const QString number = ticks.text(value);
        const double half = metrics.horizontalAdvance(number) / 2.0 + 1.0;
        painter.setPen(cosmeticFreePen(theme.mutedText, std::max(0.5, theme.lineWidth * 0.6)));
        painter.drawLine(QPointF(crisp(x), bottom), QPointF(crisp(x), bottom + tick));
        painter.setPen(theme.mutedText);
        painter.drawText(QRectF(x - half, bottom + tick + gap * 0.2, 2.0 * half, metrics.height()),
                         Qt::AlignHCenter | Qt::AlignTop | Qt::TextDontClip, number);
    }
}

void paintTitleBelow(QPainter& painter, const PlaneMap& map, const QString& title, const Theme& theme) {
    if (title.isEmpty()) {
        return;
    }
    const QPaintDevice* device = painter.device();
    const double top = map.area.bottom() + tickLength(theme, device) + standardGap(theme, device) * 0.2 +
                       lineHeight(theme, device, kTickScale);
    painter.setFont(textFont(theme));
    painter.setPen(theme.text);
    paintText(painter, QRectF(map.area.left(), top, map.area.width(), lineHeight(theme, device)), Qt::AlignCenter,
              title);
}

}  // namespace

double axisBelowHeight(const Theme& theme, const QPaintDevice* device) {
    return std::ceil(tickLength(theme, device) + standardGap(theme, device) * 0.4 +
                     lineHeight(theme, device, kTickScale) + lineHeight(theme, device));
}

void paintAxisBelow(QPainter& painter, const PlaneMap& map, const QString& title, const Theme& theme) {
    const QFontMetricsF metrics(textFont(theme, kTickScale), painter.device());
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setPen(cosmeticFreePen(theme.border, std::max(0.5, theme.lineWidth * 0.6)));
    painter.drawLine(QPointF(map.area.left(), crisp(map.area.bottom())),
                     QPointF(map.area.right(), crisp(map.area.bottom())));
    paintTicksBelow(painter, map, ticksFor(map, metrics).x, theme);
    paintTitleBelow(painter, map, title, theme);
    painter.restore();
}

void paintAxes(QPainter& painter, const PlaneMap& map, const AxesText& text, const Theme& theme) {
    const QFont tickFont = textFont(theme, kTickScale);
    const QFontMetricsF metrics(tickFont, painter.device());
    const Ticks ticks = ticksFor(map, metrics);
    const double gap = standardGap(theme, painter.device()), tick = gap * 0.8;
    const QRectF& plot = map.area;

    painter.save();
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(cosmeticFreePen(theme.border, std::max(0.5, theme.lineWidth * 0.6)));
    painter.drawRect(
        QRectF(std::floor(plot.left()), std::floor(plot.top()), std::round(plot.width()), std::round(plot.height())));

    paintTicksBelow(painter, map, ticks.x, theme);
    for (double value : ticks.y.values) {
        const double y = map.toPixel(0.0, value).y();
        painter.setPen(cosmeticFreePen(theme.mutedText, std::max(0.5, theme.lineWidth * 0.6)));
        painter.drawLine(QPointF(plot.left() - tick, crisp(y)), QPointF(plot.left(), crisp(y)));
        painter.setPen(theme.mutedText);
        const double height = metrics.height();
        painter.drawText(QRectF(plot.left() - tick - gap * 0.6 - 200.0, y - height / 2.0, 200.0, height),
                         Qt::AlignRight | Qt::AlignVCenter | Qt::TextDontClip, ticks.y.text(value));
    }

    paintTitleBelow(painter, map, text.x, theme);
    painter.setFont(textFont(theme));
    painter.setPen(theme.text);
    const double titleHeight = lineHeight(theme, painter.device());
    if (!text.y.isEmpty()) {
        const double numbers = metrics.horizontalAdvance(QString::fromUtf8("−0.00"));
        painter.translate(plot.left() - tick - gap * 1.2 - numbers - titleHeight / 2.0, plot.center().y());
        painter.rotate(-90.0);
        const bool fits = QFontMetricsF(painter.font(), painter.device()).horizontalAdvance(text.y) <= plot.height();
        paintText(painter, QRectF(-plot.height() / 2.0, -titleHeight / 2.0, plot.height(), titleHeight),
                  Qt::AlignCenter, fits || text.yBrief.isEmpty() ? text.y : text.yBrief);
    }
    painter.restore();
}

int legendRows(const std::vector<LegendEntry>& entries, double width, int maximum, const Theme& theme,
               const QPaintDevice* device) {
    const auto spots = layoutLegend(entries, width, theme, device);
    return spots.empty() ? 0 : std::min(maximum, spots.back().row + 1);
}

double widestEntry(const std::vector<LegendEntry>& entries, const Theme& theme, const QPaintDevice* device) {
    constexpr double kUnbounded = 1e9;
    double widest = 0.0;
    for (const LegendEntry& entry : entries) {
        const auto spots = layoutLegend({entry}, kUnbounded, theme, device);
        widest = std::max(widest, spots.front().text.right());
    }
    return widest;
}

void paintLegend(QPainter& painter, const QRectF& area, const std::vector<LegendEntry>& entries, const Theme& theme) {
    const auto spots = layoutLegend(entries, area.width(), theme, painter.device());
    painter.save();
    painter.setFont(textFont(theme, kLegendScale));
    for (std::size_t i = 0; i < spots.size(); ++i) {
        if (spots[i].text.bottom() > area.height() * 1.02) {
            break;
        }
        paintMark(painter, spots[i].mark.translated(area.topLeft()), entries[i], theme);
        painter.setPen(entries[i].muted ? theme.mutedText : theme.text);
        paintText(painter, spots[i].text.translated(area.topLeft()), Qt::AlignLeft | Qt::AlignVCenter, entries[i].text);
    }
    painter.restore();
}

void paintText(QPainter& painter, const QRectF& area, Qt::Alignment alignment, const QString& text) {
    const QFontMetricsF metrics(painter.font(), painter.device());
    const bool fits = metrics.horizontalAdvance(text) <= area.width() + 1.0;
    const QString shown = fits ? text : metrics.elidedText(text, Qt::ElideRight, area.width());
    painter.drawText(area, static_cast<int>(alignment) | Qt::TextSingleLine | Qt::TextDontClip, shown);
}

}  // namespace elbo
