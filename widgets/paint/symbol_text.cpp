#include "widgets/paint/symbol_text.h"

#include <QFontMetricsF>
#include <functional>

namespace elbo {
namespace {

constexpr double kLoweredSize = 0.75;  // of the font
constexpr double kLoweredBy = 0.18;    // of its height

QFont loweredFont(const QFont& font) {
    QFont lowered = font;
    lowered.setPointSizeF(font.pointSizeF() * kLoweredSize);
    return lowered;
}

/// Calls `take` for every run of characters on one level.
void eachRun(const QString& text, const std::function<void(const QString& run, bool lowered)>& take) {
    qsizetype from = 0;
    for (qsizetype at = text.indexOf('_'); at >= 0 && at + 1 < text.size(); at = text.indexOf('_', from)) {
        take(text.mid(from, at - from), false);
        take(text.mid(at + 1, 1), true);
        from = at + 2;
    }
    take(text.mid(from), false);
}

}  // namespace

double symbolTextWidth(const QString& text, const QFont& font, const QPaintDevice* device) {
    const QFontMetricsF plain(font, device), small(loweredFont(font), device);
    double width = 0.0;
    eachRun(text, [&](const QString& run, bool lowered) { width += (lowered ? small : plain).horizontalAdvance(run); });
    return width;
}

void paintSymbolText(QPainter& painter, const QRectF& area, const QString& text) {
    const QFont font = painter.font();
    const QFontMetricsF metrics(font, painter.device());
    const double baseline = area.center().y() + (metrics.ascent() - metrics.descent()) / 2.0;
    double x = area.left();
    eachRun(text, [&](const QString& run, bool lowered) {
        const QFont used = lowered ? loweredFont(font) : font;
        painter.setFont(used);
        if (!run.isEmpty()) {
            painter.drawText(QPointF(x, baseline + (lowered ? kLoweredBy * metrics.height() : 0.0)), run);
        }
        x += QFontMetricsF(used, painter.device()).horizontalAdvance(run);
    });
    painter.setFont(font);
}

}  // namespace elbo
