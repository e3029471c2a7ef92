#include "widgets/kit/panel_frame.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QToolTip>
#include <QVBoxLayout>
#include <cmath>

#include "widgets/kit/icons.h"

namespace elbo {

PanelFrame::PanelFrame(View* view, QWidget* parent) : QFrame(parent), view_(view) {
    setProperty("role", "panel");
    setFrameShape(QFrame::StyledPanel);
    header_ = new QWidget(this);
    header_->installEventFilter(this);
    title_ = new QLabel(view->title(), header_);
    title_->setProperty("role", "title");
    title_->setToolTip(view->explanation());
    const auto button = [this](const char* name, const QString& tip) {
        auto* made = new QToolButton(header_);
        made->setObjectName(name);
        made->setToolTip(tip);
        made->setAutoRaise(true);
        return made;
    };
    explain_ = button("explain", view->explanation());
    explain_->setAccessibleName("What " + view->title() + " shows");
    export_ = button("export", "Export this figure...");
    export_->setAccessibleName("Export " + view->title());
    maximise_ = button("maximise", "Enlarge");
    auto* row = new QHBoxLayout(header_);
    row->setContentsMargins(8, 3, 4, 3);
    row->setSpacing(2);
    row->addWidget(title_, 1);
    row->addWidget(explain_);
    row->addWidget(export_);
    row->addWidget(maximise_);

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(1, 1, 1, 1);
    layout->setSpacing(0);
    layout->addWidget(header_);
    layout->addWidget(view, 1);

    // The tooltip also by click: on a touch screen and with a projector nobody hovers.
    connect(explain_, &QToolButton::clicked, this, [this] {
        QToolTip::showText(explain_->mapToGlobal(QPoint(0, explain_->height())), view_->explanation(), explain_);
    });
    connect(export_, &QToolButton::clicked, this, [this] { Q_EMIT exportRequested(view_); });
    connect(maximise_, &QToolButton::clicked, this, [this] { Q_EMIT maximiseRequested(view_); });
    setTheme(theme_);
}

void PanelFrame::setTheme(const Theme& theme) {
    theme_ = theme;
    title_->setFont(theme.font());
    const int size = static_cast<int>(std::lround(15.0 * theme.fontPoints / 10.0));
    explain_->setIcon(themedIcon("question", theme));
    export_->setIcon(themedIcon("export", theme));
    for (QToolButton* made : {explain_, export_, maximise_}) {
        made->setIconSize(QSize(size, size));
    }
    setMaximised(maximised_);
    view_->setTheme(theme);
}

void PanelFrame::setMaximised(bool maximised) {
    maximised_ = maximised;
    maximise_->setIcon(themedIcon(maximised ? "restore" : "maximise", theme_));
    const QString tip = maximised ? QString("Back to all panels") : QString("Enlarge");
    maximise_->setToolTip(tip);
    maximise_->setAccessibleName(tip + ": " + view_->title());
}

bool PanelFrame::eventFilter(QObject* watched, QEvent* event) {
    if (watched == header_ && event->type() == QEvent::MouseButtonDblClick) {
        Q_EMIT maximiseRequested(view_);
        return true;
    }
    return QFrame::eventFilter(watched, event);
}

}  // namespace elbo
