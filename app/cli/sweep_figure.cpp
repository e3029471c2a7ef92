#include "app/cli/sweep_figure.h"

#include <fmt/format.h>

#include <QDir>
#include <algorithm>
#include <memory>
#include <utility>

#include "app/cli/study_figures.h"
#include "app/process/exit_codes.h"
#include "app/process/interruption.h"
#include "app/process/usage_error.h"
#include "app/runs/run_folder.h"
#include "app/window/opening.h"
#include "training/analysis/analyst.h"
#include "training/engine/trainer.h"
#include "training/experiment/experiment_text.h"
#include "training/experiment/input_error.h"
#include "training/run/checkpoint.h"
#include "training/step/worker_thread.h"
#include "training/sweep/sweep_results.h"
#include "widgets/images/sheet_view.h"
#include "widgets/kit/numbers.h"
#include "widgets/study/sweep_plane_view.h"

namespace elbo {

namespace {

constexpr std::size_t kMostColumns = 9;  ///< of the sheets: more are thinned out

QString titleOf(const Sweep& sweep) {
    const Experiment& experiment = sweep.experiment;
    return QString::fromStdString(experiment.title.empty() ? experiment.name : experiment.title);
}

SweepPlane planeOf(const Sweep& sweep) {
    SweepPlane plane = prepareSweepPlane(sweep, splitOf(sweep));
    if (plane.runs.empty()) {
        throw InputError(
            fmt::format("{}: no model of this sweep has come to its end yet; go on with it by the command that began "
                        "it, elboroom sweep",
                        sweep.folder));
    }
    return plane;
}

/// Whether a run has the value that `assignment` says. Throws UsageError for what was not swept.
bool chosen(const SweepPlane& plane, const PlaneRun& run, const std::string& assignment) {
    const std::size_t equals = std::min(assignment.find('='), assignment.size());
    const QString key = QString::fromStdString(assignment.substr(0, equals));
    const auto field = std::find_if(plane.fields.begin(), plane.fields.end(),
                                    [&](const QString& each) { return each == key || each.section('.', -1) == key; });
    if (field == plane.fields.end() || equals == assignment.size()) {
        throw UsageError(
            fmt::format("--set {}: the figure of a sweep takes values of what was swept besides the weights, to choose "
                        "the models of its sheets",
                        assignment));
    }
    return run.values.at(static_cast<std::size_t>(field - plane.fields.begin())) ==
           shortValue(assignment.substr(equals + 1));
}

/// The best runs of one family by rising beta.
std::vector<const PlaneRun*> columnsOf(const SweepPlane& plane, const FigureRequest& request) {
    std::vector<const PlaneRun*> fit;
    for (const PlaneRun& run : plane.runs) {
        const bool fits = std::all_of(request.assignments.begin(), request.assignments.end(),
                                      [&](const std::string& each) { return chosen(plane, run, each); });
        if (run.best && fits) {
            fit.push_back(&run);
        }
    }
    if (fit.empty()) {
        throw InputError(
            fmt::format("{}: no model of the sweep has {}; `elboroom figure` without --set takes the "
                        "family of the best ELBO",
                        request.source, fmt::join(request.assignments, ", ")));
    }
    const PlaneRun* best = *std::min_element(fit.begin(), fit.end(), [](const PlaneRun* a, const PlaneRun* b) {
        return a->rate + a->distortion < b->rate + b->distortion;
    });
    const std::size_t family = best->family;
    std::erase_if(fit, [family](const PlaneRun* run) { return run->family != family; });
    std::stable_sort(fit.begin(), fit.end(), [](const PlaneRun* a, const PlaneRun* b) { return a->beta < b->beta; });
    std::vector<const PlaneRun*> columns;
    const std::size_t count = std::min(fit.size(), kMostColumns);
    for (std::size_t i = 0; i < count; ++i) {
        columns.push_back(fit[count == 1 ? 0 : i * (fit.size() - 1) / (count - 1)]);
    }
    return columns;
}

/// One frame with a member per run; null when a signal came in between.
std::shared_ptr<const Frame> frameOf(const std::vector<const PlaneRun*>& columns, const std::string& source) {
    auto all = std::make_shared<Frame>();
    std::shared_ptr<const Dataset> dataset;
    DataSpec data;
    for (const PlaneRun* run : columns) {
        if (interrupted()) {
            return nullptr;
        }
        const std::string checkpoint = RunFolder::checkpointPath(run->folder.toStdString());
        const Experiment experiment = checkpointExperiment(checkpoint);
        if (dataset == nullptr || !(data == experiment.data)) {
            data = experiment.data;
            dataset = loadDataset(data);
        }
        if (!dataset->isImage()) {
            throw InputError(
                fmt::format("{}: sheets are of images, which the data of this sweep are not; leave --view "
                            "out for its plane",
                            source));
        }
        Trainer trainer(experiment, dataset);
        restoreCheckpoint(checkpoint, trainer);
        ViewRequest request = ViewRequest::nothing();
        request.sheets = true;
        const auto frame = Analyst(experiment, dataset).analyse(*trainer.snapshot(), request, false);
        all->images.push_back(frame->images.at(0));
        all->images.back().member = static_cast<int>(all->knobs.size());
        all->knobs.push_back(experiment.knobs.front());
    }
    all->fleetSize = static_cast<int>(columns.size());
    all->state = RunState::Finished;
    return all;
}

int drawSheets(const FigureRequest& request, const Sweep& sweep, const SweepPlane& plane) {
    const std::vector<const PlaneRun*> columns = columnsOf(plane, request);
    prepareWorkerThread(sweep.experiment.run.threads, true);
    const auto frame = frameOf(columns, request.source);
    if (frame == nullptr) {
        return kInterrupted;
    }
    SheetView view;
    view.showFrame(frame);
    QStringList rates;
    for (const PlaneRun* run : columns) {
        rates << QString::fromUtf8("\u03b2 %1: R %2, D %3")
                     .arg(weightText(run->beta), numberText(run->rate), numberText(run->distortion));
    }
    const QString caption =
        QString(
            "%1, family %2. %3 nats. Each pair is one decoding of a code and the mean of %4 of the same code. After "
            "Alemi et al. (2018), Fig. 4.")
            .arg(titleOf(sweep), plane.families[columns.front()->family], rates.join("; "))
            .arg(ImageSheet::kDecodings);
    writeStudy(view, caption, request, {183.0, 90.0}, writeExperiment(sweep.experiment));
    return kDone;
}

}  // namespace

bool isSweepFigure(const FigureRequest& request) {
    const bool sheets = request.views == std::vector<std::string>{"sheets"};
    return (request.views.empty() || sheets) && isSweepFolder(QString::fromStdString(request.source));
}

int sweepFigureCommand(const FigureRequest& request) {
    if (request.steps) {
        throw UsageError(
            "--steps: the models of a sweep are drawn as they are; train one of them further by its folder");
    }
    figureFiles(request);
    checkRules(requestedSize(request), 0.0, request.fontPoints);
    FigureOptions trial;
    setStyle(trial, request);  // a font that is missing is said before anything is read
    catchInterruption();
    const Sweep sweep = readSweep(QDir(QString::fromStdString(request.source)).absolutePath().toStdString());
    const SweepPlane plane = planeOf(sweep);
    if (!request.views.empty()) {
        return drawSheets(request, sweep, plane);
    }
    if (!request.assignments.empty()) {
        throw UsageError(fmt::format("--set {}: the plane shows all models of the sweep; only its sheets can be chosen",
                                     request.assignments.front()));
    }
    SweepPlaneView view(plane, titleOf(sweep));
    writeStudy(view, view.caption(), request, {183.0, 90.0}, writeExperiment(sweep.experiment));
    return kDone;
}

}  // namespace elbo
