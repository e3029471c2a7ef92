#include "app/window/figure_words.h"

#include <QStringList>
#include <algorithm>

#include "app/builtin/builtin_objectives.h"
#include "models/spec/terms.h"
#include "training/experiment/move_words.h"
#include "training/experiment/objective_preset.h"
#include "widgets/kit/evaluated_on.h"
#include "widgets/kit/rich_symbol.h"

namespace elbo {

namespace {

/// "β = 4", "β = 1, 4", "β from 0.1 to 10 (16 members)".
QString weightWords(const KnobName& knob, const std::vector<Knobs>& members) {
    constexpr std::size_t kListed = 4;
    const QString symbol = QString::fromUtf8(knob.symbol);
    const auto [least, most] = std::minmax_element(
        members.begin(), members.end(), [&](const Knobs& a, const Knobs& b) { return a.*knob.value < b.*knob.value; });
    const double low = (*least).*knob.value;
    const double high = (*most).*knob.value;
    if (low == high) {
        return QString("%1 = %2").arg(symbol).arg(low);
    }
    if (members.size() > kListed) {
        return QString("%1 from %2 to %3 (%4 members)").arg(symbol).arg(low).arg(high).arg(members.size());
    }
    QStringList values;
    std::transform(members.begin(), members.end(), std::back_inserter(values),
                   [&](const Knobs& member) { return QString::number(member.*knob.value); });
    return QString("%1 = %2").arg(symbol, values.join(", "));
}

/// "Δ maximum mean discrepancy, kernel gaussian": of every divergence that has a weight.
QStringList divergenceWords(const Experiment& experiment) {
    QStringList words;
    bool kernel = false;
    for (const TermRow& term : kTerms) {
        const bool weighed = std::any_of(experiment.knobs.begin(), experiment.knobs.end(), [&](const Knobs& member) {
            return term.weight(member, experiment.objective) != 0.0;
        });
        if (term.kind != nullptr && weighed) {
            const DivergenceKind kind = experiment.objective.*term.kind;
            words << QString("%1: %2").arg(QString::fromUtf8(term.letter), QString::fromUtf8(labelOf(kind)));
            kernel = kernel || kind == DivergenceKind::Mmd;
        }
    }
    if (kernel) {
        words << QString("kernel %1").arg(QString::fromUtf8(labelOf(experiment.objective.kernel)));
    }
    return words;
}

QString objectiveWords(const Experiment& experiment) {
    QStringList weights;
    for (const KnobName* knob : knobsInPlay(experiment.knobs)) {
        weights << weightWords(*knob, experiment.knobs);
    }
    Experiment lone = experiment;
    lone.knobs = {experiment.knobs.front()};
    const ObjectivePreset* preset = experiment.fleetSize() == 1 ? presetOf(lone, builtinObjectives()) : nullptr;
    const QString name = preset == nullptr ? QString() : QString::fromStdString(preset->title) + ", ";
    return name + (weights + divergenceWords(experiment)).join(", ");
}

/// "ELBO of all 60 000 training examples and 2 000 of 10 000 test examples, \u00b1 1.2": what the numbers of the first
/// member rest on.
QString examplesWords(const Frame& frame) {
    QStringList splits;
    for (const Split split : {Split::Train, Split::Test}) {
        const QString text = evaluatedOn(frame, frame.report, "elbo", split, 0);
        if (!text.isEmpty()) {
            splits << text;
        }
    }
    return splits.isEmpty() ? QString() : "ELBO of " + splits.join(" and ");
}

}  // namespace

QString figureTitle(const Experiment& experiment, const Frame& frame) {
    // At once: a title may hold a %2 of its own.
    return QString("%1, step %2")
        .arg(QString::fromStdString(experiment.title.empty() ? experiment.name : experiment.title),
             QString::number(frame.report.step));
}

QString figureCaption(const Experiment& inside, const Frame& frame) {
    constexpr std::size_t kMovesSaid = 3;
    QStringList parts{figureTitle(inside, frame) + QString(", seed %1").arg(inside.run.seed), objectiveWords(inside)};
    if (const QString examples = examplesWords(frame); !examples.isEmpty()) {
        parts << examples;
    }
    const std::string moved =
        movesInWords(inside.history.moves, frame.report.step, nearMoves(frame.totalSteps), kMovesSaid);
    if (!moved.empty()) {
        parts << "moved by hand: " + QString::fromStdString(moved);
    }
    return plainSymbols(parts.join("; "));
}

}  // namespace elbo
