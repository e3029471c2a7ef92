#include "widgets/rate_distortion/sweep_plane_widget.h"

#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>
#include <cmath>

#include "widgets/kit/numbers.h"

namespace elbo {

SweepPlaneWidget::SweepPlaneWidget(QWidget* parent) : QWidget(parent) {
    setMouseTracking(true);
    setAccessibleName("Plane of the sweep");
}

void SweepPlaneWidget::setTheme(const Theme& theme) {
    theme_ = theme;
    const int line = QFontMetrics(theme.font()).height();
    setMinimumSize(8 * line, 5 * line);
    update();
}

void SweepPlaneWidget::setPlane(const SweepPlane& plane, PlaneAxes axes) {
    plane_ = plane;
    axes_ = axes;
    update();
}

PlanePanel SweepPlaneWidget::panel() const {
    const double gap = standardGap(theme_, this);
    return placePlane(QRectF(rect()).adjusted(gap, gap, -gap, -gap), plane_, axes_, true, theme_, this);
}

const PlaneRun* SweepPlaneWidget::runUnder(const QPointF& position) const {
    return runAt(panel(), plane_, position, 0.7 * lineHeight(theme_, this));
}

QString SweepPlaneWidget::describe(const QPointF& position) const {
    const PlaneRun* run = runUnder(position);
    if (run == nullptr) {
        return {};
    }
    const auto error = [](double value) {
        return std::isfinite(value) ? QString::fromUtf8(" \u00b1 ") + numberText(value) : QString();
    };
    QString text =
        QString("<b>%1, \u03b2 %2, seed %3</b><br>rate R = %4 nats<br>distortion D = %5 nats<br>ELBO = %6 nats")
            .arg(plane_.families[run->family].toHtmlEscaped(), weightText(run->beta))
            .arg(run->seed)
            .arg(numberText(run->rate) + error(run->rateError),
                 numberText(run->distortion) + error(run->distortionError), numberText(-(run->rate + run->distortion)));
    if (run->onFront) {
        text += "<br>on the Pareto front: no run has both a lower rate and a lower distortion";
    }
    return text + "<br>click to open this model";
}

void SweepPlaneWidget::paintEvent(QPaintEvent* /*event*/) {
    QPainter painter(this);
    painter.fillRect(rect(), theme_.panel);
    paintPlane(painter, panel(), plane_, theme_);
}

void SweepPlaneWidget::mousePressEvent(QMouseEvent* event) {
    const PlaneRun* run = event->button() == Qt::LeftButton ? runUnder(event->position()) : nullptr;
    if (run != nullptr) {
        Q_EMIT runChosen(run->folder);
    }
}

void SweepPlaneWidget::mouseMoveEvent(QMouseEvent* event) {
    const QString text = describe(event->position());
    setCursor(text.isEmpty() ? Qt::ArrowCursor : Qt::PointingHandCursor);
    if (text.isEmpty()) {
        QToolTip::hideText();
    } else {
        QToolTip::showText(event->globalPosition().toPoint(), text, this);
    }
}

}  // namespace elbo
