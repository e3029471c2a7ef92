#include "widgets/kit/panel_frame.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QToolTip>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

#include "widgets/kit/icons.h"
#include "widgets/kit/tips.h"

namespace elbo {

namespace {

constexpr double kFoldedTitle = 0.85;  ///< of the type of the theme: a header without room for its buttons
constexpr int kTitleSlack = 2;         ///< pixels: what is drawn may be wider than its advance

}  // namespace

PanelFrame::PanelFrame(View* view, QWidget* parent) : QFrame(parent), view_(view) {
    setProperty("role", "panel");
    setFrameShape(QFrame::StyledPanel);
    header_ = new QWidget(this);
    header_->installEventFilter(this);
    title_ = new QLabel(view->title(), header_);
    title_->setProperty("role", "title");
    title_->setWordWrap(true);
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
    more_ = button("more", "What this shows, export, enlarge");
    more_->setAccessibleName("Menu of " + view->title());
    more_->hide();
    auto* row = new QHBoxLayout(header_);
    row->setContentsMargins(8, 3, 4, 3);
    row->setSpacing(2);
    row->addWidget(title_, 1);
    row->addWidget(explain_);
    row->addWidget(export_);
    row->addWidget(maximise_);
    row->addWidget(more_);

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(1, 1, 1, 1);
    layout->setSpacing(0);
    layout->addWidget(header_);
    layout->addWidget(view, 1);

    // The tooltip also by click: on a touch screen and with a projector nobody hovers.
    connect(explain_, &QToolButton::clicked, this, [this] { explain(explain_); });
    connect(export_, &QToolButton::clicked, this, [this] { Q_EMIT exportRequested(view_); });
    connect(maximise_, &QToolButton::clicked, this, [this] { Q_EMIT maximiseRequested(view_); });
    menu_ = new QMenu(this);
    connect(menu_->addAction("What this shows"), &QAction::triggered, this, [this] { explain(more_); });
    connect(menu_->addAction("Export this figure..."), &QAction::triggered, export_, &QToolButton::click);
    maximiseAction_ = menu_->addAction("Enlarge");
    connect(maximiseAction_, &QAction::triggered, maximise_, &QToolButton::click);
    connect(more_, &QToolButton::clicked, this,
            [this] { menu_->popup(more_->mapToGlobal(QPoint(0, more_->height()))); });
    setTheme(theme_);
}

void PanelFrame::setTheme(const Theme& theme) {
    theme_ = theme;
    title_->setFont(theme.font());
    const int size = static_cast<int>(std::lround(15.0 * theme.fontPoints / 10.0));
    explain_->setIcon(themedIcon("question", theme));
    export_->setIcon(themedIcon("export", theme));
    more_->setIcon(themedIcon("more", theme));
    for (QToolButton* made : {explain_, export_, maximise_, more_}) {
        made->setIconSize(QSize(size, size));
    }
    setMaximised(maximised_);
    view_->setTheme(theme);
    if (isVisible()) {
        foldHeader();
    }
}

void PanelFrame::explain(const QWidget* beside) {
    QToolTip::showText(beside->mapToGlobal(QPoint(0, beside->height())), wrappedTip(view_->explanation()));
}

void PanelFrame::foldHeader() {
    const QLayout& row = *header_->layout();
    const QMargins margins = row.contentsMargins();
    int wanted = margins.left() + titleWidth(view_->title(), 1.0) + margins.right();
    for (const QToolButton* each : {explain_, export_, maximise_}) {
        wanted += row.spacing() + each->sizeHint().width();
    }
    const bool folded = header_->width() < wanted;
    for (QToolButton* each : {explain_, export_, maximise_}) {
        each->setVisible(!folded);
    }
    more_->setVisible(folded);
    title_->setFont(theme_.font(folded ? kFoldedTitle : 1.0));
}

int PanelFrame::titleWidth(const QString& words, double scale) const {
    QFont font = theme_.font(scale);
    font.setWeight(QFont::DemiBold);  // see the style sheet
    return QFontMetrics(font).horizontalAdvance(words) + kTitleSlack;
}

QSize PanelFrame::minimumSizeHint() const {
    const QLayout& row = *header_->layout();
    const QMargins margins = row.contentsMargins(), around = layout()->contentsMargins();
    int longest = 0;
    for (const QString& word : view_->title().split(' ')) {
        longest = std::max(longest, titleWidth(word, kFoldedTitle));
    }
    const int folded = margins.left() + longest + row.spacing() + more_->sizeHint().width() + margins.right();
    const QSize view = view_->minimumSizeHint().expandedTo(view_->minimumSize());
    return {std::max(folded, view.width()) + around.left() + around.right() + 2 * frameWidth(),
            QFrame::minimumSizeHint().height()};
}

void PanelFrame::setMaximised(bool maximised) {
    maximised_ = maximised;
    maximise_->setIcon(themedIcon(maximised ? "restore" : "maximise", theme_));
    const QString tip = maximised ? QString("Back to all panels") : QString("Enlarge");
    maximise_->setToolTip(tip);
    maximiseAction_->setText(tip);
    maximise_->setAccessibleName(tip + ": " + view_->title());
}

bool PanelFrame::eventFilter(QObject* watched, QEvent* event) {
    if (watched == header_ && event->type() == QEvent::MouseButtonDblClick) {
        Q_EMIT maximiseRequested(view_);
        return true;
    }
    if (watched == header_ && (event->type() == QEvent::Resize || event->type() == QEvent::Show)) {
        foldHeader();
    }
    return QFrame::eventFilter(watched, event);
}

}  // namespace elbo
