#include "app/cli/command_line.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <QApplication>
#include <QCoreApplication>
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <functional>
#include <string>
#include <vector>

#include "app/cli/bench_command.h"
#include "app/cli/docs_command.h"
#include "app/cli/download_command.h"
#include "app/cli/explain_command.h"
#include "app/cli/figure_command.h"
#include "app/cli/list_command.h"
#include "app/cli/measure_command.h"
#include "app/cli/sweep_command.h"
#include "app/cli/train_command.h"
#include "app/cli/window_command.h"
#include "app/process/exit_codes.h"
#include "app/process/thread_budget.h"
#include "app/process/usage_error.h"
#include "app/window/view_table.h"
#include "training/experiment/input_error.h"
#include "training/step/failure_words.h"
#include "training/step/vector_state.h"

namespace elbo {

namespace {

/// As run.steps. (CLI11's own NonNegativeNumber names a bound of 309 digits.)
CLI::Range stepRange() {
    return {std::int64_t{0}, std::int64_t{1'000'000'000'000}, "NONNEGATIVE"};
}

/// Everything the arguments can say.
struct Choices {
    BenchOptions bench;
    std::vector<std::string> benchParts{"engine", "measures", "window"};
    WindowOptions window;
    TrainOptions train;
    FigureRequest figure;
    std::string listKind;
    bool listJson = false;
    std::string downloadName;
    std::string docsFolder;
    int argc = 1;
    char** argv = nullptr;
};

/// Qt's remark about a missing runtime folder means nothing to someone who asked for a figure.
void dropIdleRemarks(QtMsgType type, const QMessageLogContext& context, const QString& message) {
    if (!message.startsWith("QStandardPaths: XDG_RUNTIME_DIR")) {
        std::fprintf(stderr, "%s\n", qPrintable(qFormatLogMessage(type, context, message)));
    }
}

void nameProgram() {
    qInstallMessageHandler(dropIdleRemarks);
    QCoreApplication::setApplicationName("elboroom");
    QCoreApplication::setOrganizationName("elboroom");
    QCoreApplication::setApplicationVersion(ELBOROOM_VERSION);
}

void addTrain(CLI::App& app, Choices& choices, std::function<int()>& action) {
    TrainOptions& options = choices.train;
    CLI::App* command = app.add_subcommand("train", "Train without a window");
    CLI::Option* experiment =
        command->add_option("EXPERIMENT", options.experiment,
                            "File or folder that the window opens, or a name from `elboroom list experiments`");
    command
        ->add_option("--set", options.assignments,
                     "Change a knob or field: --set beta=0.5 --set data.train_size=500, or take a named objective or "
                     "architecture: --set objective=alice --set architecture=infovae-dcgan-small")
        ->type_name("KEY=VALUE")
        ->take_all()
        ->allow_extra_args(false);
    command->add_option("--steps", options.steps, "Steps to train to (default: the experiment's)")->check(stepRange());
    CLI::Option* out = command->add_option("--out", options.out,
                                           "Folder for metrics.jsonl, summary.json, experiment.toml and "
                                           "checkpoint.safetensors; without it nothing is kept");
    CLI::Option* resume = command->add_option("--resume", options.resume,
                                              "Go on with the run in this folder, as if it had never stopped");
    out->excludes(resume);
    command->add_flag("--overwrite", options.overwrite, "Replace a run that --out already holds")->needs(out);
    command->add_flag("--json", options.json, "Print the summary as one JSON object on the last line");
    command->callback([=, &options, &action] {
        if (experiment->count() == 0 && resume->count() == 0) {
            throw CLI::RequiredError("EXPERIMENT");
        }
        action = [&options] { return trainCommand(options); };
    });
}

void addFigure(CLI::App& app, Choices& choices, std::function<int()>& action) {
    FigureRequest& options = choices.figure;
    CLI::App* command = app.add_subcommand("figure", "Train without a window and write a picture");
    command
        ->add_option(
            "EXPERIMENT", options.source,
            "TOML file, built-in name, checkpoint, exported figure, folder of a sweep (its plane; --view sheets: "
            "its decodings), or a figure of a paper: a name from `elboroom list figures`")
        ->required();
    command
        ->add_option("--out", options.outs,
                     fmt::format("File to write: {}; several by repeating it or as fig.{{pdf,csv}}",
                                 figureSuffixes().toStdString()))
        ->required()
        ->take_all()
        ->allow_extra_args(false);
    std::vector<std::string> widths;
    for (const PrintedWidth& place : printedWidths()) {
        widths.push_back(place.name);
    }
    command->add_option(
        "--size", options.size,
        fmt::format("Size on paper, as 85x60mm or 3.35x2.4in, a width as 85mm, or one that is printed: {}",
                    fmt::join(widths, ", ")));
    command
        ->add_option("--view", options.views,
                     fmt::format("One view or several, as latent,curves (default: all in one figure): {}",
                                 fmt::join(viewNames(), ", ")))
        ->delimiter(',')
        ->take_all()
        ->allow_extra_args(false);
    command->add_option("--font", options.font,
                        "Font of the figure (default: Arial, Helvetica or Liberation Sans, the first installed)");
    command->add_option("--font-size", options.fontPoints, "Points of running text (default 7)")
        ->check(CLI::Range(4.0, 36.0));
    command->add_flag("--gray", options.gray, "Without colour");
    command->add_flag("--transparent", options.transparent, "Without a white ground");
    command->add_flag("--no-caption", options.noCaption, "Without the caption below the figure");
    command->add_flag("--decoder-curve", options.decoderCurve,
                      "With the best that any encoder could reach, in the rate-distortion plane (dim z 1 or 2)");
    command
        ->add_option("--steps", options.steps, "Steps to train first (default: the experiment's; none for checkpoints)")
        ->check(stepRange());
    command->add_option("--set", options.assignments, "Change a knob or field")
        ->type_name("KEY=VALUE")
        ->take_all()
        ->allow_extra_args(false);
    command
        ->add_option("--examples", options.examples,
                     "Examples of each split that the numbers of the picture rest on (default: all)")
        ->check(CLI::Range(0, 1'000'000'000, "NONNEGATIVE"));
    command->add_option("--dpi", options.dpi, "Dots per inch of a PNG (default 300)")->check(CLI::Range(36, 2400));
    command->callback([&choices, &action] {
        action = [&choices] {
            // A figure is painted in memory: no display is needed, and the result does not depend on one.
            qputenv("QT_QPA_PLATFORM", "offscreen");
            nameProgram();
            const QApplication application(choices.argc, choices.argv);
            clearVectorState();
            return figureCommand(choices.figure);
        };
    });
}

void addList(CLI::App& app, Choices& choices, std::function<int()>& action) {
    CLI::App* command = app.add_subcommand("list", "List names that other commands take");
    command
        ->add_option("KIND", choices.listKind,
                     "data, models, architectures, objectives, metrics, experiments or figures")
        ->required()
        ->check(CLI::IsMember({"data", "models", "architectures", "objectives", "metrics", "experiments", "figures"}));
    command->add_flag("--json", choices.listJson, "Print a JSON array");
    command->callback([&] { action = [&choices] { return listCommand(choices.listKind, choices.listJson); }; });
}

void addDownload(CLI::App& app, Choices& choices, std::function<int()>& action) {
    CLI::App* command = app.add_subcommand("download", "Download a data set and check it");
    command->add_option("NAME", choices.downloadName, "A name from `elboroom list data`")->required();
    command->callback([&] {
        action = [&choices] {
            nameProgram();
            const QCoreApplication application(choices.argc, choices.argv);
            return downloadCommand(choices.downloadName);
        };
    });
}

void addDocs(CLI::App& app, Choices& choices, std::function<int()>& action) {
    CLI::App* command =
        app.add_subcommand("docs", "Write the reference pages: fields, metrics, objectives, models, data");
    command->add_option("--out", choices.docsFolder, "Folder for the Markdown files")->required();
    command->callback([&app, &choices, &action] {
        action = [&app, &choices] {
            // Once a command was given, help() speaks of that one; the formatter speaks of whom it is asked about.
            const auto help = [](const CLI::App& of, const std::string& name) {
                return of.get_formatter()->make_help(&of, name, CLI::AppFormatMode::Normal);
            };
            std::vector<CommandPage> pages{{"", "Opens the window", help(app, app.get_name())}};
            for (const CLI::App* each : app.get_subcommands([](const CLI::App*) { return true; })) {
                pages.push_back({each->get_name(), each->get_description(),
                                 help(*each, fmt::format("{} {}", app.get_name(), each->get_name()))});
            }
            return docsCommand(choices.docsFolder, pages);
        };
    });
}

void addBench(CLI::App& app, Choices& choices, std::function<int()>& action) {
    BenchOptions& options = choices.bench;
    CLI::App* command =
        app.add_subcommand("bench", "Measure steps per second beside plain LibTorch, the measures, and the window");
    command->add_flag("--json", options.json, "Print one JSON object");
    command->add_option("--seconds", options.seconds, "Seconds per measurement (default 2)")
        ->check(CLI::Range(0.1, 600.0));
    command
        ->add_option("--only", choices.benchParts,
                     "Parts to measure: engine, measures, window (default: all; no window where there is no display)")
        ->delimiter(',')
        ->check(CLI::IsMember({"engine", "measures", "window"}));
    command->add_option("--experiment", options.experiment, "Built-in experiment of the window part (default mnist)");
    command->callback([&choices, &action] {
        action = [&choices] {
            const bool display =
                !qEnvironmentVariableIsEmpty("DISPLAY") || !qEnvironmentVariableIsEmpty("WAYLAND_DISPLAY");
            const auto wanted = [&](const char* part) {
                return std::find(choices.benchParts.begin(), choices.benchParts.end(), part) !=
                       choices.benchParts.end();
            };
            choices.bench.engine = wanted("engine");
            choices.bench.measures = wanted("measures");
            choices.bench.window = wanted("window") && display;
            adoptThreadBudget(choices.argv);
            if (!choices.bench.window) {
                return benchCommand(choices.bench);
            }
            nameProgram();
            const QApplication application(choices.argc, choices.argv);
            clearVectorState();
            QApplication::setStyle("Fusion");
            return benchCommand(choices.bench);
        };
    });
}

void addWindow(CLI::App& app, Choices& choices, std::function<int()>& action) {
    WindowOptions& options = choices.window;
    app.add_option("FILE", options.file, "Experiment, checkpoint, figure or data file to open");
    app.add_flag("--fresh", options.fresh, "Neither restore nor store the last session");
    app.add_option("--theme", options.theme, "dark or light")->check(CLI::IsMember({"dark", "light"}));
    app.add_option("--geometry", options.geometry, "Size of the window, as 1280x800");
    app.add_option("--screenshot", options.screenshot)->group("");
    app.add_option("--after-steps", options.afterSteps)->group("");
    action = [&choices] {
        adoptThreadBudget(choices.argv);
        nameProgram();
        const QApplication application(choices.argc, choices.argv);
        clearVectorState();
        return windowCommand(choices.window);
    };
}

int say(const char* text, ExitCode code) {
    std::fprintf(stderr, "elboroom: %s\n", text);
    return code;
}

}  // namespace

int runCommandLine(int argc, char** argv) {
    Choices choices;
    // Qt sees the program's name only: arguments are ours.
    choices.argv = argv;
    std::function<int()> action;

    CLI::App app("ELBO Room: a laboratory for latent-variable objectives", "elboroom");
    app.set_version_flag("--version", "elboroom " ELBOROOM_VERSION);
    app.require_subcommand(0, 1);
    addWindow(app, choices, action);
    addTrain(app, choices, action);
    addSweep(app, action, argv);
    addMeasure(app, action);
    addFigure(app, choices, action);
    addList(app, choices, action);
    addDownload(app, choices, action);
    addBench(app, choices, action);
    addExplain(app, action);
    addDocs(app, choices, action);
    app.footer("Exit codes: 0 done, 2 usage, 3 bad input, 4 diverged, 130 interrupted (checkpoint written).");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? kDone : kUsage;
    }
    try {
        return action();
    } catch (const UsageError& error) {
        return say(error.what(), kUsage);
    } catch (const InputError& error) {
        return say(error.what(), kBadInput);
    } catch (const std::exception& error) {
        return say(failureWords(error).c_str(), isOutOfMemory(error) ? kBadInput : kInternalError);
    }
}

}  // namespace elbo
