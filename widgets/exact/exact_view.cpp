#include "widgets/exact/exact_view.h"

#include <QHelpEvent>
#include <QToolTip>
#include <QVBoxLayout>

#include "widgets/exact/shown_exact.h"

namespace elbo {

ExactView::ExactView(QWidget* parent) : View(parent) {
    source_ = new QLabel(exactSource(nullptr, focus_), this);
    source_->setProperty("role", "muted");
    source_->setFont(theme_.font(0.85));
    line_ = new FlowLayout;
    line_->setContentsMargins(8, 2, 6, 0);
    line_->setSpacing(2);
    line_->addWidget(source_);
    line_->setRightFrom(1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addLayout(line_);
    layout->addStretch(1);
}

void ExactView::addControl(QWidget* control) {
    control->setFont(theme_.font(0.85));
    line_->addWidget(control);
    controls_.push_back(control);
}

QString ExactView::needs() const {
    return whatExactNeeds();
}

void ExactView::showFrame(std::shared_ptr<const Frame> frame) {
    const bool known = sameExact(frame_.get(), frame.get());
    frame_ = std::move(frame);
    if (!known) {
        renew();
    }
}

void ExactView::setFocusMember(int member) {
    if (member != focus_) {
        focus_ = member;
        renew();
    }
}

void ExactView::renew() {
    source_->setText(exactSource(frame_.get(), focus_));
    prepare();
    update();
}

void ExactView::setTheme(const Theme& theme) {
    theme_ = theme;
    source_->setFont(theme.font(0.85));
    for (QWidget* control : controls_) {
        control->setFont(theme.font(0.85));
    }
    update();
}

QRectF ExactView::canvas() const {
    return QRectF(rect()).adjusted(0.0, line_->geometry().bottom() + 1.0, 0.0, 0.0);
}

bool ExactView::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip) {
        return View::event(event);
    }
    const auto* help = static_cast<QHelpEvent*>(event);
    for (const ExactSpot& spot : spots()) {
        if (spot.area.contains(help->pos())) {
            QToolTip::showText(help->globalPos(), spot.text, this, spot.area.toAlignedRect());
            return true;
        }
    }
    QToolTip::hideText();
    return true;
}

}  // namespace elbo
