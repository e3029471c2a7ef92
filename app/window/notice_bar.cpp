#include "app/window/notice_bar.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QPushButton>
#include <algorithm>

namespace elbo {

namespace {

constexpr int kMargin = 10;

}  // namespace

NoticeBar::NoticeBar(QWidget* parent) : QFrame(parent), text_(new QLabel) {
    setProperty("role", "panel");
    setObjectName("noticeBar");
    setAccessibleName(tr("Error"));
    text_->setProperty("role", "warning");
    text_->setWordWrap(true);
    // A file's name must not be read as markup.
    text_->setTextFormat(Qt::PlainText);
    text_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* close = new QPushButton(tr("Close"));
    connect(close, &QPushButton::clicked, this, &QWidget::hide);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(10, 6, 6, 6);
    layout->addWidget(text_, 1);
    layout->addWidget(close, 0, Qt::AlignTop);
    parent->installEventFilter(this);
    hide();
}

void NoticeBar::place() {
    const QRect area = parentWidget()->rect().adjusted(kMargin, kMargin, -kMargin, -kMargin);
    const int wanted = std::max(layout()->heightForWidth(area.width()), layout()->sizeHint().height());
    const int height = std::min(wanted, area.height());
    setGeometry(area.left(), area.bottom() + 1 - height, area.width(), height);
    raise();
}

bool NoticeBar::eventFilter(QObject* watched, QEvent* event) {
    if (watched == parentWidget() && event->type() == QEvent::Resize && !isHidden()) {
        place();
    }
    return QFrame::eventFilter(watched, event);
}

void NoticeBar::say(const QString& message) {
    text_->setText(message);
    show();
    place();
}

QString NoticeBar::message() const {
    return isHidden() ? QString() : text_->text();
}

}  // namespace elbo
