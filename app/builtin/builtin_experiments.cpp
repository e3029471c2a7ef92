#include "app/builtin/builtin_experiments.h"

#include <fmt/format.h>

#include <QDir>
#include <QFile>
#include <algorithm>
#include <filesystem>
#include <numeric>

#include "training/experiment/experiment_text.h"
#include "training/experiment/input_error.h"
#include "training/experiment/shown_text.h"

/// The resources live in a static library: without this reference the linker leaves them out.
static void linkResources() {
    Q_INIT_RESOURCE(resources);
}

namespace elbo {

namespace {

const char* const kFolder = ":/experiments";

/// Names in the order a newcomer should meet them; what is not listed here follows alphabetically.
const std::vector<std::string> kMenuOrder{"digits",
                                          "mnist",
                                          "mnist-20",
                                          "two-points",
                                          "two-points-infovae",
                                          "two-points-pair",
                                          "mnist-500",
                                          "mnist-500-infovae",
                                          "mnist-500-pair",
                                          "two-gaussians",
                                          "ring",
                                          "linear-gaussian"};

std::vector<std::string> builtinNames() {
    linkResources();
    std::vector<std::string> names;
    for (const QString& file : QDir(kFolder).entryList({"*.toml"}, QDir::Files, QDir::Name)) {
        names.push_back(file.chopped(5).toStdString());
    }
    const auto rank = [](const std::string& name) {
        return std::find(kMenuOrder.begin(), kMenuOrder.end(), name) - kMenuOrder.begin();
    };
    std::stable_sort(names.begin(), names.end(),
                     [&](const std::string& a, const std::string& b) { return rank(a) < rank(b); });
    return names;
}

/// Letters to insert, delete or replace to turn `a` into `b` (Levenshtein).
std::size_t editDistance(const std::string& a, const std::string& b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
        }
    }
    return row[b.size()];
}

}  // namespace

std::vector<std::string> nearestFirst(const std::string& wanted, std::vector<std::string> names) {
    std::stable_sort(names.begin(), names.end(), [&](const std::string& a, const std::string& b) {
        return editDistance(wanted, a) < editDistance(wanted, b);
    });
    return names;
}

std::vector<BuiltinEntry> builtinExperiments() {
    std::vector<BuiltinEntry> entries;
    for (const std::string& name : builtinNames()) {
        entries.push_back({name, builtinExperiment(name).title});
    }
    return entries;
}

Experiment builtinExperiment(const std::string& name) {
    linkResources();
    QFile file(QString("%1/%2.toml").arg(kFolder, QString::fromStdString(name)));
    const bool plainName = name.find('/') == std::string::npos;
    if (plainName && file.open(QIODevice::ReadOnly)) {
        return parseExperiment(file.readAll().toStdString(), fmt::format("built-in experiment {}", name));
    }
    const std::string shown = shownText(name);
    throw InputError(fmt::format("\"{}\" is neither a file nor a built-in experiment; built in are: {}", shown,
                                 fmt::join(nearestFirst(shown, builtinNames()), ", ")));
}

Experiment namedExperiment(const std::string& fileOrName) {
    std::error_code ignored;
    const bool looksLikeFile = fileOrName.ends_with(".toml") || fileOrName.find('/') != std::string::npos;
    if (looksLikeFile || std::filesystem::is_regular_file(fileOrName, ignored)) {
        return loadExperiment(fileOrName);
    }
    return builtinExperiment(fileOrName);
}

}  // namespace elbo
