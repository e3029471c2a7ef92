#include "app/cli/sweep_command.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <system_error>

#include "app/cli/train_command.h"
#include "app/process/exit_codes.h"
#include "app/process/interruption.h"
#include "app/process/thread_budget.h"
#include "app/runs/sweep_run.h"
#include "training/experiment/input_error.h"
#include "training/sweep/sweep.h"
#include "training/sweep/sweep_budget.h"
#include "training/sweep/sweep_results.h"

namespace elbo {
namespace {

struct SweepOptions {
    std::string experiment;
    std::vector<std::string> over;         ///< --over knob=values
    std::vector<std::string> assignments;  ///< --set key=value
    int seeds = 1;
    std::optional<std::int64_t> steps;
    std::string out;
    int jobs = 0;   ///< 0: as the machine suggests
    int fleet = 0;  ///< 0: as the machine suggests
    bool json = false;
};

/// One --over as an assignment that crosses its values with what the experiment has: "beta=1,2" becomes "beta=x 1,2".
std::string crossing(const std::string& over, std::set<std::string>& seen) {
    const std::size_t equals = over.find('=');
    std::string key = over.substr(0, equals);
    if (key.rfind("objective.", 0) == 0) {
        key.erase(0, std::string("objective.").size());
    }
    const bool isKnob =
        std::any_of(kKnobNames.begin(), kKnobNames.end(), [&](const KnobName& knob) { return key == knob.name; });
    if (equals == std::string::npos || !isKnob) {
        const bool seed = key == "seed" || key == "run.seed";
        throw InputError(
            "--over " + over +
            ": expected KNOB=VALUES with beta, lambda, alpha or another weight of [objective], as beta=0.1:10:log16; " +
            (seed ? "give --seeds N to repeat every model with N seeds" : "other fields take one value, by --set"));
    }
    if (!seen.insert(key).second) {
        throw InputError("--over " + over + ": " + key + " was already given; write all its values in one list");
    }
    const std::size_t first = over.find_first_not_of(" \t", equals + 1);
    const bool crossed = first != std::string::npos && over[first] == 'x';
    return key + (crossed ? "=" : "=x ") + over.substr(equals + 1);
}

Experiment sweptExperiment(const SweepOptions& options) {
    std::vector<std::string> assignments = options.assignments;
    std::set<std::string> seen;
    for (const std::string& over : options.over) {
        assignments.push_back(crossing(over, seen));
    }
    return requestedExperiment(options.experiment, assignments, options.steps);
}

/// Keeps a second process away from the folder; the lock ends with the process, however that ends.
class FolderLock {
  public:
    explicit FolderLock(const std::string& folder) : file_(open(sweepFile(folder).c_str(), O_RDONLY | O_CLOEXEC)) {
        if (file_ < 0 || flock(file_, LOCK_EX | LOCK_NB) != 0) {
            throw InputError(folder + ": another elboroom is working on this sweep; wait for it, or stop it first");
        }
    }
    ~FolderLock() { close(file_); }
    FolderLock(const FolderLock&) = delete;
    FolderLock& operator=(const FolderLock&) = delete;

  private:
    int file_;
};

/// The sweep that the folder holds, when it is the one asked for; else a new one, whose plan is written.
SweepPlan planIn(const std::string& folder, const Experiment& experiment, const SweepOptions& options,
                 const Dataset& dataset) {
    std::error_code ignored;
    if (std::filesystem::exists(sweepFile(folder), ignored)) {
        const StoredSweep stored = readSweepPlan(folder);
        requireSameSweep(stored.plan, SweepPlan::make(experiment, options.seeds, stored.plan.fleetSize), folder);
        if (stored.dataSha256 != dataset.sha256) {
            throw InputError(folder + ": the data files changed since the sweep was begun (SHA-256 " + dataset.sha256 +
                             ", expected " + stored.dataSha256 + "); restore the files, or choose another folder");
        }
        return stored.plan;
    }
    if (std::filesystem::exists(folder, ignored) && !std::filesystem::is_empty(folder, ignored)) {
        throw InputError(folder + ": the folder is not empty and holds no sweep; choose another one with --out");
    }
    const SweepBudget budget =
        sweepBudget(experiment, dataset.dim, options.seeds, Machine::here(), options.jobs, options.fleet);
    SweepPlan plan = SweepPlan::make(experiment, options.seeds, budget.fleetSize);
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) {
        throw InputError(folder + ": the folder cannot be made (" + error.message() +
                         "); choose another one with --out");
    }
    writeSweepPlan(folder, plan, dataset.sha256);
    return plan;
}

struct Spread {
    double mean = 0.0;
    double deviation = 0.0;  ///< of a sample; 0 for one value
};

Spread spreadOf(const std::vector<double>& values) {
    Spread spread;
    for (const double value : values) {
        spread.mean += value / static_cast<double>(values.size());
    }
    for (const double value : values) {
        spread.deviation += (value - spread.mean) * (value - spread.mean);
    }
    spread.deviation = values.size() > 1 ? std::sqrt(spread.deviation / static_cast<double>(values.size() - 1)) : 0.0;
    return spread;
}

/// One line per setting: its knobs, then rate and distortion over the seeds, on test data where there are any.
void printSettings(const Sweep& sweep) {
    const bool test = std::any_of(sweep.points.begin(), sweep.points.end(),
                                  [](const SweepPoint& p) { return std::isfinite(p.rateTest); });
    std::printf("%10s %10s %10s  %-22s %-22s %s\n", "beta", "lambda", "alpha", test ? "rate, test" : "rate, train",
                test ? "distortion, test" : "distortion, train", "seeds");
    for (const Knobs& knobs : sweep.experiment.knobs) {
        std::vector<double> rates, distortions;
        std::size_t diverged = 0;
        for (const SweepPoint& point : sweep.points) {
            if (point.knobs == knobs && !point.failure.empty()) {
                ++diverged;
            } else if (point.knobs == knobs) {
                rates.push_back(test ? point.rateTest : point.rateTrain);
                distortions.push_back(test ? point.distortionTest : point.distortionTrain);
            }
        }
        const auto text = [](const std::vector<double>& values) {
            const Spread spread = spreadOf(values);
            char line[64] = "-";
            if (values.size() > 1) {
                std::snprintf(line, sizeof line, "%.5g +- %.2g", spread.mean, spread.deviation);
            } else if (!values.empty()) {
                std::snprintf(line, sizeof line, "%.5g", spread.mean);
            }
            return std::string(line);
        };
        std::printf("%10.6g %10.6g %10.6g  %-22s %-22s %zu%s\n", knobs.beta, knobs.lambda, knobs.alpha,
                    text(rates).c_str(), text(distortions).c_str(), rates.size(),
                    diverged > 0 ? (", " + std::to_string(diverged) + " diverged").c_str() : "");
    }
}

void printJson(const SweepPlan& plan, const std::string& folder) {
    nlohmann::ordered_json json;
    json["folder"] = folder;
    json["experiment"] = plan.experiment.name;
    json["members"] = nlohmann::ordered_json::array();
    const std::vector<std::string> summaries = readSummaries(folder, plan);
    for (std::size_t i = 0; i < summaries.size(); ++i) {
        nlohmann::ordered_json member{{"folder", plan.members[i].folder}, {"seed", plan.members[i].seed}};
        member.update(nlohmann::ordered_json::parse(summaries[i], nullptr, false));
        json["members"].push_back(std::move(member));
    }
    std::cout << json.dump() << std::endl;
}

int sweepCommand(const SweepOptions& options) {
    const Experiment experiment = sweptExperiment(options);
    const std::string folder = options.out.empty() ? "sweep-" + experiment.name : options.out;
    const auto dataset = loadDataset(experiment.data);
    const SweepPlan plan = planIn(folder, experiment, options, *dataset);
    const FolderLock lock(folder);
    if (options.fleet > 0 && options.fleet < plan.fleetSize) {
        std::fprintf(stderr, "elboroom: the sweep was begun with fleets of up to %d and keeps them\n", plan.fleetSize);
    }
    catchInterruption();
    SweepRun run(plan, folder, dataset);
    const bool over = run.train(
        sweepBudget(experiment, dataset->dim, options.seeds, Machine::here(), options.jobs, plan.fleetSize).jobs);
    const Sweep sweep = readSweep(folder);
    if (!over) {
        std::fprintf(stderr, "elboroom: interrupted with %zu of %zu models finished; the same command goes on%s\n",
                     sweep.points.size(), sweep.planned,
                     options.out.empty() ? (" (in the folder " + folder + ")").c_str() : "");
        return kInterrupted;
    }
    if (options.json) {
        printJson(plan, folder);
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
    CLI::App* command = app.add_subcommand("sweep", "Train one experiment under many weights and seeds");
    command->add_option("EXPERIMENT", options->experiment, "TOML file, or a name from `elboroom list experiments`")
        ->required();
    command
        ->add_option(
            "--over", options->over,
            "Values of beta, lambda or alpha: --over beta=0.1:10:log16 --over lambda=1,500; several make a grid")
        ->type_name("KNOB=VALUES")
        ->take_all()
        ->allow_extra_args(false);
    command->add_option("--seeds", options->seeds, "Repeat every model with so many seeds, for error bars (default 1)")
        ->check(CLI::Range(1, 4096));
    command->add_option("--set", options->assignments, "Change a knob or field: --set data.train_size=500")
        ->type_name("KEY=VALUE")
        ->take_all()
        ->allow_extra_args(false);
    command->add_option("--steps", options->steps, "Steps to train to (default: the experiment's)")
        ->check(CLI::NonNegativeNumber);
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
