#include "app/window/actions.h"

#include <QFileInfo>
#include <QMenuBar>

#include "widgets/figure/figure_export.h"

namespace elbo {

Actions::Actions(QMainWindow& window) : QObject(&window) {
    QMenu* file = addMenu(window, tr("&File"));
    builtinMenu = file->addMenu(tr("&New from built-in"));
    open = add(file, tr("&Open..."), {QKeySequence::Open},
               tr("Open an experiment, a checkpoint, an exported figure or a data file"));
    openFolder = add(file, tr("Open &folder..."), {QKeySequence("Ctrl+Shift+O")},
                     tr("Open the folder of a run, of a sweep or of IDX images"));
    recentMenu = file->addMenu(tr("Open &recent"));
    file->addSeparator();
    saveExperiment = add(file, tr("&Save experiment..."), {QKeySequence::Save}, tr("Write the experiment as TOML"));
    saveCheckpoint = add(file, tr("Save &checkpoint..."), {QKeySequence("Ctrl+Shift+S")},
                         tr("Write the parameters, the optimiser and the experiment, to go on from here later"));
    exportFigure = add(file, tr("&Export figure..."), {QKeySequence("Ctrl+E")},
                       tr("Write one view or all of them as %1").arg(figureFormatNames()));
    copyFigure = add(file, tr("Cop&y figure"), {QKeySequence("Ctrl+Shift+C")},
                     tr("Put a picture of the enlarged view, or of all of them, on the clipboard"));
    file->addSeparator();
    quit = add(file, tr("&Quit"), {QKeySequence("Ctrl+Q")}, tr("Close the lab; the session is kept"));

    editMenu = addMenu(window, tr("&Edit"));
    undoMemory = add(editMenu, tr("&Memory for undo..."), {},
                     tr("How much memory is kept for trained models that undo brings back"));

    QMenu* run = addMenu(window, tr("&Run"));
    playPause = add(run, tr("&Play or pause"), {QKeySequence(Qt::Key_Space)}, tr("Start or rest the training"));
    step = add(run, tr("Single &step"), {QKeySequence(Qt::Key_S), QKeySequence(Qt::Key_Period)},
               tr("Pause and take one step"));
    reset = add(run, tr("&Reset"), {QKeySequence(Qt::Key_R)}, tr("Back to the first weights; the sliders stay"));
    replay = add(run, tr("Replay mo&ves"), {QKeySequence("Ctrl+R")},
                 tr("Back to the first weights, and along the moves of the run"));
    replay->setEnabled(false);
    measure = add(run, tr("All &measures..."), {QKeySequence("Ctrl+M")},
                  tr("Likelihoods, information, divergences and tests of the model on show"));

    QMenu* objective = addMenu(window, tr("&Objective"));
    family = add(objective, tr("&Family..."), {QKeySequence("Ctrl+L")},
                 tr("Set the twelve Lagrange multipliers and see which model that is"));

    QMenu* view = addMenu(window, tr("&View"));
    fitLatent = add(view, tr("&Fit latent space"), {QKeySequence(Qt::Key_F)}, tr("Show all codes"));
    forgetCodes = add(view, tr("&Remove pinned codes"), {QKeySequence(Qt::Key_Escape)},
                      tr("Close all cards; before that it ends a comparison, an enlarged view or the presentation"));
    view->addSeparator();
    compare = add(view, tr("&Compare two members"), {QKeySequence(Qt::Key_C)},
                  tr("The focused member of the fleet beside the one that was focused before, large, with numbers; or "
                     "Shift+click a member"));
    compare->setCheckable(true);
    previousMember = add(view, tr("Pre&vious member"), {QKeySequence(Qt::Key_BracketLeft)},
                         tr("Focus the member before in the order of the fleet"));
    nextMember = add(view, tr("&Next member"), {QKeySequence(Qt::Key_BracketRight)},
                     tr("Focus the member after in the order of the fleet"));
    view->addSeparator();
    coursePage = add(view, tr("Co&urse of training"), {QKeySequence("Ctrl+1")},
                     tr("On the right the rate-distortion plane and all curves"));
    exactPage =
        add(view, tr("&Exact quantities"), {QKeySequence("Ctrl+2")},
            tr("On the right the forms of the ELBO and the true posteriors; for codes of one or two dimensions"));
    healthPage = add(view, tr("&Health"), {QKeySequence("Ctrl+3")}, tr("On the right what is going wrong, in words"));
    view->addSeparator();
    switchTheme = add(view, tr("&Dark or light"), {QKeySequence("Ctrl+T")}, tr("Switch between the two themes"));
    presentation = add(view, tr("&Presentation mode"), {QKeySequence(Qt::Key_F11)}, tr("Full screen with large type"));
    presentation->setCheckable(true);
    restoreLayout = add(view, tr("Restore &layout"), {}, tr("Put all views back to their first places and sizes"));

    QMenu* help = addMenu(window, tr("&Help"));
    shortcuts =
        add(help, tr("&Keyboard shortcuts"), {QKeySequence(Qt::Key_F1), QKeySequence("?")}, tr("Show this list"));
    about = add(help, tr("&About ELBO Room"), {}, tr("Version and licence"));
}

QMenu* Actions::addMenu(QMainWindow& window, const QString& title) {
    groups_.append({QString(title).remove('&'), {}});
    return window.menuBar()->addMenu(title);
}

QAction* Actions::add(QMenu* menu, const QString& text, const QList<QKeySequence>& keys, const QString& explanation) {
    auto* action = new QAction(text, this);
    action->setShortcuts(keys);
    // Actions of a menu bar that is hidden in presentation mode would lose their shortcuts; those of the window do not.
    static_cast<QWidget*>(parent())->addAction(action);
    action->setToolTip(explanation);
    action->setStatusTip(explanation);
    menu->addAction(action);
    groups_.back().actions.append(action);
    return action;
}

void Actions::addEditActions(const QList<QAction*>& actions) {
    editMenu->insertActions(undoMemory, actions);
    static_cast<QWidget*>(parent())->addActions(actions);
    for (Group& group : groups_) {
        if (group.title == QString(editMenu->title()).remove('&')) {
            group.actions = actions + group.actions;
        }
    }
}

void Actions::showRecentFiles(const QStringList& files, const std::function<void(QString)>& openFile,
                              const std::function<void()>& clear) {
    recentMenu->clear();
    for (const QString& path : files) {
        QAction* entry = recentMenu->addAction(QFileInfo(path).fileName());
        entry->setStatusTip(path);
        connect(entry, &QAction::triggered, this, [openFile, path] { openFile(path); });
    }
    if (!files.isEmpty()) {
        recentMenu->addSeparator();
        connect(recentMenu->addAction(tr("&Clear list")), &QAction::triggered, this, clear);
    }
    recentMenu->setEnabled(!files.isEmpty());
}

}  // namespace elbo
