#include "app/window/file_names.h"

#include <QStringList>
#include <cstddef>

#include "app/builtin/builtin_objectives.h"

namespace elbo {

namespace {

constexpr int kLongestName = 80;
constexpr qsizetype kMostNamed = 2;       ///< objectives
constexpr std::size_t kMostCompared = 8;  ///< members: each is compared with every named objective

/// "beta-vae", for two members with different ones "elbo-infovae", for many "16-members".
QString objectiveStem(const Experiment& experiment) {
    const QString many = QString("%1-members").arg(experiment.fleetSize());
    if (experiment.knobs.size() > kMostCompared) {
        return many;
    }
    QStringList names;
    for (const Knobs& knobs : experiment.knobs) {
        Experiment own = experiment;
        own.knobs = {knobs};
        const ObjectivePreset* preset = presetOf(own, builtinObjectives());
        names << (preset == nullptr ? QString("custom") : QString::fromStdString(preset->name));
    }
    names.removeDuplicates();
    return names.size() > kMostNamed ? many : names.join('-');
}

QString safe(const QString& text) {
    QString name;
    for (const QChar letter : text.left(kLongestName)) {
        const bool kept = letter.isLetterOrNumber() || letter == '_' || (letter == '.' && !name.isEmpty());
        if (kept) {
            name += letter;
        } else if (!name.isEmpty() && !name.endsWith('-')) {
            name += '-';
        }
    }
    while (name.endsWith('-') || name.endsWith('.')) {
        name.chop(1);
    }
    return name.isEmpty() ? QString("experiment") : name;
}

}  // namespace

QString fileStem(const Experiment& experiment, std::optional<std::int64_t> step) {
    QString stem = safe(QString::fromStdString(experiment.name));
    // Many experiments are called by their objective.
    if (const QString objective = objectiveStem(experiment); !stem.endsWith('-' + objective)) {
        stem += '-' + objective;
    }
    return step ? QString("%1-step-%2").arg(stem).arg(*step) : stem;
}

}  // namespace elbo
