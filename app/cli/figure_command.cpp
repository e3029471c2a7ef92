#include "app/cli/figure_command.h"

#include <fmt/format.h>

#include <QFileInfo>
#include <memory>
#include <utility>

#include "app/builtin/builtin_experiments.h"
#include "app/builtin/builtin_objectives.h"
#include "app/cli/study_figures.h"
#include "app/cli/train_command.h"
#include "app/dialogs/figure_dialog.h"
#include "app/process/exit_codes.h"
#include "app/process/interruption.h"
#include "app/process/progress_bar.h"
#include "app/process/usage_error.h"
#include "app/window/arrangement.h"
#include "app/window/figure_layout.h"
#include "app/window/opening.h"
#include "training/analysis/analyst.h"
#include "training/analysis/measurer.h"
#include "training/engine/trainer.h"
#include "training/experiment/experiment_text.h"
#include "training/experiment/input_error.h"
#include "training/run/checkpoint.h"
#include "training/step/worker_thread.h"
#include "widgets/figure/figure_export.h"

namespace elbo {

namespace {

struct Source {
    Experiment experiment;
    std::string checkpoint;  ///< empty: train from the first weights
};

Source findSource(const FigureRequest& request) {
    Source source;
    const QString path = QString::fromStdString(request.source);
    if (QFileInfo::exists(path)) {
        const Opening opening = recogniseFile(path);
        source.checkpoint = opening.checkpoint ? opening.path.toStdString() : "";
        source.experiment = opening.checkpoint ? checkpointExperiment(source.checkpoint) : opening.experiment;
    } else {
        source.experiment = namedExperiment(request.source);
    }
    for (const std::string& assignment : request.assignments) {
        applySetting(source.experiment, assignment);
    }
    source.experiment.validate();
    return source;
}

/// Everything about the file to be written, checked before anything is trained.
void checkTarget(const FigureRequest& request, const Arrangement& arrangement) {
    checkFigureFile(request.out);
    if (!request.view.empty() && arrangement.view(QString::fromStdString(request.view)) == nullptr) {
        std::vector<std::string> ids;
        for (const View* view : arrangement.views()) {
            ids.push_back(view->id().toStdString());
        }
        throw UsageError(fmt::format("--view is \"{}\", but must be one of {}", request.view,
                                     fmt::join(nearestFirst(request.view, ids), ", ")));
    }
}

/// Trains for `steps` and keeps the history that curves and trails are drawn from.
void train(Trainer& trainer, Analyst& analyst, std::int64_t steps) {
    const std::int64_t last = trainer.stepCount() + steps;
    const std::int64_t every = std::max<std::int64_t>(1, steps / 200);
    const ViewRequest nothing = ViewRequest::nothing();
    ProgressBar bar(trainer.experiment().name, trainer.stepCount(), last);
    analyst.analyse(*trainer.snapshot(), nothing, false);
    while (trainer.stepCount() < last && !trainer.failed() && !interrupted()) {
        trainer.step();
        if (trainer.stepCount() % every == 0) {
            analyst.analyse(*trainer.snapshot(), nothing, false);
        }
        if (bar.due()) {
            bar.draw(trainer.stepCount(), {});
        }
    }
}

/// The frame of the last step with the latent window fitted to its codes: all that the views of the page shown ask for.
std::shared_ptr<const Frame> finalFrame(const Trainer& trainer, Analyst& analyst, Arrangement& arrangement) {
    LatentPlane plane;
    plane.principal = trainer.experiment().model.latentDim > 2;
    arrangement.latent()->setPlane(plane);
    OnScreen screen;
    screen.fleetSize = trainer.experiment().fleetSize();
    const auto snapshot = trainer.snapshot();
    std::shared_ptr<Frame> frame;
    for (int pass = 0; pass < 2; ++pass) {
        screen.asked = arrangement.ask(arrangement.applicableViews());
        frame = analyst.analyse(*snapshot, requestFor(screen), true);
        frame->state = RunState::Finished;
        arrangement.latent()->showFrame(frame);
        arrangement.latent()->fit();
    }
    if (screen.asked.exact || screen.asked.health) {
        const Measurer measurer(trainer.experiment(), trainer.dataset());
        addTo(*frame, measurer.measure(*snapshot, requestFor(screen), true, {}));
    }
    return frame;
}

}  // namespace

int figureCommand(const FigureRequest& request) {
    const bool isFile = QFileInfo::exists(QString::fromStdString(request.source));
    if (isStudyFigure(request.source) && request.view.empty() && !isFile) {
        return studyFigureCommand(request);
    }
    Arrangement arrangement;
    checkTarget(request, arrangement);
    const QSizeF size = request.size.empty() ? standardFigureSize(request.view.empty())
                                             : parseMillimetres(QString::fromStdString(request.size));
    const Source source = findSource(request);
    prepareWorkerThread(source.experiment.run.threads, true);
    Trainer trainer(source.experiment, loadDataset(source.experiment.data));
    if (!source.checkpoint.empty()) {
        restoreCheckpoint(source.checkpoint, trainer);
        trainer.setKnobs(source.experiment.knobs);
    }
    arrangement.adapt(source.experiment, *trainer.dataset());
    View* view = request.view.empty() ? nullptr : arrangement.view(QString::fromStdString(request.view));
    if (view != nullptr) {
        arrangement.pages()->showPageOf(view);
    }
    Analyst analyst(source.experiment, trainer.dataset());

    catchInterruption();
    train(trainer, analyst, request.steps.value_or(source.checkpoint.empty() ? source.experiment.run.steps : 0));
    if (interrupted()) {
        return kInterrupted;
    }

    const auto frame = finalFrame(trainer, analyst, arrangement);
    for (View* each : arrangement.views()) {
        each->showFrame(frame);
    }
    if (view != nullptr && !view->appliesTo(*frame)) {
        throw InputError(
            fmt::format("--view is \"{}\", which shows nothing for \"{}\"; leave --view out to see what there is",
                        request.view, source.experiment.name));
    }
    FigureOptions options = figureOptions(source.experiment, *frame, view == nullptr);
    options.millimetres = size;
    options.dpi = request.dpi;
    const auto items = view == nullptr ? arrangeFigure(arrangement.applicableViews())
                                       : std::vector<FigureItem>{{view, QRectF(0.0, 0.0, 1.0, 1.0)}};
    try {
        exportFigure(items, QString::fromStdString(request.out), options);
    } catch (const std::exception& error) {
        throw InputError(error.what());
    }
    if (trainer.failed()) {
        std::fprintf(stderr, "elboroom: the run diverged: %s\n", trainer.snapshot()->failure.c_str());
        return kDiverged;
    }
    return kDone;
}

}  // namespace elbo
