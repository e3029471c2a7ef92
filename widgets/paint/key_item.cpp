#include "widgets/paint/key_item.h"

#include <algorithm>

#include "widgets/kit/numbers.h"

namespace elbo {
namespace {

constexpr int kRampSteps = 24;

}  // namespace

Key rampKey(const Theme& theme, const FleetOrder& order) {
    Key key;
    key.mark = Key::Mark::Ramp;
    for (int i = 0; i < kRampSteps; ++i) {
        key.ramp.push_back(theme.sweep(static_cast<double>(i) / (kRampSteps - 1)));
    }
    const QString low = weightText(order.low), high = weightText(order.high);
    key.text = QStringLiteral("%1 %2 to %3").arg(order.symbol, low, high).replace(QLatin1Char(' '), QChar(0x00a0));
    key.explanation = QStringLiteral("The members of the fleet are coloured by their weight %1, from %2 to %3.")
                          .arg(order.symbol, low, high);
    return key;
}

KeyItem::KeyItem(QCPLegend* legend, Key key, const Theme& theme) : QCPAbstractLegendItem(legend), key_(std::move(key)) {
    setFont(theme.font(0.85));
    setTextColor(theme.text);
}

QSize KeyItem::icon() const {
    const QSize size = mParentLegend->iconSize();
    return key_.mark == Key::Mark::Ramp ? QSize(2 * size.width(), size.height()) : size;
}

void KeyItem::draw(QCPPainter* painter) {
    const QRectF box(mRect.left(), mRect.top(), icon().width(), mRect.height());
    const double middle = box.center().y() + 0.5;
    painter->setAntialiasing(key_.mark != Key::Mark::Ramp);
    switch (key_.mark) {
        case Key::Mark::Stroke:
            painter->setPen(key_.pen);
            painter->drawLine(QLineF(box.left(), middle, box.right(), middle));
            break;
        case Key::Mark::Dot: {
            const double radius = 0.4 * icon().height();
            painter->setPen(Qt::NoPen);
            painter->setBrush(key_.pen.color());
            painter->drawEllipse(QPointF(box.center().x(), middle), radius, radius);
            break;
        }
        case Key::Mark::Diamond: {
            const QPointF centre(box.center().x(), middle);
            const double half = 0.45 * icon().height();
            painter->setPen(key_.pen);
            painter->setBrush(Qt::NoBrush);
            painter->drawPolygon(QPolygonF({centre + QPointF(half, 0), centre + QPointF(0, half),
                                            centre - QPointF(half, 0), centre - QPointF(0, half)}));
            break;
        }
        case Key::Mark::Ramp: {
            const double height = 0.7 * icon().height();
            const double width = box.width() / static_cast<double>(std::max<std::size_t>(1, key_.ramp.size()));
            for (std::size_t i = 0; i < key_.ramp.size(); ++i) {
                // Overlapping by a part of a pixel: no seams at any scale.
                painter->fillRect(QRectF(box.left() + static_cast<double>(i) * width, middle - height / 2.0,
                                         std::min(width + 0.5, box.right() - box.left()), height),
                                  key_.ramp[i]);
            }
            break;
        }
    }
    painter->setFont(font());
    painter->setPen(textColor());
    painter->drawText(mRect.adjusted(icon().width() + mParentLegend->iconTextPadding(), 0, 0, 0),
                      Qt::AlignLeft | Qt::AlignVCenter | Qt::TextDontClip, key_.text);
}

QSize KeyItem::minimumOuterSizeHint() const {
    const QFontMetrics metrics(font());
    return {icon().width() + mParentLegend->iconTextPadding() + metrics.horizontalAdvance(key_.text) + 2,
            std::max(metrics.height(), icon().height()) + 4};
}

QSize KeyItem::maximumOuterSizeHint() const {
    return minimumOuterSizeHint() + QSize(8, 0);
}

const Key* keyAt(const QCPLegend& legend, const QPointF& position) {
    if (!legend.visible()) {
        return nullptr;
    }
    for (int i = 0; i < legend.itemCount(); ++i) {
        const auto* item = qobject_cast<const KeyItem*>(legend.item(i));
        if (item != nullptr && item->outerRect().contains(position.toPoint())) {
            return &item->key();
        }
    }
    return nullptr;
}

}  // namespace elbo
