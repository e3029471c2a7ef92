#include "app/cli/sweep_command.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <system_error>
#include <utility>
#include <vector>

#include "app/builtin/builtin_architectures.h"
#include "app/cli/train_command.h"
#include "app/process/exit_codes.h"
#include "app/process/interruption.h"
#include "app/process/thread_budget.h"
#include "app/process/usage_error.h"
#include "app/runs/folder_lock.h"
#include "app/runs/sweep_run.h"
#include "app/runs/sweep_text.h"
#include "training/experiment/experiment_text.h"
#include "training/experiment/field_table.h"
#include "training/experiment/input_error.h"
#include "training/experiment/swept_field.h"
#include "training/files/atomic_file.h"
#include "training/sweep/sweep.h"
#include "training/sweep/sweep_budget.h"
#include "training/sweep/sweep_results.h"

namespace elbo {
namespace {

struct SweepOptions {
    std::string experiment;
    std::vector<std::string> over;         ///< --over field=values
    std::vector<std::string> assignments;  ///< --set key=value
    int seeds = 1;
    std::optional<std::int64_t> steps;
    std::string out;
    int jobs = 0;   ///< 0: as the machine suggests
    int fleet = 0;  ///< 0: as the machine suggests
    bool json = false;
};

/// What the options ask for: values of weights are in the experiment, as the settings of its fleet.
struct Request {
    Experiment experiment;
    std::vector<SweptField> over;
};

/// Values of a weight, crossed with what the experiment has: "1,2" becomes "x 1,2".
std::string crossed(const std::string& values) {
    const std::size_t first = values.find_first_not_of(" \t");
    const bool crossed = first != std::string::npos && values[first] == 'x';
    return (crossed ? "" : "x ") + values;
}

/// "rd-conv-deconv-normal,mlp" as what the names stand for.
SweptField namedArchitectures(const std::string& names) {
    std::vector<ArchitecturePreset> presets;
    for (const std::string& name : splitValues(names)) {
        presets.push_back(namedArchitecture(name));
    }
    return sweptArchitectures(presets);
}

/// Throws UsageError for a field that is set and then set anew by an architecture of the sweep: it would be lost.
void refuseLostSettings(const SweepOptions& options, const Request& request) {
    const bool architectures = std::any_of(request.over.begin(), request.over.end(),
                                           [](const SweptField& field) { return !field.architectures.empty(); });
    if (!architectures) {
        return;
    }
    for (const std::string& assignment : options.assignments) {
        const std::string name = assignment.substr(0, assignment.find('='));
        if (name == kArchitectureAxis) {
            throw UsageError("--set architecture=... and --over architecture=... exclude each other; give one of them");
        }
        if (name == "objective") {
            continue;
        }
        const std::string key = namedField(name).key;
        const bool swept = std::any_of(request.over.begin(), request.over.end(),
                                       [&](const SweptField& field) { return field.key == key; });
        for (const std::vector<std::string>& values : combinations(request.over)) {
            const Experiment variant = withValues(request.experiment, request.over, values);
            if (!swept && fieldText(variant, key) != fieldText(request.experiment, key)) {
                throw UsageError(
                    fmt::format("--set {}: the architectures of the sweep set {} themselves; give it as "
                                "--over {}=..., which comes after them",
                                assignment, key, key));
            }
        }
    }
}

Request requested(const SweepOptions& options) {
    std::vector<std::string> assignments = options.assignments;
    std::vector<SweptField> over;
    std::set<std::string> seen;
    for (const std::string& text : options.over) {
        const std::size_t equals = text.find('=');
        if (equals == std::string::npos) {
            throw UsageError(
                fmt::format("--over {}: expected FIELD=VALUES, as beta=0.1:10:log16, data.train_size=500,1000 or "
                            "model.likelihood=bernoulli,gaussian",
                            text));
        }
        if (text.substr(0, equals) == kArchitectureAxis) {
            if (!seen.insert(kArchitectureAxis).second) {
                throw UsageError(
                    fmt::format("--over {}: architecture was already given; write all its values in one list", text));
            }
            over.push_back(namedArchitectures(text.substr(equals + 1)));
            continue;
        }
        const ExperimentField& field = namedField(text.substr(0, equals));
        if (!seen.insert(field.key).second) {
            throw UsageError(
                fmt::format("--over {}: {} was already given; write all its values in one list", text, field.key));
        }
        const std::string values = text.substr(equals + 1);
        if (field.isWeight()) {
            assignments.push_back(fmt::format("{}={}", field.key, crossed(values)));
        } else {
            over.push_back(parseSweptField(field.key, values));
            // The experiment stands at the first value, whatever else was said of the field.
            assignments.push_back(fmt::format("{}={}", field.key, over.back().values.front()));
        }
    }
    if (options.steps && seen.contains("run.steps")) {
        throw UsageError("--steps and --over run.steps=... exclude each other; give one of them");
    }
    Request request{requestedExperiment(options.experiment, assignments, options.steps), over};
    refuseLostSettings(options, request);
    return request;
}

/// The data of every variant; variants that agree in them share them.
std::vector<std::shared_ptr<const Dataset>> datasetsOf(const Request& request) {
    std::vector<std::pair<DataSpec, std::shared_ptr<const Dataset>>> loaded;
    std::vector<std::shared_ptr<const Dataset>> datasets;
    for (const std::vector<std::string>& values : combinations(request.over)) {
        const DataSpec spec = withValues(request.experiment, request.over, values).data;
        auto same = std::find_if(loaded.begin(), loaded.end(), [&](const auto& one) { return one.first == spec; });
        if (same == loaded.end()) {
            same = loaded.insert(loaded.end(), {spec, loadDataset(spec)});
        }
        datasets.push_back(same->second);
    }
    return datasets;
}

/// The SHA-256 of the data, of several sets side by side.
std::string digestOf(const std::vector<std::shared_ptr<const Dataset>>& datasets) {
    std::vector<std::string> digests;
    for (const auto& dataset : datasets) {
        if (std::find(digests.begin(), digests.end(), dataset->sha256) == digests.end()) {
            digests.push_back(dataset->sha256);
        }
    }
    return fmt::format("{}", fmt::join(digests, ", "));
}

/// How the machine is shared: by the needs of the largest variant, which any of them may meet.
SweepBudget budgetOf(const Request& request, const std::vector<std::shared_ptr<const Dataset>>& datasets,
                     const SweepOptions& options, int wishedSize) {
    const auto variants = combinations(request.over);
    Experiment largest = request.experiment;
    std::size_t place = 0;
    std::uint64_t most = 0;
    int threads = 1;
    for (std::size_t i = 0; i < variants.size(); ++i) {
        const Experiment variant = withValues(request.experiment, request.over, variants[i]);
        threads = std::max(threads, variant.run.threads);
        if (const std::uint64_t bytes = memberBytes(variant, datasets[i]->shape()); bytes > most) {
            most = bytes;
            largest = variant;
            place = i;
        }
    }
    largest.run.threads = threads;
    return sweepBudget(largest, datasets[place]->shape(), options.seeds * static_cast<int>(variants.size()),
                       Machine::here(), options.jobs, wishedSize);
}

/// The sweep that the folder holds, when it is the one asked for; else a new one, whose plan is written.
SweepPlan planIn(const std::string& folder, const Request& request, const SweepOptions& options,
                 const std::vector<std::shared_ptr<const Dataset>>& datasets) {
    const std::string sha256 = digestOf(datasets);
    std::error_code ignored;
    if (std::filesystem::exists(sweepFile(folder), ignored)) {
        const StoredSweep stored = readSweepPlan(folder);
        requireSameSweep(stored.plan,
                         SweepPlan::make(request.experiment, options.seeds, stored.plan.fleetSize, request.over),
                         folder);
        if (stored.dataSha256 != sha256) {
            throw InputError(
                fmt::format("{}: the data files changed since the sweep was begun (SHA-256 {}, expected {}); restore "
                            "the files, or choose another folder",
                            folder, sha256, stored.dataSha256));
        }
        return stored.plan;
    }
    removeAbandonedFiles(folder);  // of one that was killed before its plan was whole
    if (std::filesystem::exists(folder, ignored) && !std::filesystem::is_empty(folder, ignored)) {
        throw InputError(
            fmt::format("{}: the folder is not empty and holds no sweep; choose another one with --out", folder));
    }
    const SweepBudget budget = budgetOf(request, datasets, options, options.fleet);
    SweepPlan plan = SweepPlan::make(request.experiment, options.seeds, budget.fleetSize, request.over);
    makeFolder(folder);
    writeSweepPlan(folder, plan, sha256);
    return plan;
}

int sweepCommand(const SweepOptions& options) {
    const Request request = requested(options);
    const std::string folder = options.out.empty() ? "sweep-" + request.experiment.name : options.out;
    // A wrong combination is refused before any data are loaded.
    SweepPlan::make(request.experiment, options.seeds, 1, request.over);
    const auto datasets = datasetsOf(request);
    const SweepPlan plan = planIn(folder, request, options, datasets);
    const FolderLock lock = FolderLock::ofSweep(folder);
    remarkOnThreads(request.experiment.run.threads);
    if (options.fleet > 0 && options.fleet < plan.fleetSize) {
        std::fprintf(stderr, "elboroom: the sweep was begun with fleets of up to %d and keeps them\n", plan.fleetSize);
    }
    catchInterruption();
    SweepRun run(plan, folder, datasets);
    const bool over = run.train(budgetOf(request, datasets, options, plan.fleetSize).jobs);
    const Sweep sweep = readSweep(folder);
    if (!over && !interrupted()) {
        std::fprintf(stderr,
                     "elboroom: %zu of %zu models are kept; the disk did not take the others: make room, then the same "
                     "command goes on\n",
                     sweep.points.size(), sweep.planned);
        return kBadInput;
    }
    if (!over) {
        std::fprintf(stderr, "elboroom: interrupted with %zu of %zu models finished; the same command goes on%s\n",
                     sweep.points.size(), sweep.planned,
                     options.out.empty() ? fmt::format(" (in the folder {})", folder).c_str() : "");
        return kInterrupted;
    }
    if (options.json) {
        printMembers(plan, folder);
    } else {
        printSettings(sweep);
        std::printf("%zu models are kept in %s, their figures in %s\n", sweep.points.size(), folder.c_str(),
                    run.tablePath().c_str());
    }
    std::size_t diverged = 0;
    for (const SweepPoint& point : sweep.points) {
        if (!point.failure.empty()) {
            ++diverged;
            std::fprintf(stderr, "elboroom: %s diverged: %s\n", point.folder.c_str(), point.failure.c_str());
        }
    }
    return diverged == sweep.points.size() ? kDiverged : kDone;
}

}  // namespace

void addSweep(CLI::App& app, std::function<int()>& action, char** arguments) {
    auto options = std::make_shared<SweepOptions>();
    CLI::App* command =
        app.add_subcommand("sweep", "Train one experiment under many weights, values of other fields and seeds");
    command
        ->add_option("EXPERIMENT", options->experiment,
                     "File or folder that the window opens, or a name from `elboroom list experiments`")
        ->required();
    command
        ->add_option(
            "--over", options->over,
            "Values of a weight or any other field: --over beta=0.1:10:log16 --over data.train_size=500,1000 --over "
            "architecture=NAME,NAME; several make a grid")
        ->type_name("FIELD=VALUES")
        ->take_all()
        ->allow_extra_args(false);
    command->add_option("--seeds", options->seeds, "Repeat every model with so many seeds, for error bars (default 1)")
        ->check(CLI::Range(1, 4096));
    command->add_option("--set", options->assignments, "Change a knob or field: --set data.train_size=500")
        ->type_name("KEY=VALUE")
        ->take_all()
        ->allow_extra_args(false);
    command->add_option("--steps", options->steps, "Steps to train to (default: the experiment's)")
        ->check(CLI::Range(std::int64_t{0}, std::int64_t{1'000'000'000'000}, "NONNEGATIVE"));
    command->add_option("--out", options->out,
                        "Folder of the sweep (default: sweep-NAME); where it holds this sweep already, that goes on");
    command->add_option("--jobs", options->jobs, "Fleets that train at once (default: one per core and run.threads)")
        ->check(CLI::Range(1, 1024));
    command->add_option("--fleet", options->fleet, "Largest number of models in one fleet (default: what ends first)")
        ->check(CLI::Range(1, 4096));
    command->add_flag("--json", options->json, "Print the summaries as one JSON object on the last line");
    command->callback([options, &action, arguments] {
        action = [options, arguments] {
            adoptThreadBudget(arguments);
            return sweepCommand(*options);
        };
    });
}

}  // namespace elbo
