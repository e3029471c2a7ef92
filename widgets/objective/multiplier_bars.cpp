#include "widgets/objective/multiplier_bars.h"

#include <QFontMetrics>
#include <QPainter>
#include <algorithm>
#include <cmath>

#include "widgets/kit/numbers.h"
#include "widgets/paint/symbol_text.h"

namespace elbo {
namespace {

/// A multiplier of 0 as lower bound has no logarithm: the scale then begins this much below the upper one.
constexpr double kDecades = 6.0;

}  // namespace

std::vector<MultiplierBar> multiplierBars(const ConstraintSpec& constraints, const Report& report, int member) {
    const double rate = measuredValue(report, "rate", member);
    const double distortion = measuredValue(report, "distortion", member);
    const double divergence = measuredValue(report, "marginal_divergence", member);
    std::vector<MultiplierBar> bars;
    if (constraints.rateAtLeast) {
        bars.push_back({QString::fromUtf8("\u03bc_R"),
                        QString::fromUtf8("R \u2265 %1").arg(weightText(*constraints.rateAtLeast)),
                        report.value("multiplier_rate", member), rate < *constraints.rateAtLeast});
    }
    if (constraints.negativeElboAtMost) {
        bars.push_back({QString::fromUtf8("\u03bc_e"),
                        QString::fromUtf8("D + R \u2264 %1").arg(weightText(*constraints.negativeElboAtMost)),
                        report.value("multiplier_elbo", member), distortion + rate > *constraints.negativeElboAtMost});
    }
    if (constraints.divergenceAtMost) {
        bars.push_back({QString::fromUtf8("\u03bc_\u0394"),
                        QString::fromUtf8("\u0394 \u2264 %1").arg(weightText(*constraints.divergenceAtMost)),
                        report.value("multiplier_divergence", member), divergence > *constraints.divergenceAtMost});
    }
    return bars;
}

double multiplierPlace(double value, double least, double most) {
    const double low = least > 0.0 ? std::log10(least) : std::log10(most) - kDecades;
    const double high = std::log10(most);
    if (!(value > 0.0) || !(high > low)) {
        return value > 0.0 ? 1.0 : 0.0;
    }
    return std::clamp((std::log10(value) - low) / (high - low), 0.0, 1.0);
}

MultiplierBars::MultiplierBars(QWidget* parent) : QWidget(parent) {
    setObjectName("multipliers");
    setToolTip(
        "The multiplier of each bound, learned while the model trains: it grows as long as the bound is broken and "
        "falls while it is kept. The scale is logarithmic and ends where the experiment bounds the multipliers.");
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    adapt();
}

void MultiplierBars::setConstraints(const ConstraintSpec& constraints) {
    if (constraints != constraints_) {
        constraints_ = constraints;
        bars_ = multiplierBars(constraints_, Report{}, 0);
        adapt();
    }
}

void MultiplierBars::showReport(const Report& report, int member) {
    bars_ = multiplierBars(constraints_, report, member);
    update();
}

void MultiplierBars::setTheme(const Theme& theme) {
    theme_ = theme;
    adapt();
}

int MultiplierBars::rowHeight() const {
    return QFontMetrics(theme_.font(0.9)).lineSpacing() + 6;
}

void MultiplierBars::adapt() {
    setFixedHeight(static_cast<int>(bars_.size()) * rowHeight());
    setVisible(!bars_.empty());
    update();
}

void MultiplierBars::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QFont font = theme_.font(0.9);
    painter.setFont(font);
    // Columns of fixed width, so that nothing moves but the handles.
    const int symbol = static_cast<int>(symbolTextWidth(QString::fromUtf8("\u03bc_M"), font, this)) + 6;
    const int number = painter.fontMetrics().horizontalAdvance("0.0000") + 4;
    int constraint = 0;
    for (const MultiplierBar& bar : bars_) {
        constraint = std::max(constraint, painter.fontMetrics().horizontalAdvance(bar.constraint) + 8);
    }
    const int height = rowHeight();
    const QRectF track(symbol, 0, std::max(10, width() - symbol - number - constraint), height);
    double top = 0.0;
    for (const MultiplierBar& bar : bars_) {
        painter.setPen(theme_.text);
        paintSymbolText(painter, QRectF(3, top, symbol, height), bar.symbol);
        const double middle = top + height / 2.0;
        const double place = multiplierPlace(bar.value, constraints_.least, constraints_.most);
        const double x = track.left() + 5 + place * (track.width() - 10);
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme_.border);
        painter.drawRoundedRect(QRectF(track.left(), middle - 2, track.width(), 4), 2, 2);
        if (!std::isnan(bar.value)) {
            painter.setBrush(bar.broken ? theme_.warning : theme_.accent);
            painter.drawRoundedRect(QRectF(track.left(), middle - 2, x - track.left(), 4), 2, 2);
            painter.drawEllipse(QPointF(x, middle), 5, 5);
        }
        painter.setPen(theme_.text);
        painter.drawText(QRectF(track.right(), top, number, height), Qt::AlignRight | Qt::AlignVCenter,
                         numberText(bar.value));
        painter.setPen(bar.broken ? theme_.warning : theme_.mutedText);
        painter.drawText(QRectF(track.right() + number, top, constraint, height), Qt::AlignRight | Qt::AlignVCenter,
                         bar.constraint);
        top += height;
    }
}

}  // namespace elbo
