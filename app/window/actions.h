// Everything the window can be told to do, once: menus, shortcuts and their list are made from here.
#pragma once

#include <QAction>
#include <QList>
#include <QMainWindow>
#include <QMenu>
#include <QString>
#include <functional>

namespace elbo {

/// The actions of the main window and its menu bar. GUI thread; children of the window.
class Actions : public QObject {
    Q_OBJECT
  public:
    explicit Actions(QMainWindow& window);

    // File
    QMenu* builtinMenu = nullptr;
    QMenu* recentMenu = nullptr;
    QAction* open = nullptr;
    QAction* openFolder = nullptr;
    QAction* saveExperiment = nullptr;
    QAction* saveCheckpoint = nullptr;
    QAction* exportFigure = nullptr;
    QAction* copyFigure = nullptr;
    QAction* quit = nullptr;
    // Edit
    QMenu* editMenu = nullptr;
    QAction* undoMemory = nullptr;  ///< after undo and redo
    // Run
    QAction* playPause = nullptr;
    QAction* step = nullptr;
    QAction* reset = nullptr;
    QAction* replay = nullptr;  ///< enabled while there is something to replay
    QAction* measure = nullptr;
    // Objective
    QAction* family = nullptr;
    // View
    QAction* fitLatent = nullptr;
    QAction* forgetCodes = nullptr;
    QAction* compare = nullptr;
    QAction* previousMember = nullptr;
    QAction* nextMember = nullptr;
    QAction* coursePage = nullptr;
    QAction* exactPage = nullptr;
    QAction* healthPage = nullptr;
    QAction* switchTheme = nullptr;
    QAction* presentation = nullptr;
    QAction* restoreLayout = nullptr;
    // Help
    QAction* shortcuts = nullptr;
    QAction* about = nullptr;

    /// A title of the list of shortcuts with its actions, in menu order.
    struct Group {
        QString title;
        QList<QAction*> actions;
    };
    const QList<Group>& groups() const { return groups_; }
    /// Adds actions made elsewhere (undo, redo) to the Edit menu and to the list.
    void addEditActions(const QList<QAction*>& actions);
    /// The small choices of names: fills the menu of recent files.
    void showRecentFiles(const QStringList& files, const std::function<void(QString)>& open,
                         const std::function<void()>& clear);

  private:
    QMenu* addMenu(QMainWindow& window, const QString& title);
    QAction* add(QMenu* menu, const QString& text, const QList<QKeySequence>& keys, const QString& explanation);

    QList<Group> groups_;
};

}  // namespace elbo
