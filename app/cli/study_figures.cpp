#include "app/cli/study_figures.h"

#include <fmt/format.h>

#include <QFileInfo>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>
#include <utility>

#include "app/builtin/builtin_experiments.h"
#include "app/builtin/builtin_objectives.h"
#include "app/process/exit_codes.h"
#include "app/process/interruption.h"
#include "app/process/progress_bar.h"
#include "app/process/usage_error.h"
#include "app/window/figure_layout.h"
#include "training/experiment/experiment_text.h"
#include "training/experiment/input_error.h"
#include "training/step/vector_state.h"
#include "training/study/family_fig1.h"
#include "training/study/rd_fig2.h"
#include "widgets/study/family_fig1_view.h"
#include "widgets/study/rd_fig2_view.h"

namespace elbo {

namespace {

constexpr std::uint64_t kSeed = 1;

int drawRdFig2(const FigureRequest& request) {
    if (!request.assignments.empty()) {
        throw UsageError(
            fmt::format("--set {}: rd-fig2 has no experiment whose fields could be set; it takes --steps, --size and "
                        "--dpi",
                        request.assignments.front()));
    }
    const std::int64_t steps = request.steps.value_or(kRdFig2Steps);
    clearVectorState();
    ProgressBar bar(request.source, 0, 2 * steps);
    const RdFig2 study = makeRdFig2(steps, kSeed, [&](std::int64_t taken) {
        if (bar.due()) {
            bar.draw(taken, {});
        }
        return !interrupted();
    });
    bar.clear();
    if (interrupted()) {
        return kInterrupted;
    }
    RdFig2View view(study);
    writeStudy(view, view.caption(), request, {183.0, 138.0}, {});
    return kDone;
}

int drawFamilyFig1(const FigureRequest& request) {
    Experiment experiment = builtinExperiment(request.source);
    for (const std::string& assignment : request.assignments) {
        applySetting(experiment, assignment);
    }
    if (request.steps) {
        experiment.run.steps = *request.steps;
    }
    checkFamilyFig1(experiment);
    ProgressBar bar(request.source, 0, experiment.run.steps);
    const FamilyFig1 study = makeFamilyFig1(experiment, [&](double share) {
        if (bar.due()) {
            bar.draw(std::llround(share * static_cast<double>(experiment.run.steps)), {});
        }
        return !interrupted();
    });
    bar.clear();
    if (interrupted()) {
        return kInterrupted;
    }
    FamilyFig1View view(study);
    writeStudy(view, view.caption(), request, {183.0, 76.0}, writeExperiment(experiment));
    for (const FamilyFig1Curve& curve : study.curves) {
        if (!curve.failure.empty()) {
            std::fprintf(stderr, "elboroom: a run diverged: %s\n", curve.failure.c_str());
            return kDiverged;
        }
    }
    return kDone;
}

struct Study {
    StudyFigureEntry entry;
    int (*draw)(const FigureRequest& request);
};

const std::vector<Study>& studies() {
    static const std::vector<Study> kStudies{
        {{"family-fig1",
          "Below beta = 1 the information grows first and the likelihood gets worse, until the information stops "
          "growing or is capped",
          "Zhao, Song, Ermon: The information autoencoding family (2018), Fig. 1"},
         drawFamilyFig1},
        {{"rd-fig2",
          "Two models that match the data equally well: the ELBO's ignores its code, the one with a target "
          "rate finds the two classes",
          "Alemi et al.: Fixing a broken ELBO (2018), Fig. 2"},
         drawRdFig2}};
    return kStudies;
}

}  // namespace

void writeStudy(View& view, const QString& caption, const FigureRequest& request, const QSizeF& standard,
                const std::string& experiment) {
    const FigureSize size = requestedSize(request);
    FigureOptions options;
    options.title = view.title();
    options.caption = caption;
    options.experimentToml = QString::fromStdString(experiment);
    setStyle(options, request);
    options.millimetres = standard;
    if (size.width > 0.0) {
        options.millimetres = {size.width, size.height > 0.0
                                               ? size.height
                                               : std::round(size.width * standard.height() / standard.width())};
    }
    const std::vector<View*> views{&view};
    if (size.height == 0.0) {
        suitSize(views, options);
    }
    for (const FigureFile& file : figureFiles(request)) {
        const bool table = QFileInfo(QString::fromStdString(file.path)).suffix().toLower() == "csv";
        if (!table) {
            checkRules(size, options.millimetres.height(), options.fontPoints);
        }
        const auto items = table ? std::vector<FigureItem>{{&view}} : layOutFigure(views, options);
        try {
            exportFigure(items, QString::fromStdString(file.path), options);
        } catch (const std::exception& error) {
            throw InputError(error.what());
        }
    }
}

const std::vector<StudyFigureEntry>& studyFigures() {
    static const std::vector<StudyFigureEntry> kEntries = [] {
        std::vector<StudyFigureEntry> entries;
        for (const Study& study : studies()) {
            entries.push_back(study.entry);
        }
        return entries;
    }();
    return kEntries;
}

bool isStudyFigure(const std::string& name) {
    return std::any_of(studies().begin(), studies().end(),
                       [&name](const Study& study) { return study.entry.name == name; });
}

int studyFigureCommand(const FigureRequest& request) {
    const auto study = std::find_if(studies().begin(), studies().end(),
                                    [&](const Study& each) { return each.entry.name == request.source; });
    if (study == studies().end()) {
        throw InputError(fmt::format("\"{}\" is not a figure of `elboroom list figures`", request.source));
    }
    figureFiles(request);
    checkRules(requestedSize(request), 0.0, request.fontPoints);
    FigureOptions trial;
    setStyle(trial, request);  // a font that is missing is said before anything is trained
    catchInterruption();
    return study->draw(request);
}

}  // namespace elbo
