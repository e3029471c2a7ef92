#include "app/cli/docs_command.h"

#include <fmt/format.h>

#include <filesystem>
#include <iostream>
#include <ranges>

#include "app/builtin/builtin_architectures.h"
#include "app/builtin/builtin_experiments.h"
#include "app/builtin/builtin_objectives.h"
#include "app/process/exit_codes.h"
#include "training/data/data_readers.h"
#include "training/experiment/experiment_text.h"
#include "training/experiment/field_table.h"
#include "training/experiment/input_error.h"
#include "training/files/atomic_file.h"
#include "training/metrics/metric_table.h"

namespace elbo {

namespace {

/// A text within a cell of a table.
std::string cell(const std::string& text) {
    std::string result;
    for (const char c : text) {
        result += c == '|' ? std::string("\\|") : c == '\n' ? std::string(" ") : std::string(1, c);
    }
    return result;
}

std::string code(const std::string& text) {
    return text.empty() ? "" : fmt::format("`{}`", text);
}

/// A row of a table. Bars in code are written as they are by few readers: cell() covers them too.
std::string row(const std::vector<std::string>& cells) {
    std::string line = "|";
    for (const std::string& text : cells) {
        line += fmt::format(" {} |", cell(text));
    }
    return line + "\n";
}

std::string head(const std::vector<std::string>& names) {
    return row(names) + row(std::vector<std::string>(names.size(), "---"));
}

std::string page(const std::string& title, const std::string& opening) {
    return fmt::format("# {}\n\n{}\n\nMade by `elboroom docs`; do not edit.\n", title, opening);
}

std::string experimentPage() {
    std::string text =
        page("Fields of an experiment",
             "An experiment is one TOML file. Keys that are missing keep their defaults. Any field is set "
             "from outside by `--set KEY=VALUE`, and swept by `elboroom sweep --over KEY=VALUES`; the last "
             "part of a key will do where it is unique.");
    const Experiment fresh;
    std::string table = "?";
    for (const ExperimentField& field : experimentFields()) {
        if (field.table() != table) {
            table = field.table();
            text += fmt::format("\n## {}\n\n{}", table.empty() ? "At the top" : fmt::format("[{}]", table),
                                head({"key", "default", "unit", "what it may be", "meaning"}));
        }
        std::string meaning = field.tip;
        if (!field.relevance.words.empty()) {
            meaning += fmt::format(" Only {}.", field.relevance.words);
        }
        text += row({code(field.leaf()), code(fieldText(fresh, field.key)), field.unit, field.allowed, meaning});
    }
    return text;
}

std::string splitText(const MetricRow& metric) {
    switch (metric.splits) {
        case Splits::None:
            return code(metric.name);
        case Splits::Only:
            return fmt::format("`{0}_train`, `{0}_test`", metric.name);
        case Splits::AndPlain:
            return fmt::format("`{0}`, `{0}_train`, `{0}_test`", metric.name);
    }
    return "";
}

std::string metricsPage() {
    std::string text = fmt::format(
        "{}\n{}",
        page("Metrics",
             "Names of numbers in `metrics.jsonl`, `summary.json`, `sweep.csv`, `elboroom measure` and exported "
             "tables. In a fleet each is a list with one value per member. Quantities in nats are averages per "
             "example; plain names are running averages over training batches, names with `_train` and `_test` "
             "evaluations."),
        head({"names", "label", "unit", "better", "meaning"}));
    for (const MetricRow& metric : metricRows()) {
        const char* better = metric.sense == Sense::Lower ? "lower" : metric.sense == Sense::Higher ? "higher" : "";
        text += row({splitText(metric), metric.label, metric.unit, better,
                     metric.equation.empty() ? metric.meaning : fmt::format("{} {}", metric.meaning, metric.equation)});
    }
    return text;
}

std::string objectivesPage() {
    std::string text =
        page("Named objectives",
             "`--set objective=NAME` takes one, as does the menu of the objective panel; the settings are "
             "all there is to it.");
    for (const ObjectivePreset& preset : builtinObjectives()) {
        text +=
            fmt::format("\n## {}\n\n{}: {}\n\nSource: {}\n\n{}", preset.title, code(preset.name), preset.explanation,
                        preset.citation, preset.settings.empty() ? "All settings at their defaults.\n" : "");
        for (const std::string& setting : preset.settings) {
            text += fmt::format("- {}\n", code(setting));
        }
    }
    return text;
}

std::string modelsPage() {
    std::string text = page("Models",
                            "What encoders, posteriors, priors, decoders and likelihoods may be made of: values of "
                            "the fields in `[model]` that have names.");
    for (const ExperimentField& field : experimentFields()) {
        if (field.table() != "model" || field.choices.empty()) {
            continue;
        }
        text += fmt::format("\n## {}\n\n{}\n\n{}", code(field.key), field.tip, head({"value", "name", "meaning"}));
        for (const FieldChoice& choice : field.choices) {
            text += row({code(choice.key), choice.label, choice.words});
        }
    }
    text += "\n## Named architectures\n\n`--set architecture=NAME` takes one; the settings are all there is to it.\n";
    for (const ArchitecturePreset& preset : builtinArchitectures()) {
        text +=
            fmt::format("\n### {}\n\n{}: {}\n\nSource: {}\n\n{}", preset.label, code(preset.name), preset.explanation,
                        preset.source, preset.settings.empty() ? "All settings at their defaults.\n" : "");
        for (const std::string& setting : preset.settings) {
            text += fmt::format("- {}\n", code(setting));
        }
    }
    return text;
}

std::string filesText(const DataReader& reader) {
    if (reader.builtIn()) {
        return "built in";
    }
    return reader.patterns.empty()
               ? fmt::format("what `elboroom download {}` fetches, or the folder `path`", reader.name)
               : code(reader.patterns);
}

std::string dataPage() {
    std::string text =
        fmt::format("{}\n{}",
                    page("Data sets",
                         "Values of `data.name`, and the fields of `[data]` that each heeds besides the sizes "
                         "and the seed."),
                    head({"name", "title", "files", "fields"}));
    for (const DataReader& reader : dataReaders()) {
        const std::string fields = fmt::format("{}", fmt::join(reader.fields | std::views::transform(code), ", "));
        text += row({code(reader.name), reader.title, filesText(reader), fields});
    }
    text += fmt::format("\n## Built-in experiments\n\n{}", head({"name", "title"}));
    for (const BuiltinEntry& experiment : builtinExperiments()) {
        text += row({code(experiment.name), experiment.title});
    }
    return text;
}

std::string commandsPage(const std::vector<CommandPage>& commands) {
    std::string text = page("Commands",
                            "What `elboroom COMMAND --help` prints. Exit codes: 0 done, 2 usage, 3 bad input, 4 "
                            "diverged, 130 interrupted.");
    for (const CommandPage& command : commands) {
        text += fmt::format("\n## elboroom{}{}\n\n{}.\n\n```text\n{}```\n", command.name.empty() ? "" : " ",
                            command.name, command.description, command.help);
    }
    return text;
}

}  // namespace

int docsCommand(const std::string& folder, const std::vector<CommandPage>& commands) {
    struct Page {
        const char* file;
        const char* what;
        std::string text;
    };
    const Page pages[] = {
        {"experiment.md", "fields of an experiment file", experimentPage()},
        {"objectives.md", "named objectives and their settings", objectivesPage()},
        {"models.md", "networks, posteriors, priors, likelihoods", modelsPage()},
        {"data.md", "data sets and built-in experiments", dataPage()},
        {"metrics.md", "names and meanings of all numbers", metricsPage()},
        {"commands.md", "commands and their options", commandsPage(commands)},
    };
    std::string index = page("Reference", "Everything that has a name in ELBO Room.") + "\n";
    std::error_code failed;
    std::filesystem::create_directories(folder, failed);
    if (failed) {
        throw InputError(fmt::format("{}: cannot be made a folder: {}", folder, failed.message()));
    }
    for (const Page& each : pages) {
        index += fmt::format("- [{0}]({0}): {1}\n", each.file, each.what);
        writeFileAtomically(fmt::format("{}/{}", folder, each.file), each.text);
    }
    writeFileAtomically(folder + "/README.md", index);
    std::cout << std::size(pages) + 1 << " pages are in " << folder << std::endl;
    return kDone;
}

}  // namespace elbo
