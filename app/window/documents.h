// Files in and out of the window: experiments, checkpoints, figures, data.
#pragma once

#include <QObject>
#include <QString>
#include <memory>
#include <vector>

#include "app/session/session.h"
#include "app/window/actions.h"
#include "app/window/arrangement.h"
#include "app/window/settings.h"
#include "training/frame/sweep_point.h"
#include "widgets/figure/figure_export.h"

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
    /// Puts a picture of one view, or of all, on the clipboard, in the size that suits it.
    void copyFigure(View* view);
    /// Writes a figure of one view, or of all; the suffix of `path` chooses the format. `options` say how it is set
    /// (figureOptions, changed at will).
    void writeFigure(View* view, const QString& path, const FigureOptions& options);
    /// A name for a file that is to be written, in the folder used last: "ring-beta-vae-step-800" and the suffix. With
    /// `step` it says how far the model on show was trained.
    QString suggestedFile(const QString& suffix, bool step = true) const;
    /// The next dialog begins in the folder of this file.
    void noteFolder(const QString& path);
    /// What a figure of the newest frame is made with.
    FigureOptions optionsOf(View* view) const;

  Q_SIGNALS:
    void failed(const QString& message);
    void said(const QString& message);
    /// A sweep was opened; one of its models follows as the run in force.
    void sweepOpened(std::shared_ptr<const elbo::Sweep> sweep);

  private:
    std::vector<View*> viewsOf(View* view) const;
    QString folder() const;
    void remember(const QString& path);
    void showRecentFiles();

    Session& session_;
    Settings& settings_;
    Actions& actions_;
    Arrangement& arrangement_;
    QWidget* window_;
};

}  // namespace elbo
