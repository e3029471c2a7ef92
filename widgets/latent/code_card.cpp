#include "widgets/latent/code_card.h"

#include <QFontMetricsF>
#include <algorithm>
#include <cmath>

#include "widgets/kit/numbers.h"
#include "widgets/paint/axes_painter.h"
#include "widgets/paint/raster.h"

namespace elbo {
namespace {

constexpr double kCardScale = 0.9;  // of the base font
constexpr std::size_t kNumbersShown = 3;

QString vectorText(const std::vector<float>& values) {
    QStringList numbers;
    for (std::size_t i = 0; i < std::min(values.size(), kNumbersShown); ++i) {
        numbers << numberText(values[i]);
    }
    if (values.size() > kNumbersShown) {
        numbers << QStringLiteral("…");
    }
    return values.size() == 1 ? numbers.first() : QStringLiteral("(%1)").arg(numbers.join(QStringLiteral(", ")));
}

}  // namespace

CodeCard describeCode(const LatentScene& scene, std::uint64_t id, bool pinned, double x, double y, const Probe* probe) {
    CodeCard card;
    card.id = id;
    card.pinned = pinned;
    card.x = x;
    // On a line the card hangs on the curve of q(z).
    card.y = scene.oneDimensional() ? densityAt(scene.posterior, x, 0.0) : y;
    // In one and two dimensions the point is the code; in more it is what the plane shows of it.
    if (scene.oneDimensional()) {
        card.lines << QStringLiteral("z = %1").arg(numberText(x));
    } else if (scene.latentDim == 2) {
        card.lines << QStringLiteral("z = (%1, %2)").arg(numberText(x), numberText(y));
    } else {
        card.lines << QStringLiteral("(%1, %2)").arg(numberText(x), numberText(y));
    }
    card.lines << QStringLiteral("q(z) = %1").arg(numberText(densityAt(scene.posterior, x, y)))
               << QStringLiteral("p(z) = %1").arg(numberText(densityAt(scene.prior, x, y)));
    if (probe != nullptr) {
        if (holdsImages(probe->decoded)) {
            card.image = stripImage(probe->decoded, 0);
        } else if (!probe->decoded.pixels.empty()) {
            card.lines << QStringLiteral("x = %1").arg(vectorText(probe->decoded.pixels));
        }
    }
    return card;
}

double cardImageSide(const Theme& theme, const QPaintDevice* device) {
    return 6.5 * lineHeight(theme, device);
}

QSizeF cardImageSize(const QImage& image, double side) {
    if (image.isNull()) {
        return {};
    }
    const double scale = std::max(1.0, std::round(side / std::max(image.width(), image.height())));
    return QSizeF(image.size()) * scale;
}

QSizeF cardSize(const CodeCard& card, const Theme& theme, const QPaintDevice* device) {
    const QFontMetricsF metrics(textFont(theme, kCardScale), device);
    const double gap = standardGap(theme, device) * 1.4;
    const QSizeF image = cardImageSize(card.image, cardImageSide(theme, device));
    double width = image.width();
    for (const QString& line : card.lines) {
        width = std::max(width, metrics.horizontalAdvance(line));
    }
    width += card.pinned && card.image.isNull() ? metrics.height() : 0.0;
    const double height =
        metrics.height() * static_cast<double>(card.lines.size()) + (image.isEmpty() ? 0.0 : image.height() + gap);
    return {std::ceil(width + 2.0 * gap), std::ceil(height + 2.0 * gap)};
}

std::vector<QRectF> placeCards(const std::vector<CodeCard>& cards, const std::vector<QSizeF>& sizes,
                               const PlaneMap& map, double distance) {
    std::vector<QRectF> placed;
    for (std::size_t i = 0; i < cards.size(); ++i) {
        const QPointF anchor = map.toPixel(cards[i].x, cards[i].y);
        const QSizeF& size = sizes[i];
        const auto inside = [&map](QRectF spot) {
            spot.moveLeft(
                std::clamp(spot.left(), map.area.left(), std::max(map.area.left(), map.area.right() - spot.width())));
            spot.moveTop(
                std::clamp(spot.top(), map.area.top(), std::max(map.area.top(), map.area.bottom() - spot.height())));
            return QRectF(QPointF(std::round(spot.left()), std::round(spot.top())), spot.size());
        };
        QRectF best;
        double leastHidden = -1.0;
        // Upper right first, then the other corners; the first one that hides neither a card nor its own code wins.
        for (const auto& [right, up] : {std::pair{1, 1}, {1, 0}, {0, 1}, {0, 0}}) {
            const QRectF spot =
                inside(QRectF(QPointF(right ? anchor.x() + distance : anchor.x() - distance - size.width(),
                                      up ? anchor.y() - distance - size.height() : anchor.y() + distance),
                              size));
            double hidden = spot.contains(anchor) ? size.width() * size.height() : 0.0;
            for (const QRectF& other : placed) {
                const QRectF shared = spot & other;
                hidden += shared.width() * shared.height();
            }
            if (leastHidden < 0.0 || hidden < leastHidden) {
                best = spot;
                leastHidden = hidden;
            }
        }
        placed.push_back(best);
    }
    return placed;
}

QRectF cardCloseArea(const QRectF& card, const Theme& theme, const QPaintDevice* device) {
    const double side = lineHeight(theme, device);
    return QRectF(card.right() - side, card.top(), side, side);
}

std::vector<QRectF> cardAreas(const std::vector<CodeCard>& cards, const PlaneMap& map, const Theme& theme,
                              const QPaintDevice* device) {
    std::vector<QSizeF> sizes;
    sizes.reserve(cards.size());
    for (const CodeCard& card : cards) {
        sizes.push_back(cardSize(card, theme, device));
    }
    return placeCards(cards, sizes, map, lineHeight(theme, device) * 0.8);
}

void paintCards(QPainter& painter, const std::vector<CodeCard>& cards, const PlaneMap& map, const Theme& theme) {
    const QPaintDevice* device = painter.device();
    const QFont font = textFont(theme, kCardScale);
    const QFontMetricsF metrics(font, device);
    const double gap = standardGap(theme, device) * 1.4;
    const std::vector<QRectF> areas = cardAreas(cards, map, theme, device);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    for (std::size_t i = 0; i < cards.size(); ++i) {
        const CodeCard& card = cards[i];
        const QRectF& area = areas[i];
        const QPointF anchor = map.toPixel(card.x, card.y);
        painter.setPen(QPen(theme.text, theme.lineWidth * 0.7));
        painter.setBrush(Qt::NoBrush);
        if (map.area.contains(anchor)) {
            const QPointF near(std::clamp(anchor.x(), area.left(), area.right()),
                               std::clamp(anchor.y(), area.top(), area.bottom()));
            painter.drawLine(anchor, near);
            painter.setBrush(theme.panel);
            painter.drawEllipse(anchor, gap * 0.6, gap * 0.6);
        }
        QColor ground = theme.panel;
        ground.setAlphaF(0.94F);
        painter.setPen(QPen(card.pinned ? theme.accent : theme.border, std::max(1.0, theme.lineWidth * 0.7)));
        painter.setBrush(ground);
        painter.drawRoundedRect(area, gap * 0.6, gap * 0.6);

        double y = area.top() + gap;
        if (!card.image.isNull()) {
            const QSizeF size = cardImageSize(card.image, cardImageSide(theme, device));
            painter.setRenderHint(QPainter::SmoothPixmapTransform, false);
            painter.drawImage(QRectF(QPointF(area.center().x() - size.width() / 2.0, y), size), card.image);
            y += size.height() + gap;
        }
        painter.setFont(font);
        painter.setPen(theme.text);
        for (const QString& line : card.lines) {
            painter.drawText(QRectF(area.left() + gap, y, area.width() - 2.0 * gap, metrics.height()),
                             Qt::AlignLeft | Qt::AlignVCenter | Qt::TextDontClip, line);
            y += metrics.height();
        }
        if (card.pinned) {
            const QRectF close = cardCloseArea(area, theme, device);
            const double reach = close.width() * 0.18;
            painter.setPen(Qt::NoPen);
            painter.setBrush(ground);
            painter.drawEllipse(close.center(), reach * 1.9, reach * 1.9);
            painter.setPen(QPen(theme.text, theme.lineWidth));
            painter.drawLine(close.center() - QPointF(reach, reach), close.center() + QPointF(reach, reach));
            painter.drawLine(close.center() - QPointF(reach, -reach), close.center() + QPointF(reach, -reach));
        }
    }
    painter.restore();
}

void paintCrosshair(QPainter& painter, const PlaneMap& map, const std::optional<QPointF>& point, const Theme& theme) {
    if (!point) {
        return;
    }
    const QPointF pixel = map.toPixel(*point);
    if (!map.area.contains(pixel)) {
        return;
    }
    const double reach = lineHeight(theme, painter.device()) * 0.4;
    painter.setPen(QPen(theme.text, theme.lineWidth * 0.7));
    painter.drawLine(pixel - QPointF(reach, 0.0), pixel + QPointF(reach, 0.0));
    painter.drawLine(pixel - QPointF(0.0, reach), pixel + QPointF(0.0, reach));
}

}  // namespace elbo
