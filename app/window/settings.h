// What the lab remembers between two sessions: state, not configuration, so it lives in the XDG state folder.
#pragma once

#include <QByteArray>
#include <QMap>
#include <QString>
#include <QStringList>
#include <optional>

#include "training/experiment/experiment.h"

namespace elbo {

/// How the window looked. Plain value.
struct WindowState {
    QByteArray geometry;                  ///< QWidget::saveGeometry; empty: the default size
    QMap<QString, QByteArray> splitters;  ///< by object name: QSplitter::saveState
    bool dark = true;
};

/// GUI thread. Two files in $XDG_STATE_HOME/elboroom (else ~/.local/state/elboroom): window.ini and session.toml. A
/// memory that is switched off reads and writes nothing: `--fresh`, and tests.
class Settings {
  public:
    explicit Settings(bool remember);

    WindowState windowState() const;
    void setWindowState(const WindowState& state);

    /// The experiment in force when the lab was closed, or nothing when there is none or it cannot be read.
    std::optional<Experiment> lastExperiment() const;
    /// Failing to write is not worth a message while closing; the older file stays.
    void setLastExperiment(const Experiment& experiment);

    /// Paths, newest first.
    QStringList recentFiles() const;
    /// Puts `path` first; the list holds each file once and is kept short.
    void addRecentFile(const QString& path);
    void clearRecentFiles();

    /// The folder of the state files, whether it exists or not.
    static QString folder();

    static constexpr int kRecentFiles = 10;

  private:
    bool remember_;
    QStringList recent_;  ///< used instead of the file when nothing is remembered
};

}  // namespace elbo
