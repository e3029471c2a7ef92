#include "app/window/shortcuts_dialog.h"

#include <QDialogButtonBox>
#include <QGridLayout>
#include <QLabel>
#include <QScrollArea>
#include <QScrollBar>
#include <QVBoxLayout>
#include <algorithm>

#include "widgets/kit/screen_room.h"

namespace elbo {

namespace {

/// Keys that views handle themselves while they have the focus.
struct ViewKey {
    const char* keys;
    const char* meaning;
};
constexpr ViewKey kViewKeys[] = {
    {"Drag, arrow keys", QT_TRANSLATE_NOOP("elbo::ShortcutsDialog", "Move the latent window")},
    {"Wheel, + and -", QT_TRANSLATE_NOOP("elbo::ShortcutsDialog", "Zoom about the pointer")},
    {"Hover", QT_TRANSLATE_NOOP("elbo::ShortcutsDialog", "Decode the code under the pointer")},
    {"Click", QT_TRANSLATE_NOOP("elbo::ShortcutsDialog", "Pin its card")},
};

constexpr int kLineOfWords = 34;  ///< letters of a meaning in one line, at least

void addRow(QGridLayout& grid, const QString& keys, const QString& meaning) {
    const int row = grid.rowCount();
    auto* key = new QLabel(keys);
    key->setProperty("role", "title");
    grid.addWidget(key, row, 0);
    auto* words = new QLabel(meaning);
    words->setWordWrap(true);
    words->setMinimumWidth(words->fontMetrics().averageCharWidth() * kLineOfWords);
    grid.addWidget(words, row, 1);
    grid.setColumnStretch(1, 1);
}

void addTitle(QGridLayout& grid, const QString& title) {
    auto* label = new QLabel(title);
    label->setProperty("role", "muted");
    label->setContentsMargins(0, 8, 0, 0);
    grid.addWidget(label, grid.rowCount(), 0, 1, 2);
}

QString keysOf(const QAction& action) {
    QStringList keys;
    for (const QKeySequence& sequence : action.shortcuts()) {
        keys.append(sequence.toString(QKeySequence::NativeText));
    }
    return keys.join(ShortcutsDialog::tr(" or "));
}

}  // namespace

ShortcutsDialog::ShortcutsDialog(const Actions& actions, QWidget* parent) : QDialog(parent) {
    setWindowTitle(tr("Keyboard shortcuts"));
    setAttribute(Qt::WA_DeleteOnClose);
    auto* contents = new QWidget;
    auto* columns = new QHBoxLayout(contents);
    columns->setSpacing(32);
    qsizetype all = 0;
    for (const Actions::Group& group : actions.groups()) {
        all += std::count_if(group.actions.begin(), group.actions.end(),
                             [](const QAction* action) { return !action->shortcuts().isEmpty(); });
    }
    QGridLayout* grid = nullptr;
    int rows = 0;
    const auto beginColumn = [&] {
        grid = new QGridLayout;
        grid->setHorizontalSpacing(20);
        grid->setVerticalSpacing(6);
        auto* column = new QVBoxLayout;
        column->addLayout(grid);
        column->addStretch();
        columns->addLayout(column);
        rows = 0;
    };
    beginColumn();
    for (const Actions::Group& group : actions.groups()) {
        if (2 * rows > all && columns->count() < 2) {
            beginColumn();
        }
        addTitle(*grid, group.title);
        for (const QAction* action : group.actions) {
            if (!action->shortcuts().isEmpty()) {
                addRow(*grid, keysOf(*action), action->toolTip());
                ++rows;
            }
        }
    }
    addTitle(*grid, tr("In the latent view"));
    for (const ViewKey& key : kViewKeys) {
        addRow(*grid, key.keys, tr(key.meaning));
    }
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::close);
    auto* layout = new QVBoxLayout(this);
    // On a small screen, or with large type, the list scrolls and the button stays.
    auto* scroll = new QScrollArea;
    scroll->setWidget(contents);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    layout->addWidget(scroll, 1);
    layout->addSpacing(12);
    layout->addWidget(buttons);
    const QMargins margins = layout->contentsMargins();
    const int around = margins.left() + margins.right() + scroll->verticalScrollBar()->sizeHint().width();
    if (contents->minimumSizeHint().width() + around > dialogRoom(*this).width()) {
        columns->setDirection(QBoxLayout::TopToBottom);
    }
    const int width = contents->minimumSizeHint().width();
    const int height = std::max(contents->minimumSizeHint().height(), contents->heightForWidth(width));
    fitToScreen(*this, {width + around, height + 12 + buttons->sizeHint().height() + 4 * layout->spacing() +
                                            margins.top() + margins.bottom()});
}

}  // namespace elbo
