#include "widgets/exact/elbo_forms_view.h"

#include <QMouseEvent>
#include <QPainter>
#include <algorithm>
#include <cmath>
#include <limits>

#include "widgets/chart/plotting.h"
#include "widgets/kit/csv.h"
#include "widgets/paint/axes_painter.h"
#include "widgets/paint/paper_device.h"

namespace elbo {
namespace {

constexpr int kGlideMilliseconds = 30;

double leastSpan(const Interval& nats) {
    return std::max(0.05, 0.001 * std::max(std::abs(nats.low), std::abs(nats.high)));
}

/// From 0, or from below it where a part is negative, without free room at the root of the bars.
void pinRoot(EasedRange& range, const Interval& nats) {
    range.pinLow(nats.low >= 0.0 ? nats.low : std::numeric_limits<double>::quiet_NaN());
}

}  // namespace

ElboFormsView::ElboFormsView(QWidget* parent) : ExactView(parent) {
    setAccessibleName(title());
    ends_ = new QToolButton(this);
    ends_->setObjectName("ends");
    ends_->setText(tr("Only the ends"));
    ends_->setCheckable(true);
    ends_->setToolTip(tr("Cut the long first parts short, so that the small ones can be compared."));
    addControl(ends_);

    glideTimer_.setInterval(kGlideMilliseconds);
    connect(&glideTimer_, &QTimer::timeout, this, &ElboFormsView::glide);
    connect(ends_, &QToolButton::clicked, this, &ElboFormsView::setEndsOnly);
}

QString ElboFormsView::explanation() const {
    return tr(
        "Three ways to take the same ELBO apart, [InfoVAE] Eq. 2 to 4: the bars end at one line, because each "
        "row adds to the same sum.");
}

void ElboFormsView::prepare() {
    drawing_ = frame_ ? prepareElboForms(*frame_, focus_) : ElboDrawing{};
    follow();
}

void ElboFormsView::setEndsOnly(bool endsOnly) {
    ends_->setChecked(endsOnly);
    if (endsOnly != endsOnly_) {
        endsOnly_ = endsOnly;
        follow();
        update();
    }
}

void ElboFormsView::follow() {
    if (drawing_.members.empty()) {
        return;
    }
    const Interval& nats = endsOnly_ ? drawing_.ends : drawing_.all;
    // The cut root moves with the numbers; pinned, it would make the axis follow every one of them.
    if (endsOnly_ && drawing_.ends.low > 0.0) {
        nats_.pinLow(std::numeric_limits<double>::quiet_NaN());
    } else {
        pinRoot(nats_, nats);
    }
    nats_.follow(nats, leastSpan(nats));
    if (!nats_.settled() && !glideTimer_.isActive()) {
        sinceGlide_.start();
        glideTimer_.start();
    }
}

void ElboFormsView::glide() {
    if (!nats_.advance(static_cast<double>(sinceGlide_.restart()) / 1000.0)) {
        glideTimer_.stop();
    }
    update();
}

ElboFormsPicture ElboFormsView::picture() const {
    return ElboFormsPicture(canvas(), drawing_, nats_.current(), theme_, this);
}

void ElboFormsView::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), theme_.panel);
    if (!drawing_.members.empty()) {
        picture().paint(painter);
    }
}

void ElboFormsView::mousePressEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton && drawing_.members.size() > 1) {
        chooseMember(picture().memberAt(event->position()), event->modifiers());
    }
}

std::vector<ExactSpot> ElboFormsView::spots() const {
    return drawing_.members.empty() ? std::vector<ExactSpot>{} : picture().spots();
}

void ElboFormsView::renderFigure(QCPPainter& painter, const QRectF& area, const Theme& theme) const {
    if (drawing_.members.empty()) {
        return;
    }
    const Interval& nats = endsOnly_ ? drawing_.ends : drawing_.all;
    EasedRange range;
    if (!endsOnly_) {
        pinRoot(range, nats);
    }
    range.follow(nats, leastSpan(nats));
    const Theme onPaper = inPainterUnits(theme, painter.device());
    ElboFormsPicture(area, drawing_, range.target(), onPaper, painter.device()).paint(painter);
}

QSizeF ElboFormsView::leastFigure(double /*width*/) const {
    return leastElboForms(drawing_, zoomedPaper(), paperDevice()) / kPaperZoom;
}

QString ElboFormsView::csv() const {
    QString text = "# three forms of the ELBO: nats per example at step " +
                   QString::number(frame_ ? frame_->exactStep : -1) +
                   "\nmember,examples,distortion,rate,nll_exact,kl_posterior,mi_q,kl_marginal,kl_marginal_reverse,"
                   "mi_p,quadrature_error,available,distortion_error,rate_error,elbo_error,nll_exact_error,"
                   "kl_posterior_error,mi_q_error,kl_marginal_error\n";
    if (!frame_) {
        return text;
    }
    for (const ExactFrame& exact : frame_->exactFrames) {
        const ElboForms& forms = exact.forms;
        const FormErrors& sampling = forms.sampling;
        text += QString("%1,%2,").arg(exact.member).arg(forms.examples) +
                csvNumbers({forms.distortion, forms.rate, forms.negativeLogLikelihood, forms.posteriorGap,
                            forms.informationQ, forms.marginalKl, forms.reverseMarginalKl, forms.informationP,
                            forms.error}) +
                QString(",%1,").arg(forms.available) +
                csvNumbers({sampling.distortion, sampling.rate, sampling.negativeElbo, sampling.negativeLogLikelihood,
                            sampling.posteriorGap, sampling.informationQ, sampling.marginalKl}) +
                '\n';
    }
    return text;
}

}  // namespace elbo
