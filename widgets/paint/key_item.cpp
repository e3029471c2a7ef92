#include "widgets/paint/key_item.h"

#include <algorithm>

#include "widgets/chart/plot_style.h"
#include "widgets/kit/numbers.h"

namespace elbo {
namespace {

constexpr int kRampSteps = 24;
constexpr int kRoomAround = 4;       ///< above and below an entry, together
constexpr float kFaintLine = 0.45f;  ///< opacity of the line that a tick stands across

QSize iconOf(const Key& key, const QSize& size) {
    return key.mark == Key::Mark::Ramp ? QSize(2 * size.width(), size.height()) : size;
}

QSize sizeOf(const Key& key, const QFont& font, const QCPLegend& legend) {
    const QFontMetrics metrics(font);
    const QSize icon = iconOf(key, legend.iconSize());
    return {icon.width() + legend.iconTextPadding() + metrics.horizontalAdvance(key.text) + 2,
            std::max(metrics.height(), icon.height()) + kRoomAround};
}

/// The entries in a row: as many as fit, each column as wide as its widest entry.
int columnsOf(const std::vector<Key>& keys, const QFont& font, const QCPLegend& legend, int width) {
    const int room = width - legend.margins().left() - legend.margins().right();
    for (int columns = static_cast<int>(keys.size()); columns > 1; --columns) {
        std::vector<int> widths(static_cast<std::size_t>(columns), 0);
        for (std::size_t i = 0; i < keys.size(); ++i) {
            int& widest = widths[i % widths.size()];
            widest = std::max(widest, sizeOf(keys[i], font, legend).width());
        }
        int total = (columns - 1) * legend.columnSpacing();
        for (const int one : widths) {
            total += one;
        }
        if (total <= room) {
            return columns;
        }
    }
    return 1;
}

int rowHeight(const std::vector<Key>& keys, const QFont& font, const QCPLegend& legend) {
    return keys.empty() ? 0 : sizeOf(keys.front(), font, legend).height() + legend.rowSpacing();
}

void fill(QCPLegend& legend, const std::vector<Key>& keys, std::size_t count, const Theme& theme) {
    for (std::size_t i = 0; i < count; ++i) {
        legend.addItem(new KeyItem(&legend, keys[i], theme));
    }
    legend.setVisible(count > 0);
}

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
    return iconOf(key_, mParentLegend->iconSize());
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
        case Key::Mark::Tick: {
            QPen line = key_.pen;
            QColor faint = line.color();
            faint.setAlphaF(kFaintLine);
            line.setColor(faint);
            painter->setPen(line);
            painter->drawLine(QLineF(box.left(), middle, box.right(), middle));
            const double half = 0.45 * icon().height();
            painter->setPen(key_.pen);
            painter->drawLine(QLineF(box.center().x(), middle - half, box.center().x(), middle + half));
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
    return sizeOf(key_, font(), *mParentLegend);
}

QSize KeyItem::maximumOuterSizeHint() const {
    return minimumOuterSizeHint() + QSize(8, 0);
}

QCPLegend* addLegendBelow(QCustomPlot& plot) {
    QCPLayoutGrid& layout = *plot.plotLayout();
    auto* row = new QCPLayoutGrid;
    layout.addElement(layout.rowCount(), 0, row);
    auto* legend = new QCPLegend;
    row->addElement(0, 0, legend);
    row->addElement(0, 1, new QCPLayoutElement(&plot));  // takes the width that the entries do not need
    row->setColumnSpacing(0);
    layout.setRowStretchFactor(layout.rowCount() - 1, 1e-4);
    layout.setRowSpacing(0);
    legend->setLayer("legend");
    legend->setFillOrder(QCPLayoutGrid::foColumnsFirst);
    return legend;
}

void listInColumn(QCPLegend& legend, const std::vector<Key>& keys, const Theme& theme) {
    legend.clearItems();
    styleLegend(legend, theme);
    fill(legend, keys, keys.size(), theme);
}

void listInRows(QCPLegend& legend, const std::vector<Key>& keys, const Theme& theme, int width, int mostHeight) {
    legend.clearItems();
    styleLegend(legend, theme);
    const QFont font = theme.font(0.85);
    const int columns = columnsOf(keys, font, legend, width);
    const int margins = legend.margins().top() + legend.margins().bottom();
    const int rows = keys.empty() ? 0 : std::max(0, (mostHeight - margins) / rowHeight(keys, font, legend));
    legend.setWrap(columns);
    fill(legend, keys, std::min(keys.size(), static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns)),
         theme);
    if (legend.itemCount() == 0) {
        legend.setMargins(QMargins());  // nothing needs no room
    }
}

int heightInRows(const std::vector<Key>& keys, const Theme& theme, int width) {
    if (keys.empty()) {
        return 0;
    }
    QCPLegend legend;
    styleLegend(legend, theme);
    const QFont font = theme.font(0.85);
    const int columns = columnsOf(keys, font, legend, width);
    const int rows = (static_cast<int>(keys.size()) + columns - 1) / columns;
    return rows * rowHeight(keys, font, legend) + legend.margins().top() + legend.margins().bottom();
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
