// What the lab remembers between two sessions: state, not configuration, so it lives in the XDG state folder.
#pragma once

#include <QByteArray>
#include <QLockFile>
#include <QMap>
#include <QString>
#include <QStringList>
#include <memory>
#include <optional>

#include "training/experiment/experiment.h"

namespace elbo {

/// How the window looked. Plain value.
struct WindowState {
    QByteArray geometry;                  ///< QWidget::saveGeometry; empty: the default size
    QMap<QString, QByteArray> splitters;  ///< by object name: sizes as splitterSizes() writes them
    bool dark = true;
};

/// GUI thread. In $XDG_STATE_HOME/elboroom (else ~/.local/state/elboroom): window.ini, and the run folder `session`,
/// which the session itself writes. A memory that is switched off reads and writes nothing: `--fresh`, and tests.
class Settings {
  public:
    explicit Settings(bool remember);

    WindowState windowState() const;
    void setWindowState(const WindowState& state);

    /// The run folder of the session; empty when nothing is remembered, or when another window keeps its session there.
    QString sessionFolder() const;
    /// Whether it holds a model.
    bool hasSession() const;
    /// Moves the session to a folder of its own beside it, which joins the recent files, so that another one can begin;
    /// the folder's path, or empty when there was none. The newest kSessionsAside of them are kept.
    QString setSessionAside();
    /// The experiment that version 0.1 stored when it was closed; nothing when there is none or it cannot be read.
    std::optional<Experiment> experimentOfVersion01() const;

    /// Paths, newest first.
    QStringList recentFiles() const;
    /// Puts `path` first; the list holds each file once and is kept short.
    void addRecentFile(const QString& path);
    void clearRecentFiles();

    /// The folder that a file was last opened from or written to; empty when there was none, or when it is gone.
    QString lastFolder() const;
    void setLastFolder(const QString& folder);

    /// Most memory for trained models that undo brings back, in MiB.
    int undoMemory() const;
    void setUndoMemory(int mebibytes);

    /// The folder of the state files, whether it exists or not.
    static QString folder();

    static constexpr int kRecentFiles = 10;
    static constexpr int kSessionsAside = 5;
    static constexpr int kUndoMemory = 1024;         ///< MiB, to begin with
    static constexpr int kMostUndoMemory = 1 << 20;  ///< MiB

  private:
    bool remember_;
    std::shared_ptr<QLockFile> lock_;  ///< held by the one program that keeps the session
    QStringList recent_;               ///< used instead of the file when nothing is remembered
    QString lastFolder_;               ///< the same
    int undoMemory_ = kUndoMemory;     ///< the same
};

}  // namespace elbo
