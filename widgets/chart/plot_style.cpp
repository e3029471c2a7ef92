#include "widgets/chart/plot_style.h"

#include <cmath>

namespace elbo {
namespace {

/// Tick labels with a real minus sign and no exponent for everyday numbers.
class PlainTicker : public QCPAxisTicker {
  protected:
    QString getTickLabel(double tick, const QLocale& locale, QChar format, int precision) override {
        // A tick that should be zero comes out as 1e-17 of the step.
        const double value = std::abs(tick) < 1e-9 * lastStep_ ? 0.0 : tick;
        return QCPAxisTicker::getTickLabel(value, locale, format, precision).replace('-', QChar(0x2212));
    }
    double getTickStep(const QCPRange& range) override {
        lastStep_ = QCPAxisTicker::getTickStep(range);
        // One number says nothing about the scale.
        const auto ticks = [&](double step) {
            return std::floor(range.upper / step + 1e-9) - std::ceil(range.lower / step - 1e-9) + 1.0;
        };
        while (range.size() > 0.0 && lastStep_ > 0.0 && ticks(lastStep_) < 2.0) {
            lastStep_ /= 2.0;
        }
        return lastStep_;
    }

  private:
    double lastStep_ = 1.0;
};

void styleAxis(QCPAxis* axis, const Theme& theme) {
    axis->setBasePen(QPen(theme.border, theme.paper ? 0.5 : 1.0));
    axis->setTickPen(QPen(theme.border, theme.paper ? 0.5 : 1.0));
    axis->setSubTickPen(Qt::NoPen);
    axis->setSubTicks(false);
    axis->setTickLength(0, theme.paper ? 2 : 4);
    axis->setTickLabelColor(theme.mutedText);
    axis->setTickLabelFont(theme.font(0.85));
    axis->setTickLabelPadding(theme.paper ? 2 : 4);
    axis->setLabelColor(theme.text);
    axis->setLabelFont(theme.font(theme.paper ? 1.0 : 0.95));
    axis->setLabelPadding(theme.paper ? 1 : 3);
    axis->setNumberFormat("gbc");
    axis->setNumberPrecision(6);
    axis->grid()->setPen(theme.paper ? QPen(Qt::NoPen) : QPen(theme.grid, 1.0));
    axis->grid()->setZeroLinePen(Qt::NoPen);
    axis->grid()->setSubGridVisible(false);
    if (qSharedPointerDynamicCast<PlainTicker>(axis->ticker()).isNull() &&
        qSharedPointerDynamicCast<QCPAxisTickerLog>(axis->ticker()).isNull()) {
        QSharedPointer<QCPAxisTicker> ticker(new PlainTicker);
        ticker->setTickCount(5);
        axis->setTicker(ticker);
    }
}

}  // namespace

void styleAxes(QCPAxisRect& rect, const Theme& theme, bool labelledX, bool labelledY) {
    rect.setupFullAxesBox(false);
    for (QCPAxis* axis : rect.axes()) {
        styleAxis(axis, theme);
    }
    for (const auto type : {QCPAxis::atTop, QCPAxis::atRight}) {
        rect.axis(type)->setVisible(false);
    }
    rect.setBackground(QBrush(theme.panel));
    const QFontMetrics ticks(theme.font(0.85));
    const QFontMetrics label(theme.font(theme.paper ? 1.0 : 0.95));
    const int gap = theme.paper ? 5 : 10;
    const int left =
        ticks.horizontalAdvance(QString(QChar(0x2212)) + "000.0") + gap + (labelledY ? label.height() + gap / 2 : 0);
    const int bottom = ticks.height() + gap + (labelledX ? label.height() + gap / 4 : 0);
    rect.setAutoMargins(QCP::msNone);
    rect.setMargins(QMargins(left, gap, gap + ticks.horizontalAdvance("00"), bottom));
}

void styleLegend(QCPLegend& legend, const Theme& theme) {
    QColor ground = theme.panel;
    ground.setAlphaF(theme.paper ? 1.0f : 0.85f);
    legend.setBrush(ground);
    legend.setBorderPen(Qt::NoPen);
    legend.setFont(theme.font(0.85));
    legend.setTextColor(theme.text);
    const int line = QFontMetrics(theme.font(0.85)).ascent();
    legend.setIconSize(theme.paper ? QSize(12, 6) : QSize(2 * line, line));
    legend.setIconTextPadding(theme.paper ? 3 : 6);
    legend.setMargins(theme.paper ? QMargins(2, 1, 2, 1) : QMargins(6, 4, 6, 4));
    legend.setRowSpacing(theme.paper ? 0 : 1);
    legend.setColumnSpacing(theme.paper ? 6 : 12);
}

QPen curvePen(const Theme& theme, const QColor& colour, double widthFactor, Qt::PenStyle style) {
    // Round joins look the same on lines this thin and took an eighth of the GUI thread on the screen.
    QPen pen(colour, theme.lineWidth * widthFactor, style, Qt::FlatCap, theme.paper ? Qt::RoundJoin : Qt::BevelJoin);
    if (style == Qt::DashLine) {
        pen.setDashPattern({4.0, 2.5});
    }
    return pen;
}

void renderPlot(QCustomPlot& plot, QCPPainter& painter, const QRectF& area) {
    painter.save();
    painter.translate(area.topLeft());
    painter.setRenderHint(QPainter::Antialiasing);
    plot.toPainter(&painter, static_cast<int>(std::lround(area.width())), static_cast<int>(std::lround(area.height())));
    painter.restore();
}

PaintedItem::PaintedItem(QCustomPlot* plot, const QString& layer, std::function<void(QCPPainter*)> paint)
    : QCPAbstractItem(plot), paint_(std::move(paint)) {
    setLayer(layer);
    setSelectable(false);
    setClipToAxisRect(true);
}

double PaintedItem::selectTest(const QPointF&, bool, QVariant*) const {
    return -1.0;
}

void PaintedItem::draw(QCPPainter* painter) {
    paint_(painter);
}

}  // namespace elbo
