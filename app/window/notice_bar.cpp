#include "app/window/notice_bar.h"

#include <QHBoxLayout>
#include <QPushButton>

namespace elbo {

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
    hide();
}

void NoticeBar::say(const QString& message) {
    text_->setText(message);
    show();
}

QString NoticeBar::message() const {
    return isHidden() ? QString() : text_->text();
}

}  // namespace elbo
