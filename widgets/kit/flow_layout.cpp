#include "widgets/kit/flow_layout.h"

#include <QWidget>
#include <algorithm>
#include <vector>

namespace elbo {

FlowLayout::~FlowLayout() {
    qDeleteAll(items_);
}

QLayoutItem* FlowLayout::takeAt(int index) {
    return index >= 0 && index < items_.size() ? items_.takeAt(index) : nullptr;
}

int FlowLayout::heightForWidth(int width) const {
    return arrange(QRect(0, 0, width, 0), false);
}

QSize FlowLayout::minimumSize() const {
    QSize size;
    for (const QLayoutItem* item : items_) {
        size = item->isEmpty() ? size : size.expandedTo(item->minimumSize());
    }
    return size.grownBy(contentsMargins());
}

QSize FlowLayout::sizeHint() const {
    int width = 0;
    for (const QLayoutItem* item : items_) {
        width += item->isEmpty() ? 0 : item->sizeHint().width() + std::max(0, spacing());
    }
    const QMargins margins = contentsMargins();
    width += margins.left() + margins.right();
    return {width, heightForWidth(width)};
}

void FlowLayout::setGeometry(const QRect& area) {
    QLayout::setGeometry(area);
    arrange(area, true);
}

int FlowLayout::arrange(const QRect& area, bool place) const {
    const QRect inside = area.marginsRemoved(contentsMargins());
    const int gap = std::max(0, spacing());
    int x = inside.left(), y = inside.top(), rowHeight = 0;
    struct Spot {
        QLayoutItem* item;
        QRect area;
        bool right;
    };
    std::vector<Spot> row;
    const auto finishRow = [&] {
        const int spare = inside.right() + 1 - (x - gap);
        for (const Spot& spot : row) {
            if (place) {
                const int shift = spot.right ? std::max(0, spare) : 0;
                spot.item->setGeometry(spot.area.translated(shift, (rowHeight - spot.area.height()) / 2));
            }
        }
        row.clear();
    };
    for (int i = 0; i < static_cast<int>(items_.size()); ++i) {
        QLayoutItem* item = items_[i];
        if (item->isEmpty()) {
            continue;
        }
        const QSize hint = item->sizeHint();
        const QSize size(std::min(hint.width(), std::max(item->minimumSize().width(), inside.width())), hint.height());
        if (!row.empty() && x + size.width() > inside.right() + 1) {
            finishRow();
            x = inside.left();
            y += rowHeight + gap;
            rowHeight = 0;
        }
        row.push_back({item, QRect(QPoint(x, y), size), i >= rightFrom_});
        x += size.width() + gap;
        rowHeight = std::max(rowHeight, size.height());
    }
    finishRow();
    return y + rowHeight - area.top() + contentsMargins().bottom();
}

}  // namespace elbo
