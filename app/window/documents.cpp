#include "app/window/documents.h"

#include <QClipboard>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QGuiApplication>
#include <exception>

#include "app/dialogs/figure_dialog.h"
#include "app/window/figure_layout.h"
#include "app/window/file_names.h"
#include "app/window/opening.h"
#include "training/experiment/experiment_text.h"
#include "training/files/atomic_file.h"
#include "widgets/figure/figure_export.h"

namespace elbo {

Documents::Documents(Session& session, Settings& settings, Actions& actions, Arrangement& arrangement, QWidget* window)
    : QObject(window),
      session_(session),
      settings_(settings),
      actions_(actions),
      arrangement_(arrangement),
      window_(window) {
    showRecentFiles();
}

void Documents::open(const QString& path) {
    try {
        const Opening opening = recogniseFile(path);
        if (opening.checkpoint) {
            session_.openCheckpoint(opening.path);
        } else {
            session_.openAtRest(opening.experiment);
        }
        if (opening.sweep) {
            Q_EMIT sweepOpened(opening.sweep);
        }
        remember(path);
    } catch (const std::exception& error) {
        Q_EMIT failed(QString::fromUtf8(error.what()));
    }
}

void Documents::chooseAndOpen() {
    const QString path = QFileDialog::getOpenFileName(window_, tr("Open"), folder(), openableFiles());
    if (!path.isEmpty()) {
        open(path);
    }
}

void Documents::chooseAndOpenFolder() {
    const QString path = QFileDialog::getExistingDirectory(window_, tr("Open folder"), folder());
    if (!path.isEmpty()) {
        open(path);
    }
}

void Documents::saveExperiment() {
    const QString path = QFileDialog::getSaveFileName(window_, tr("Save experiment"), suggestedFile("elbo.toml", false),
                                                      tr("Experiments (*.toml)"));
    if (path.isEmpty()) {
        return;
    }
    try {
        writeFileAtomically(path.toStdString(), writeExperiment(session_.experiment()));
        remember(path);
        Q_EMIT said(tr("Saved %1").arg(path));
    } catch (const std::exception& error) {
        Q_EMIT failed(QString::fromUtf8(error.what()));
    }
}

void Documents::saveCheckpoint() {
    const QString path = QFileDialog::getSaveFileName(window_, tr("Save checkpoint"), suggestedFile("safetensors"),
                                                      tr("Checkpoints (*.safetensors)"));
    if (!path.isEmpty()) {
        session_.saveCheckpoint(path);
        remember(path);
    }
}

std::vector<View*> Documents::viewsOf(View* view) const {
    return view == nullptr ? arrangement_.applicableViews() : std::vector<View*>{view};
}

FigureOptions Documents::optionsOf(View* view) const {
    const auto frame = session_.latestFrame();
    FigureOptions options = frame == nullptr ? FigureOptions{} : figureOptions(session_.experiment(), *frame);
    options.millimetres = standardFigureSize(view == nullptr);
    return options;
}

void Documents::exportFigure(View* view) {
    FigureHelp help;
    help.options = [this](View* shown) { return optionsOf(shown); };
    help.leastSize = [this](View* shown, const FigureOptions& options) {
        return leastFigureSize(viewsOf(shown), options);
    };
    help.preview = [this](View* shown, const FigureOptions& options, int dpi) {
        return figureImage(layOutFigure(viewsOf(shown), options), options, dpi);
    };
    FigureDialog dialog(arrangement_.applicableViews(), view, help, window_);
    if (dialog.exec() != QDialog::Accepted) {
        return;
    }
    if (dialog.view() == nullptr) {
        // A figure of all views shows one step: those that were hidden get their frame while the file is chosen.
        arrangement_.maximise(nullptr);
    }
    const QString path = QFileDialog::getSaveFileName(window_, tr("Export figure"), suggestedFile("pdf"),
                                                      tr("Figures (%1)").arg(figurePatterns()));
    if (!path.isEmpty()) {
        FigureOptions options = optionsOf(dialog.view());
        dialog.apply(options);
        writeFigure(dialog.view(), path, options);
    }
}

void Documents::copyFigure(View* view) {
    try {
        constexpr int kDotsPerInch = 300;
        FigureOptions options = optionsOf(view);
        suitSize(viewsOf(view), options);
        QGuiApplication::clipboard()->setImage(
            figureImage(layOutFigure(viewsOf(view), options), options, kDotsPerInch));
        Q_EMIT said(tr("The figure is on the clipboard"));
    } catch (const std::exception& error) {
        Q_EMIT failed(QString::fromUtf8(error.what()));
    }
}

void Documents::writeFigure(View* view, const QString& path, const FigureOptions& options) {
    if (session_.latestFrame() == nullptr) {
        Q_EMIT failed(tr("%1: there is nothing to show yet; open an experiment first").arg(path));
        return;
    }
    try {
        // Numbers have no size.
        const bool table = QFileInfo(path).suffix().toLower() == "csv";
        const std::vector<View*> views = viewsOf(view);
        const QStringList files =
            elbo::exportFigure(table ? arrangeFigure(views) : layOutFigure(views, options), path, options);
        remember(files.front());
        Q_EMIT said(tr("Exported %1").arg(files.join(", ")));
    } catch (const std::exception& error) {
        Q_EMIT failed(QString::fromUtf8(error.what()));
    }
}

QString Documents::folder() const {
    const QString last = settings_.lastFolder();
    return last.isEmpty() ? QDir::homePath() : last;
}

QString Documents::suggestedFile(const QString& suffix, bool step) const {
    const auto frame = session_.latestFrame();
    const auto stem = step && frame != nullptr ? fileStem(session_.experiment(), frame->report.step)
                                               : fileStem(session_.experiment());
    return folder() + "/" + stem + "." + suffix;
}

void Documents::noteFolder(const QString& path) {
    settings_.setLastFolder(QFileInfo(path).absolutePath());
}

void Documents::remember(const QString& path) {
    noteFolder(path);
    settings_.addRecentFile(path);
    showRecentFiles();
}

void Documents::showRecentFiles() {
    actions_.showRecentFiles(
        settings_.recentFiles(), [this](const QString& path) { open(path); },
        [this] {
            settings_.clearRecentFiles();
            showRecentFiles();
        });
}

}  // namespace elbo
