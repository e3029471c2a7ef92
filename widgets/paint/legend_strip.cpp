#include "widgets/paint/legend_strip.h"

#include <cmath>

namespace elbo {
namespace {

constexpr int kMostRows = 6;
constexpr int kSide = 8;  // pixels left and right

}  // namespace

void LegendStrip::setEntries(const std::vector<LegendEntry>& entries, const Theme& theme) {
    entries_ = entries;
    theme_ = theme;
    fitHeight();
    update();
}

void LegendStrip::fitHeight() {
    const int rows = legendRows(entries_, width() - 2 * kSide, kMostRows, theme_, this);
    const int height = static_cast<int>(std::ceil(rows * lineHeight(theme_, this, 0.9))) + 2;
    if (height != minimumHeight()) {
        setFixedHeight(height);
    }
}

void LegendStrip::resizeEvent(QResizeEvent*) {
    fitHeight();
}

void LegendStrip::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    paintLegend(painter, QRectF(rect()).adjusted(kSide, 0, -kSide, 0), entries_, theme_);
}

}  // namespace elbo
