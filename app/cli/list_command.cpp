#include "app/cli/list_command.h"

#include <fmt/format.h>

#include <QString>
#include <QStringList>
#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "app/builtin/builtin_architectures.h"
#include "app/builtin/builtin_experiments.h"
#include "app/builtin/builtin_objectives.h"
#include "app/cli/study_figures.h"
#include "app/process/exit_codes.h"
#include "models/latent_model.h"
#include "training/data/dataset.h"
#include "training/experiment/experiment_text.h"
#include "training/experiment/field_table.h"
#include "training/metrics/metric_table.h"

namespace elbo {

namespace {

struct Property {
    std::string key;
    std::string text;
    bool number = false;  ///< whether the text is an integer, which JSON has without quotes
};

/// One named thing; the first property is its name, the others are shown in order.
using Entry = std::vector<Property>;

std::vector<Entry> dataEntries() {
    std::vector<Entry> entries;
    for (const DataEntry& data : listData()) {
        const std::string where = data.available ? data.where : fmt::format("not found; get it {}", data.howToGet);
        entries.push_back({{"name", data.name}, {"title", data.title}, {"where", where}});
    }
    return entries;
}

/// What every field of [model] that chooses among names offers.
std::vector<Entry> modelEntries() {
    std::vector<Entry> entries;
    for (const ExperimentField& field : experimentFields()) {
        for (const FieldChoice& choice : field.table() == "model" ? field.choices : std::vector<FieldChoice>{}) {
            entries.push_back({{"name", choice.key}, {"part", field.key}, {"meaning", choice.words}});
        }
    }
    return entries;
}

/// With the parameters that each has for images of 28 x 28.
std::vector<Entry> architectureEntries() {
    std::vector<Entry> entries;
    for (const ArchitecturePreset& preset : builtinArchitectures()) {
        const LatentModel model(withArchitecture(Experiment(), preset).model, DataShape::image(28, 28));
        entries.push_back({{"name", preset.name},
                           {"label", preset.label},
                           {"parameters", std::to_string(model.layout()->size()), true},
                           {"source", preset.source},
                           {"meaning", preset.explanation}});
    }
    return entries;
}

std::vector<Entry> objectiveEntries() {
    std::vector<Entry> entries;
    for (const ObjectivePreset& preset : builtinObjectives()) {
        entries.push_back({{"name", preset.name},
                           {"title", preset.title},
                           {"citation", preset.citation},
                           {"settings", fmt::format("{}", fmt::join(preset.settings, " "))},
                           {"meaning", preset.explanation}});
    }
    return entries;
}

std::vector<Entry> metricEntryList() {
    std::vector<Entry> entries;
    for (const MetricEntry& metric : metricEntries()) {
        entries.push_back({{"name", metric.name}, {"label", metric.label}, {"meaning", metric.meaning}});
    }
    return entries;
}

std::vector<Entry> experimentEntries() {
    std::vector<Entry> entries;
    for (const BuiltinEntry& experiment : builtinExperiments()) {
        entries.push_back({{"name", experiment.name}, {"title", experiment.title}});
    }
    return entries;
}

std::vector<Entry> figureEntries() {
    std::vector<Entry> entries;
    for (const StudyFigureEntry& figure : studyFigures()) {
        entries.push_back({{"name", figure.name}, {"source", figure.source}, {"meaning", figure.meaning}});
    }
    return entries;
}

/// Columns on a terminal: letters, not bytes.
std::size_t letters(const std::string& text) {
    return static_cast<std::size_t>(QString::fromStdString(text).size());
}

/// Names beside each other; sentences of more than a line below them, wrapped.
constexpr std::size_t kTerminal = 100;
constexpr std::size_t kLongest = 48;

void printWrapped(const std::string& text) {
    const QStringList words = QString::fromStdString(text).split(' ', Qt::SkipEmptyParts);
    QString line = "   ";
    for (const QString& word : words) {
        if (line.size() > 4 && static_cast<std::size_t>(line.size() + 1 + word.size()) > kTerminal) {
            std::cout << line.toStdString() << '\n';
            line = "   ";
        }
        line += ' ' + word;
    }
    std::cout << line.toStdString() << '\n';
}

void printTable(const std::vector<Entry>& entries) {
    std::vector<std::size_t> widths;
    for (const Entry& entry : entries) {
        widths.resize(std::max(widths.size(), entry.size()), 0);
        for (std::size_t i = 0; i < entry.size(); ++i) {
            widths[i] = std::max(widths[i], letters(entry[i].text));
        }
    }
    std::size_t whole = 0;
    std::size_t narrow = 0;  // columns from the left that stand beside each other when the lines are too long
    for (std::size_t i = 0; i < widths.size(); ++i) {
        whole += widths[i] + 2;
        narrow = narrow == i && widths[i] <= kLongest ? i + 1 : narrow;
    }
    const std::size_t beside = whole <= kTerminal ? widths.size() : std::max<std::size_t>(1, narrow);
    for (const Entry& entry : entries) {
        std::string line;
        for (std::size_t i = 0; i < std::min(beside, entry.size()); ++i) {
            const bool last = i + 1 == std::min(beside, entry.size());
            line += entry[i].text + std::string(last ? 0 : widths[i] - letters(entry[i].text) + 2, ' ');
        }
        std::cout << line << '\n';
        for (std::size_t i = beside; i < entry.size(); ++i) {
            if (!entry[i].text.empty()) {
                printWrapped(entry[i].text);
            }
        }
    }
}

void printJson(const std::vector<Entry>& entries) {
    auto list = nlohmann::ordered_json::array();
    for (const Entry& entry : entries) {
        nlohmann::ordered_json object;
        for (const Property& property : entry) {
            if (property.number) {
                object[property.key] = std::stoll(property.text);
            } else {
                object[property.key] = property.text;
            }
        }
        list.push_back(std::move(object));
    }
    std::cout << list.dump() << '\n';
}

}  // namespace

int listCommand(const std::string& kind, bool json) {
    const std::vector<Entry> entries = kind == "data"            ? dataEntries()
                                       : kind == "models"        ? modelEntries()
                                       : kind == "architectures" ? architectureEntries()
                                       : kind == "objectives"    ? objectiveEntries()
                                       : kind == "metrics"       ? metricEntryList()
                                       : kind == "figures"       ? figureEntries()
                                                                 : experimentEntries();
    json ? printJson(entries) : printTable(entries);
    return kDone;
}

}  // namespace elbo
