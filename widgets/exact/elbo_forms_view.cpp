#include "widgets/exact/elbo_forms_view.h"

#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>
#include <limits>

#include "widgets/chart/plotting.h"
#include "widgets/exact/elbo_forms_painter.h"
#include "widgets/exact/shown_exact.h"
#include "widgets/paint/axes_painter.h"

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

QString csvNumber(double value) {
    return QString::number(value, 'g', 10);
}

}  // namespace

ElboFormsView::ElboFormsView(QWidget* parent) : View(parent) {
    setAccessibleName(title());
    source_ = new QLabel(this);
    source_->setProperty("role", "muted");
    ends_ = new QToolButton(this);
    ends_->setObjectName("ends");
    ends_->setText(tr("Only the ends"));
    ends_->setCheckable(true);
    ends_->setToolTip(tr("Cut the long first parts short, so that the small ones can be compared."));
    row_ = new FlowLayout;
    row_->setContentsMargins(8, 2, 6, 0);
    row_->addWidget(source_);
    row_->addWidget(ends_);
    row_->setRightFrom(1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addLayout(row_);
    layout->addStretch(1);

    glideTimer_.setInterval(kGlideMilliseconds);
    connect(&glideTimer_, &QTimer::timeout, this, &ElboFormsView::glide);
    connect(ends_, &QToolButton::clicked, this, &ElboFormsView::setEndsOnly);
    setTheme(theme_);
    prepare();
}

QString ElboFormsView::explanation() const {
    return tr(
        "Three ways to take the same ELBO apart, [InfoVAE] Eq. 2 to 4: the bars end at one line, because each "
        "row adds to the same sum.");
}

void ElboFormsView::showFrame(std::shared_ptr<const Frame> frame) {
    const bool known = sameExact(frame_.get(), frame.get());
    frame_ = std::move(frame);
    if (!known) {
        prepare();
    }
}

void ElboFormsView::setFocusMember(int member) {
    if (member != focus_) {
        focus_ = member;
        prepare();
    }
}

void ElboFormsView::prepare() {
    source_->setText(exactSource(frame_.get(), focus_));
    drawing_ = frame_ ? prepareElboForms(*frame_, focus_) : ElboDrawing{};
    follow();
    update();
}

void ElboFormsView::setTheme(const Theme& theme) {
    theme_ = theme;
    source_->setFont(theme.font(0.85));
    ends_->setFont(theme.font(0.85));
    update();
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

QRectF ElboFormsView::canvas() const {
    return QRectF(rect()).adjusted(0.0, row_->geometry().bottom() + 1.0, 0.0, 0.0);
}

void ElboFormsView::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), theme_.panel);
    if (!drawing_.members.empty()) {
        ElboFormsPicture(canvas(), drawing_, nats_.current(), theme_, this).paint(painter);
    }
}

void ElboFormsView::mousePressEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton && drawing_.members.size() > 1) {
        const ElboFormsPicture picture(canvas(), drawing_, nats_.current(), theme_, this);
        chooseMember(picture.memberAt(event->position()), event->modifiers());
    }
}

bool ElboFormsView::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip && !drawing_.members.empty()) {
        const auto* help = static_cast<QHelpEvent*>(event);
        for (const ElboSpot& spot : ElboFormsPicture(canvas(), drawing_, nats_.current(), theme_, this).spots()) {
            if (spot.area.contains(help->pos())) {
                QToolTip::showText(help->globalPos(), spot.text, this, spot.area.toAlignedRect());
                return true;
            }
        }
        QToolTip::hideText();
        return true;
    }
    return View::event(event);
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

QString ElboFormsView::csv() const {
    QString text = "# three forms of the ELBO: nats per example at step " +
                   QString::number(frame_ ? frame_->exactStep : -1) +
                   "\nmember,examples,distortion,rate,nll_exact,kl_posterior,mi_q,kl_marginal,kl_marginal_reverse,"
                   "mi_p,error\n";
    if (!frame_) {
        return text;
    }
    for (const ExactFrame& exact : frame_->exactFrames) {
        const ElboForms& forms = exact.forms;
        text += QString("%1,%2").arg(exact.member).arg(forms.examples);
        for (const double value :
             {forms.distortion, forms.rate, forms.negativeLogLikelihood, forms.posteriorGap, forms.informationQ,
              forms.marginalKl, forms.reverseMarginalKl, forms.informationP, forms.error}) {
            text += ',' + csvNumber(value);
        }
        text += '\n';
    }
    return text;
}

}  // namespace elbo
