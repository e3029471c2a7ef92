#include "app/cli/figure_command.h"

#include <fmt/format.h>

#include <QFileInfo>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>
#include <utility>

#include "app/builtin/builtin_experiments.h"
#include "app/builtin/builtin_objectives.h"
#include "app/cli/study_figures.h"
#include "app/cli/sweep_figure.h"
#include "app/cli/train_command.h"
#include "app/dialogs/figure_dialog.h"
#include "app/process/exit_codes.h"
#include "app/process/interruption.h"
#include "app/process/progress_bar.h"
#include "app/process/thread_budget.h"
#include "app/process/usage_error.h"
#include "app/runs/run_folder.h"
#include "app/window/arrangement.h"
#include "app/window/figure_layout.h"
#include "app/window/opening.h"
#include "training/analysis/analyst.h"
#include "training/analysis/measurer.h"
#include "training/engine/trainer.h"
#include "training/experiment/experiment_text.h"
#include "training/experiment/input_error.h"
#include "training/measure/evaluation.h"
#include "training/run/checkpoint.h"
#include "training/step/worker_thread.h"
#include "widgets/figure/figure_export.h"
#include "widgets/rate_distortion/rate_distortion_view.h"

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

/// How long to train where nothing else is asked for: a figure is made again at the step at which it was drawn.
std::int64_t stepsOf(const Source& source) {
    const std::int64_t drawn = source.experiment.history.step;
    return !source.checkpoint.empty() ? 0 : drawn > 0 ? drawn : source.experiment.run.steps;
}

/// The step of the report after that of `step`: dense where a run begins, for axes of logarithmic steps, and `every`
/// steps apart in the long run.
std::int64_t nextReport(std::int64_t step, std::int64_t every) {
    constexpr std::int64_t kPerDecade = 40;
    return step + std::clamp<std::int64_t>(step * 23 / (10 * kPerDecade), 1, every);
}

/// Trains for `steps` and keeps the history that curves and trails are drawn from. Every report has its evaluation,
/// however fast the machine: a figure is the same when it is made again.
void train(Trainer& trainer, Analyst& analyst, std::int64_t steps) {
    const std::int64_t last = trainer.stepCount() + steps;
    const std::int64_t every = std::max<std::int64_t>(1, steps / 200);
    const ViewRequest nothing = ViewRequest::nothing();
    ProgressBar bar(trainer.experiment().name, trainer.stepCount(), last);
    const EvaluationBudget budget = liveBudget(trainer.dataset()->dim, trainer.experiment().fleetSize());
    const auto look = [&] {
        const auto snapshot = trainer.snapshot();
        analyst.evaluate(*snapshot, budget);
        analyst.analyse(*snapshot, nothing, false);
    };
    look();
    std::int64_t report = nextReport(trainer.stepCount(), every);
    while (trainer.stepCount() < last && !trainer.failed() && !interrupted()) {
        trainer.step();
        if (trainer.stepCount() >= report) {
            look();
            report = nextReport(trainer.stepCount(), every);
        }
        if (bar.due()) {
            bar.draw(trainer.stepCount(), {});
        }
    }
}

/// The frame of the last step with the latent window fitted to its codes: all that the views of the page shown ask for.
/// Its numbers rest on `examples` of each split, 0: on all. Null when a signal came in between.
std::shared_ptr<const Frame> finalFrame(const Trainer& trainer, Analyst& analyst, Arrangement& arrangement,
                                        int examples) {
    LatentPlane plane;
    plane.principal = trainer.experiment().model.latentDim > 2;
    arrangement.latent()->setPlane(plane);
    OnScreen screen;
    screen.fleetSize = trainer.experiment().fleetSize();
    const auto snapshot = trainer.snapshot();
    if (!analyst.evaluate(*snapshot, {.examples = examples, .draws = 0, .goOn = [] { return !interrupted(); }})) {
        return nullptr;
    }
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
        const MeasureProgress progress{[](double) {
                                           if (interrupted()) {
                                               throw MeasureStopped();
                                           }
                                       },
                                       {}};
        try {
            addTo(*frame, measurer.measure(*snapshot, requestFor(screen), true, progress,
                                           examples > 0 ? examples : Measurer::kAllExamples));
        } catch (const MeasureStopped&) {
            return nullptr;
        }
    }
    return frame;
}

/// Has the best that any encoder could reach measured and drawn. Throws InputError where that cannot be known.
void drawDecoderCurve(const Arrangement& arrangement, const Experiment& experiment) {
    if (experiment.model.latentDim > 2) {
        throw InputError(
            fmt::format("--decoder-curve is for codes of one or two dimensions, and model.latent_dim is {}",
                        experiment.model.latentDim));
    }
    if (auto* plane = qobject_cast<RateDistortionView*>(arrangement.view("rate-distortion"))) {
        plane->setBounds(true);
    }
}

/// One file: the size that was asked for, or one that suits what is shown.
void writeFigure(const FigureRequest& request, const FigureFile& file, const std::vector<View*>& views,
                 const Experiment& experiment, const Frame& frame) {
    const FigureSize size = requestedSize(request);
    FigureOptions options = figureOptions(experiment, frame);
    setStyle(options, request);
    options.millimetres = standardFigureSize(file.view.empty());
    if (size.width > 0.0) {
        options.millimetres = {size.width, size.height > 0.0 ? size.height
                                                             : std::round(size.width * options.millimetres.height() /
                                                                          options.millimetres.width())};
    }
    const bool table = QFileInfo(QString::fromStdString(file.path)).suffix().toLower() == "csv";
    if (!table && size.height == 0.0) {
        suitSize(views, options);
    }
    checkRules(size, options.millimetres.height(), options.fontPoints);
    const auto items = table ? arrangeFigure(views) : layOutFigure(views, options);
    try {
        exportFigure(items, QString::fromStdString(file.path), options);
    } catch (const std::exception& error) {
        throw InputError(error.what());
    }
}

}  // namespace

int figureCommand(const FigureRequest& request) {
    const bool isFile = QFileInfo::exists(QString::fromStdString(request.source));
    if (isStudyFigure(request.source) && request.views.empty() && !isFile) {
        return studyFigureCommand(request);
    }
    if (isSweepFigure(request)) {
        return sweepFigureCommand(request);
    }
    const std::vector<FigureFile> files = figureFiles(request);
    checkRules(requestedSize(request), 0.0, request.fontPoints);
    FigureOptions trial;
    setStyle(trial, request);  // a font that is missing is said before anything is trained
    const Source source = findSource(request);
    remarkOnThreads(source.experiment.run.threads);
    prepareWorkerThread(source.experiment.run.threads, true);
    Trainer trainer(source.experiment, loadDataset(source.experiment.data));
    if (!source.checkpoint.empty()) {
        restoreCheckpoint(source.checkpoint, trainer);
    }
    Arrangement arrangement;
    arrangement.adapt(source.experiment, *trainer.dataset());
    if (request.decoderCurve) {
        drawDecoderCurve(arrangement, source.experiment);
    }
    Analyst analyst(
        source.experiment, trainer.dataset(),
        source.checkpoint.empty() ? ReportHistory{} : RunFolder::historyBeside(source.checkpoint, trainer.stepCount()));

    catchInterruption();
    train(trainer, analyst, request.steps.value_or(stepsOf(source)));
    if (interrupted()) {
        return kInterrupted;
    }

    std::shared_ptr<const Frame> frame;
    for (std::size_t i = 0; i < files.size(); ++i) {
        const FigureFile& file = files[i];
        View* view = file.view.empty() ? nullptr : arrangement.view(QString::fromStdString(file.view));
        if (i == 0 || file.view != files[i - 1].view) {
            if (view != nullptr) {
                arrangement.pages()->showPageOf(view);
            }
            // Each page asks for its own parts of a frame.
            frame = finalFrame(trainer, analyst, arrangement, request.examples);
            if (frame == nullptr) {
                return kInterrupted;
            }
            for (View* each : arrangement.views()) {
                each->showFrame(frame);
            }
        }
        if (view != nullptr && !view->appliesTo(*frame)) {
            throw InputError(
                fmt::format("--view is \"{}\", which shows nothing for \"{}\"; leave --view out to see what there is",
                            file.view, source.experiment.name));
        }
        writeFigure(request, file, view == nullptr ? arrangement.applicableViews() : std::vector<View*>{view},
                    source.experiment, *frame);
    }
    if (trainer.failed()) {
        std::fprintf(stderr, "elboroom: the run diverged: %s\n", trainer.snapshot()->failure.c_str());
        return kDiverged;
    }
    return kDone;
}

}  // namespace elbo
