#include "app/cli/measure_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <QFileInfo>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "app/process/exit_codes.h"
#include "app/process/freed_memory.h"
#include "app/process/interruption.h"
#include "app/process/thread_budget.h"
#include "app/process/usage_error.h"
#include "app/runs/measure_text.h"
#include "app/runs/run_folder.h"
#include "app/window/opening.h"
#include "training/experiment/input_error.h"
#include "training/measure/image_classifier.h"
#include "training/measure/measures/model_measures.h"
#include "training/measure/points/point_measures.h"
#include "training/metrics/progress.h"
#include "training/run/checkpoint.h"
#include "training/step/worker_thread.h"

namespace elbo {

namespace {

struct MeasureOptions {
    std::string checkpoint;
    std::string points;
    std::string against;
    SmoothKnnOptions knn;
    bool json = false;
    ModelMeasureOptions model;
    int threads = 0;
};

Points readAtLeastTwo(const std::string& path) {
    Points points = readPoints(path);
    if (points.rows() < 2) {
        throw InputError(fmt::format("{}: holds one point; give at least two, one per line", path));
    }
    return points;
}

int measureFiles(const MeasureOptions& options) {
    const Points points = readAtLeastTwo(options.points);
    std::optional<Points> against;
    if (!options.against.empty()) {
        against = readAtLeastTwo(options.against);
        if (against->cols() != points.cols()) {
            throw InputError(
                fmt::format("{}: has {} values per line, expected {} as in {}; give both sets the same columns",
                            options.against, against->cols(), points.cols(), options.points));
        }
    }
    const std::vector<PointValue> values = measurePoints({points, against ? &*against : nullptr, options.knn});
    std::cout << (options.json ? pointMeasuresJson(values) + "\n" : pointMeasuresText(values)) << std::flush;
    return kDone;
}

/// One line on a terminal that says what is measured.
class StageLine {
  public:
    ~StageLine() {
        if (visible_) {
            std::fputs("\r\x1b[K", stderr);
        }
    }
    void show(const std::string& what, double share) const {
        if (visible_) {
            std::fprintf(stderr, "\r\x1b[Kmeasuring %s  %.0f %%", what.c_str(), 100.0 * std::clamp(share, 0.0, 1.0));
            std::fflush(stderr);
        }
    }

  private:
    bool visible_ = isatty(STDERR_FILENO) == 1;
};

/// The checkpoint that a file or folder stands for: of a run, or of a model of a sweep.
std::string modelIn(const std::string& source) {
    const QString path = QString::fromStdString(source);
    const QFileInfo info(path);
    if (info.isDir() && !isSweepFolder(path)) {
        return RunFolder::checkpointPath(source);
    }
    if (!info.exists()) {
        return source;
    }
    const Opening opening = recogniseFile(path);
    if (!opening.checkpoint) {
        throw InputError(
            fmt::format("{}: holds an experiment and no trained model; train it with: elboroom train {} "
                        "--out DIR, then measure DIR",
                        source, source));
    }
    return opening.path.toStdString();
}

/// A slip of the pen ends here, before anything is read.
void requireMetrics(const std::vector<std::string>& only) {
    try {
        requireMeasurable(only);
    } catch (const InputError& error) {
        throw UsageError(error.what());
    }
}

int measureCheckpoint(const MeasureOptions& options) {
    requireMetrics(options.model.only);
    keepFreedMemory();
    const std::string path = modelIn(options.checkpoint);
    Experiment experiment = checkpointExperiment(path);
    experiment.run.device = Device::Cpu;  // whatever it was trained on: measures are sums over many small pieces
    remarkOnThreads(options.threads > 0 ? options.threads : experiment.run.threads);
    prepareWorkerThread(options.threads > 0 ? options.threads : experiment.run.threads, false);
    Trainer trainer(experiment, loadDataset(experiment.data));
    restoreCheckpoint(path, trainer);
    const auto snapshot = trainer.snapshot();
    catchInterruption();
    std::stop_source stop;
    ModelMeasures measures;
    try {
        const StageLine line;
        const auto progress = [&](const std::string& what, double share) {
            if (interrupted()) {
                stop.request_stop();
            }
            line.show(what, share);
        };
        ModelMeasureOptions model = options.model;
        model.cacheFolder = userCacheFolder();
        measures = measureModel(*snapshot, experiment, *trainer.dataset(), model, progress, stop.get_token());
    } catch (const MeasureStopped&) {
        std::fputs("elboroom: interrupted; nothing was measured to its end\n", stderr);
        return kInterrupted;
    }
    std::cout << (options.json ? modelMeasuresJson(measures, *snapshot, experiment) + "\n"
                               : modelMeasuresText(measures, *snapshot, experiment))
              << std::flush;
    return kDone;
}

}  // namespace

void addMeasure(CLI::App& app, std::function<int()>& action) {
    const auto options = std::make_shared<MeasureOptions>();
    CLI::App* command = app.add_subcommand("measure", "Measure a stored model, or plain sets of points");
    CLI::Option* checkpoint =
        command->add_option("CHECKPOINT", options->checkpoint, "A checkpoint, or the folder of a run");
    CLI::Option* only =
        command
            ->add_option("--only", options->model.only,
                         "Metrics to measure, separated by commas (default: all), as in nll,kl_marginal_test")
            ->delimiter(',')
            ->allow_extra_args(false);
    CLI::Option* draws = command
                             ->add_option("--samples", options->model.draws,
                                          "Draws K of the importance-sampled likelihood (default 5,50,5000)")
                             ->delimiter(',')
                             ->allow_extra_args(false)
                             ->check(CLI::Range(1, 1000000));
    CLI::Option* factor = command
                              ->add_option("--variance-factor", options->model.varianceFactor,
                                           "Widens the proposal of the importance sampling (default 1)")
                              ->check(CLI::Range(0.01, 100.0));
    CLI::Option* examples = command
                                ->add_option("--examples", options->model.examples,
                                             "Examples per split for quadrature and importance sampling")
                                ->check(CLI::Range(1, 10000000));
    CLI::Option* threads =
        command->add_option("--threads", options->threads, "Threads to measure with (default: the experiment's)")
            ->check(CLI::Range(1, 256));
    CLI::Option* points =
        command->add_option("--points", options->points, "CSV file of points, one per line: measures them alone");
    CLI::Option* against =
        command->add_option("--against", options->against, "CSV file of points to compare with")->needs(points);
    command->add_option("--knn-k", options->knn.neighbours, "Neighbours k of smooth_knn (default 1)")
        ->check(CLI::Range(1, 1000))
        ->needs(against);
    command
        ->add_option("--knn-alpha", options->knn.alphas,
                     "How sharply smooth_knn prefers near neighbours, per unit of distance; several are averaged "
                     "(default 1)")
        ->delimiter(',')
        ->allow_extra_args(false)
        ->check(CLI::Range(1e-9, 1e9, "POSITIVE"))
        ->needs(against);
    command->add_flag("--json", options->json, "Print one JSON object");
    for (CLI::Option* ofModels : {checkpoint, only, draws, factor, examples, threads}) {
        points->excludes(ofModels);
    }
    command->callback([=, &action] {
        if (checkpoint->count() == 0 && points->count() == 0) {
            throw CLI::RequiredError("CHECKPOINT or --points");
        }
        std::sort(options->model.draws.begin(), options->model.draws.end());
        action = [options] { return options->points.empty() ? measureCheckpoint(*options) : measureFiles(*options); };
    });
}

}  // namespace elbo
