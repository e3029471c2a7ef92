#include "widgets/paint/line_label.h"

#include <QPainter>
#include <QTransform>
#include <algorithm>

namespace elbo {
namespace {

LineLabel labelAt(const QLineF& line, double share, const QSizeF& text, bool above) {
    LineLabel label;
    label.anchor = line.pointAt(share);
    label.angle = -line.angle();
    if (label.angle < -90.0) {
        label.angle += 360.0;
    }
    label.box = QRectF(-0.5 * text.width(), (above ? -1.1 : 0.1) * text.height(), text.width(), text.height());
    QTransform turn;
    turn.translate(label.anchor.x(), label.anchor.y());
    turn.rotate(label.angle);
    label.bounds = turn.mapRect(label.box);
    return label;
}

}  // namespace

std::optional<LineLabel> placeAlong(const QLineF& line, const QSizeF& text, bool above, const QRectF& frame,
                                    const std::vector<QRectF>& taken) {
    constexpr int kPlaces = 12;
    if (line.length() < text.width() * 1.2) {
        return std::nullopt;
    }
    const double half = 0.55 * text.width() / line.length();
    for (int place = 0; place <= kPlaces; ++place) {
        const double share = 1.0 - half - (1.0 - 2.0 * half) * place / kPlaces;
        const LineLabel label = labelAt(line, share, text, above);
        const bool free =
            std::none_of(taken.begin(), taken.end(), [&](const QRectF& r) { return r.intersects(label.bounds); });
        if (free && frame.contains(label.bounds)) {
            return label;
        }
    }
    return std::nullopt;
}

void drawLabel(QPainter& painter, const LineLabel& label, const QString& text) {
    painter.save();
    painter.translate(label.anchor);
    painter.rotate(label.angle);
    painter.drawText(label.box, Qt::AlignCenter | Qt::TextDontClip, text);
    painter.restore();
}

}  // namespace elbo
