#include "widgets/paint/plane_map.h"

#include <algorithm>
#include <cmath>

namespace elbo {
namespace {

constexpr double kSmallestWidth = 1e-3;
constexpr double kLargestWidth = 1e5;
constexpr double kNoLength = 1e-3;  // pixels or points

QString withMinusSign(QString text) {
    return text.replace(QLatin1Char('-'), QChar(0x2212));
}

}  // namespace

QPointF PlaneMap::toPixel(double x, double y) const {
    return {area.left() + (x - window.xMin) * pixelsPerUnitX(), area.bottom() - (y - window.yMin) * pixelsPerUnitY()};
}

QPointF PlaneMap::toPlane(const QPointF& pixel) const {
    return {window.xMin + (pixel.x() - area.left()) / pixelsPerUnitX(),
            window.yMin + (area.bottom() - pixel.y()) / pixelsPerUnitY()};
}

QRectF PlaneMap::toPixels(const LatentWindow& part) const {
    return QRectF(toPixel(part.xMin, part.yMax), toPixel(part.xMax, part.yMin));
}

LatentWindow expandedTo(const LatentWindow& window, const QSizeF& size) {
    if (size.width() <= 0.0 || size.height() <= 0.0) {
        return window;
    }
    const double unit =
        std::max((window.xMax - window.xMin) / size.width(), (window.yMax - window.yMin) / size.height());
    const double halfWidth = unit * size.width() / 2.0, halfHeight = unit * size.height() / 2.0;
    const double x = (window.xMin + window.xMax) / 2.0, y = (window.yMin + window.yMax) / 2.0;
    return {x - halfWidth, x + halfWidth, y - halfHeight, y + halfHeight};
}

LatentWindow zoomedAbout(const LatentWindow& window, const QPointF& point, double factor) {
    const double width = window.xMax - window.xMin;
    const double scale = std::clamp(width / factor, kSmallestWidth, kLargestWidth) / width;
    return {point.x() + (window.xMin - point.x()) * scale, point.x() + (window.xMax - point.x()) * scale,
            point.y() + (window.yMin - point.y()) * scale, point.y() + (window.yMax - point.y()) * scale};
}

LatentWindow shifted(const LatentWindow& window, double dx, double dy) {
    return {window.xMin + dx, window.xMax + dx, window.yMin + dy, window.yMax + dy};
}

LatentWindow unitedWith(const LatentWindow& window, const LatentWindow& other) {
    return {std::min(window.xMin, other.xMin), std::max(window.xMax, other.xMax), std::min(window.yMin, other.yMin),
            std::max(window.yMax, other.yMax)};
}

bool contains(const LatentWindow& outer, const LatentWindow& inner) {
    return outer.xMin <= inner.xMin && outer.xMax >= inner.xMax && outer.yMin <= inner.yMin && outer.yMax >= inner.yMax;
}

LatentWindow between(const LatentWindow& from, const LatentWindow& to, double part) {
    const auto axis = [part](double fromLow, double fromHigh, double toLow, double toHigh) {
        const double fromSize = fromHigh - fromLow, toSize = toHigh - toLow;
        const double size = fromSize * std::pow(toSize / fromSize, part);
        // The centre moves with the size, which keeps the common fixed point of both windows still on screen.
        const double moved = fromSize == toSize ? part : (size - fromSize) / (toSize - fromSize);
        const double centre = (fromLow + fromHigh) / 2.0 * (1.0 - moved) + (toLow + toHigh) / 2.0 * moved;
        return std::pair{centre - size / 2.0, centre + size / 2.0};
    };
    const auto [xMin, xMax] = axis(from.xMin, from.xMax, to.xMin, to.xMax);
    const auto [yMin, yMax] = axis(from.yMin, from.yMax, to.yMin, to.yMax);
    return {xMin, xMax, yMin, yMax};
}

bool hasLength(const QPolygonF& line) {
    return std::any_of(line.begin(), line.end(),
                       [&line](const QPointF& point) { return (point - line.front()).manhattanLength() > kNoLength; });
}

std::vector<QPolygonF> clippedLine(const QPolygonF& line, const QRectF& area) {
    if (!hasLength(line)) {
        return {};
    }
    if (area.contains(line.boundingRect())) {
        return {line};
    }
    std::vector<QPolygonF> parts;
    bool connected = false;
    for (qsizetype i = 0; i + 1 < line.size(); ++i) {
        // Liang and Barsky: the segment is a + t (b - a), and each side of the rectangle narrows the range of t.
        const QPointF a = line[i], step = line[i + 1] - line[i];
        double first = 0.0, last = 1.0;
        bool outside = false;
        for (auto [direction, distance] : {std::pair{-step.x(), a.x() - area.left()},
                                           {step.x(), area.right() - a.x()},
                                           {-step.y(), a.y() - area.top()},
                                           {step.y(), area.bottom() - a.y()}}) {
            if (direction == 0.0) {
                outside = outside || distance < 0.0;
            } else if (direction < 0.0) {
                first = std::max(first, distance / direction);
            } else {
                last = std::min(last, distance / direction);
            }
        }
        if (outside || first > last) {
            connected = false;
            continue;
        }
        if (!connected || first > 0.0) {
            parts.push_back(QPolygonF{a + first * step});
        }
        parts.back().append(a + last * step);
        connected = last == 1.0;
    }
    // A line that only touches a corner leaves a part that is a single point.
    std::erase_if(parts, [](const QPolygonF& part) { return !hasLength(part); });
    return parts;
}

QString AxisTicks::text(double value) const {
    if (std::abs(value) < step * 1e-6) {
        return QStringLiteral("0");
    }
    if (step < 1e-4 || std::abs(value) >= 1e6) {
        return withMinusSign(QString::number(value, 'g', 4));
    }
    const int decimals = std::max(0, static_cast<int>(std::ceil(-std::log10(step) - 1e-9)));
    return withMinusSign(QString::number(value, 'f', decimals));
}

AxisTicks niceTicks(double low, double high, int wanted) {
    AxisTicks ticks;
    const double range = high - low;
    if (!(range > 0.0) || !std::isfinite(range) || wanted < 1) {
        return ticks;
    }
    const double raw = range / wanted;
    const double power = std::pow(10.0, std::floor(std::log10(raw)));
    ticks.step = 10.0 * power;
    for (double factor : {1.0, 2.0, 5.0}) {
        if (factor * power >= raw * (1.0 - 1e-9)) {
            ticks.step = factor * power;
            break;
        }
    }
    const auto count = [low, high](double step) {
        return std::floor(high / step + 1e-9) - std::ceil(low / step - 1e-9) + 1.0;
    };
    // One number says nothing about the scale: then the widest step that shows two of them.
    for (double factor : {5.0, 4.0, 2.0, 1.0, 0.5, 0.4, 0.2, 0.1}) {
        if (count(ticks.step) >= 2.0) {
            break;
        }
        ticks.step = std::min(ticks.step, factor * power);
    }
    const double first = std::ceil(low / ticks.step - 1e-9), last = std::floor(high / ticks.step + 1e-9);
    for (double index = first; index <= last; index += 1.0) {
        ticks.values.push_back(index * ticks.step);
    }
    return ticks;
}

QString axisTitle(const std::string& name) {
    QString text = QString::fromStdString(name);
    const bool indexed = text.size() > 1 && text.at(0) == QLatin1Char('z') &&
                         std::all_of(text.begin() + 1, text.end(), [](QChar c) { return c.isDigit(); });
    if (indexed) {
        for (qsizetype i = 1; i < text.size(); ++i) {
            text[i] = QChar(0x2080 + text.at(i).digitValue());
        }
    }
    return text;
}

}  // namespace elbo
