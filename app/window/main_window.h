// The lab's window: connects panels, views, session, files and undo, and refreshes everything from one frame.
#pragma once

#include <QCloseEvent>
#include <QMainWindow>
#include <QTimer>
#include <memory>
#include <string>
#include <vector>

#include "app/dialogs/family_dialog.h"
#include "app/dialogs/measure_dialog.h"
#include "app/session/session.h"
#include "app/window/actions.h"
#include "app/window/arrangement.h"
#include "app/window/documents.h"
#include "app/window/edit_history.h"
#include "app/window/notice_bar.h"
#include "app/window/objective_choice.h"
#include "app/window/presentation.h"
#include "app/window/settings.h"
#include "widgets/kit/theme.h"

namespace elbo {

/// GUI thread. Closing it in any state joins the worker threads.
class MainWindow : public QMainWindow {
    Q_OBJECT
  public:
    explicit MainWindow(Settings settings);
    ~MainWindow() override;

    /// Brings back the last session as it was left, paused; without one it plays the first built-in experiment.
    void restoreSession();
    void setDark(bool dark);
    void setPresentation(bool presenting);

    Session& session() { return session_; }
    Documents& documents() { return *documents_; }
    Arrangement& arrangement() { return *arrangement_; }
    Actions& actions() { return *actions_; }
    ObjectiveChoice& objectiveChoice() { return *choice_; }
    QUndoStack& undoStack() { return history_.stack(); }
    /// The error on show; empty when there is none.
    QString notice() const { return notice_->message(); }

    /// Milliseconds between two looks for a new frame.
    static constexpr int kRefreshInterval = 33;

  protected:
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

  private:
    void connectRun();
    void connectActions();
    void connectViews();
    void refresh();
    void adoptExperiment();
    void showKnobs();
    void setFocusMember(int member);
    void moveFocus(int places);
    void setComparison(const Comparison& pair);
    void compareWith(int member);
    void leaveOneMode();
    void sayFailure(const QString& message);
    void sayRefusal(const QString& message);
    void showSweep(const std::shared_ptr<const Sweep>& sweep);
    Theme currentTheme() const;
    void applyTheme();
    void togglePlay();
    void askUndoMemory();
    void showAbout();
    void showFamily();
    void showMeasures();
    void trainFamilyMember(const Knobs& knobs, const ObjectiveSpec& objective);
    void fillBuiltinMenu();
    void openBuiltin(const std::string& name);

    Settings settings_;
    Session session_;
    EditHistory history_;
    Arrangement* arrangement_ = nullptr;
    Actions* actions_ = nullptr;
    Documents* documents_ = nullptr;
    NoticeBar* notice_ = nullptr;
    ObjectiveChoice* choice_ = nullptr;
    Presentation* presentation_ = nullptr;
    FamilyDialog* family_ = nullptr;     ///< made when it is asked for
    MeasureDialog* measures_ = nullptr;  ///< the same
    QTimer refreshTimer_;

    bool dark_ = true;
    int focus_ = 0;
    int lastFocus_ = -1;  ///< the member focused before; -1 at first
    Comparison comparison_;
    ViewRequest lastRequest_;
    std::shared_ptr<const Sweep> sweep_;  ///< on show in the rate-distortion plane, or null
    int adaptedThreads_ = 0;              ///< of the experiment whose threads were last remarked on
    std::string adaptedName_;             ///< of the experiment that the views were last adapted to
    int adaptedMembers_ = 0;              ///< its fleet
    int adaptedLatentDim_ = 0;
    bool restoring_ = false;   ///< what is being opened is the last session
    bool keeping_ = false;     ///< the session is written to the state folder
    bool keepNotice_ = false;  ///< the next opening does not answer the message on show
    std::string toPlay_;       ///< name of the built-in experiment that plays as soon as it is open
};

}  // namespace elbo
