#include "widgets/chart/plot_style.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace elbo {
namespace {

constexpr double kLabelGap = 0.6;  ///< between two labels, of the height of a line

/// Whether the labels of two ticks leave a gap between them.
bool labelsApart(const QCPAxis& axis, double a, const QString& labelA, double b, const QString& labelB) {
    const QFontMetricsF metrics(axis.tickLabelFont());
    const bool level = axis.orientation() == Qt::Horizontal;
    const double gap = kLabelGap * metrics.height();
    const auto reach = [&](const QString& label) {
        return (level ? metrics.horizontalAdvance(label) + gap : metrics.height()) / 2.0;
    };
    return std::abs(axis.coordToPixel(a) - axis.coordToPixel(b)) >= reach(labelA) + reach(labelB);
}

/// The ticks, of which every n-th stays: the first n at which no label touches the next one. Which ones stay depends on
/// the numbers, not on where the window of the axis begins, so that they do not change while it moves.
void thinOut(const QCPAxis& axis, QVector<double>& ticks, QVector<QString>& labels) {
    const auto apart = [&](int a, int b) { return labelsApart(axis, ticks[a], labels[a], ticks[b], labels[b]); };
    const int count = static_cast<int>(std::min(ticks.size(), labels.size()));
    const bool linear = axis.scaleType() == QCPAxis::stLinear;
    const double step = count > 1 ? std::abs(ticks[1] - ticks[0]) : 1.0;
    const auto place = [&](int tick) {
        return std::llround(linear ? ticks[tick] / step : std::log10(std::max(ticks[tick], 1e-300)));
    };
    for (int every = 1; every <= count; ++every) {
        std::vector<int> kept;
        bool fits = true;
        for (int tick = 0; tick < count && fits; ++tick) {
            if (place(tick) % every == 0) {
                fits = kept.empty() || apart(kept.back(), tick);
                kept.push_back(tick);
            }
        }
        if (fits && !kept.empty()) {
            QVector<double> keptTicks;
            QVector<QString> keptLabels;
            for (const int tick : kept) {
                keptTicks.append(ticks[tick]);
                keptLabels.append(labels[tick]);
            }
            ticks = keptTicks;
            labels = keptLabels;
            return;
        }
    }
}

/// A ticker whose labels do not touch each other.
template <typename Ticker>
class SparseTicker : public Ticker {
  public:
    explicit SparseTicker(const QCPAxis& axis, bool whole = false) : axis_(axis), whole_(whole) {}

    void generate(const QCPRange& range, const QLocale& locale, QChar format, int precision, QVector<double>& ticks,
                  QVector<double>* subTicks, QVector<QString>* labels) override {
        Ticker::generate(range, locale, format, precision, ticks, subTicks, labels);
        if (labels == nullptr) {
            return;
        }
        for (int tick = static_cast<int>(std::min(ticks.size(), labels->size())) - 1; whole_ && tick >= 0; --tick) {
            if (std::abs(ticks[tick] - std::round(ticks[tick])) > 1e-6) {
                ticks.remove(tick);
                labels->remove(tick);
            }
        }
        thinOut(axis_, ticks, *labels);
        if (ticks.size() < 2 && axis_.scaleType() == QCPAxis::stLinear) {
            takeOutermost(range, locale, format, precision, ticks, *labels);
        }
    }

  private:
    /// One number says nothing about the scale: where there is no room for two neighbours, the lowest and the highest
    /// round number take their place.
    void takeOutermost(const QCPRange& range, const QLocale& locale, QChar format, int precision,
                       QVector<double>& ticks, QVector<QString>& labels) {
        const double step = Ticker::getTickStep(range);
        for (const double parts : {1.0, 2.0, 5.0, 10.0, 20.0}) {
            const double unit = whole_ ? std::max(1.0, std::floor(step / parts)) : step / parts;
            const double low = std::ceil(range.lower / unit - 1e-9) * unit;
            const double high = std::floor(range.upper / unit + 1e-9) * unit;
            const QString lowText = this->getTickLabel(low, locale, format, precision);
            const QString highText = this->getTickLabel(high, locale, format, precision);
            if (high > low && lowText != highText && labelsApart(axis_, low, lowText, high, highText)) {
                ticks = {low, high};
                labels = {lowText, highText};
                return;
            }
        }
    }

    const QCPAxis& axis_;
    const bool whole_;
};

/// Tick labels with a real minus sign and no exponent for everyday numbers.
class PlainTicker : public SparseTicker<QCPAxisTicker> {
  public:
    using SparseTicker<QCPAxisTicker>::SparseTicker;

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
        axis->setTicker(linearTicker(*axis, 5));
    }
}

}  // namespace

QSharedPointer<QCPAxisTicker> linearTicker(const QCPAxis& axis, int count, bool whole) {
    QSharedPointer<QCPAxisTicker> ticker(new PlainTicker(axis, whole));
    ticker->setTickCount(count);
    return ticker;
}

QSharedPointer<QCPAxisTicker> decadeTicker(const QCPAxis& axis, int count) {
    auto* decades = new SparseTicker<QCPAxisTickerLog>(axis);
    decades->setLogBase(10.0);
    decades->setTickCount(count);
    return QSharedPointer<QCPAxisTicker>(decades);
}

void styleAxes(QCPAxisRect& rect, const Theme& theme, bool labelledX, bool labelledY) {
    rect.setupFullAxesBox(false);
    for (QCPAxis* axis : rect.axes()) {
        styleAxis(axis, theme);
    }
    for (const auto type : {QCPAxis::atTop, QCPAxis::atRight}) {
        rect.axis(type)->setVisible(false);
    }
    // On paper the page shows through: a ground of its own would cover the letters below the line of the title above.
    rect.setBackground(theme.paper ? QBrush(Qt::NoBrush) : QBrush(theme.panel));
    const QFontMetrics ticks(theme.font(0.85));
    const QFontMetrics label(theme.font(theme.paper ? 1.0 : 0.95));
    const int gap = theme.paper ? 5 : 10;
    const int left =
        ticks.horizontalAdvance(QString(QChar(0x2212)) + "000.0") + gap + (labelledY ? label.height() + gap / 2 : 0);
    // Small type is higher than whole pixels say.
    const int bottom = ticks.height() + gap + (labelledX ? label.height() + gap / 4 : 0) + (theme.paper ? 2 : 0);
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

void LaidOutPlot::updateLayout() {
    QCustomPlot::updateLayout();
    plotLayout()->update(QCPLayoutElement::upPreparation);
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
