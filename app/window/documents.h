// Files in and out of the window: experiments, checkpoints, figures, data.
#pragma once

#include <QObject>
#include <QSizeF>
#include <QString>
#include <memory>

#include "app/session/session.h"
#include "app/window/actions.h"
#include "app/window/arrangement.h"
#include "app/window/settings.h"
#include "training/frame/sweep_point.h"

namespace elbo {

/// GUI thread. Errors are told by failed(), once, as a message that names file, place and remedy.
class Documents : public QObject {
    Q_OBJECT
  public:
    Documents(Session& session, Settings& settings, Actions& actions, Arrangement& arrangement, QWidget* window);

    /// Opens whatever `path` is (see recogniseFile). The running experiment goes on until it is replaced.
    void open(const QString& path);
    void chooseAndOpen();
    /// Asks for a folder: a run, a sweep or IDX images.
    void chooseAndOpenFolder();
    void saveExperiment();
    void saveCheckpoint();
    /// Asks for size, format and file; null stands for all views.
    void exportFigure(View* view);
    /// Writes a figure of one view, or of all; the suffix of `path` chooses the format.
    void writeFigure(View* view, const QString& path, const QSizeF& millimetres, int dpi);

  Q_SIGNALS:
    void failed(const QString& message);
    void said(const QString& message);
    /// A sweep was opened; one of its models follows as the run in force.
    void sweepOpened(std::shared_ptr<const elbo::Sweep> sweep);

  private:
    QString suggestion(const QString& suffix) const;
    QString folder() const;
    void remember(const QString& path);
    void showRecentFiles();

    Session& session_;
    Settings& settings_;
    Actions& actions_;
    Arrangement& arrangement_;
    QWidget* window_;
    QString lastFolder_;
};

}  // namespace elbo
