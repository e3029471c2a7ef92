#include "app/window/undo.h"

#include <QDateTime>
#include <QStringList>
#include <algorithm>
#include <utility>

#include "models/spec/knobs.h"
#include "training/experiment/experiment_text.h"
#include "training/experiment/objective_preset.h"
#include "widgets/kit/rich_symbol.h"

namespace elbo {

namespace {

constexpr int kKnobEdit = 1;

QStringList changedKeys(const Experiment& before, const Experiment& after) {
    QStringList keys;
    for (const std::string& key : experimentKeys()) {
        if (fieldText(before, key) != fieldText(after, key)) {
            keys.append(QString::fromStdString(key));
        }
    }
    return keys;
}

}  // namespace

ExperimentEdit::ExperimentEdit(RunInForce before, RunInForce after, Apply apply)
    : QUndoCommand(nameOf(before.experiment, after.experiment)),
      before_(std::move(before)),
      after_(std::move(after)),
      apply_(std::move(apply)),
      when_(QDateTime::currentMSecsSinceEpoch()) {}

void ExperimentEdit::undo() {
    apply_(before_);
}

void ExperimentEdit::redo() {
    if (!std::exchange(first_, false)) {
        apply_(after_);
    }
}

int ExperimentEdit::id() const {
    return before_.run == after_.run && onlyKnobsDiffer(before_.experiment, after_.experiment) ? kKnobEdit : -1;
}

bool ExperimentEdit::mergeWith(const QUndoCommand* later) {
    const auto& next = static_cast<const ExperimentEdit&>(*later);
    if (next.text() != text() || next.when_ - when_ > kMergeMilliseconds) {
        return false;
    }
    after_ = next.after_;
    when_ = next.when_;
    setObsolete(after_ == before_);
    return true;
}

QString ExperimentEdit::nameOf(const Experiment& before, const Experiment& after) {
    if (before == after) {
        return "reset";
    }
    if (before.name != after.name) {
        return QString("opening of %1").arg(QString::fromStdString(after.title.empty() ? after.name : after.title));
    }
    const QStringList keys = changedKeys(before, after);
    if (keys.size() == 1) {
        const QString name = keys.front().section('.', -1);
        const auto knob = std::find_if(kKnobNames.begin(), kKnobNames.end(),
                                       [&](const KnobName& each) { return name == QLatin1String(each.name); });
        // As on screen; a menu knows no lowered letters.
        return QString("change of %1")
            .arg(knob == kKnobNames.end() ? QString(name).replace('_', ' ')
                                          : plainSymbols(QString::fromUtf8(knob->symbol)));
    }
    return onlyKnobsDiffer(before, after)        ? QString("change of weights")
           : objectiveOnlyDiffers(before, after) ? QString("change of the objective")
                                                 : QString("change of the experiment");
}

bool ExperimentEdit::onlyKnobsDiffer(const Experiment& before, const Experiment& after) {
    Experiment same = after;
    same.knobs = before.knobs;
    return same == before && before.knobs.size() == after.knobs.size();
}

}  // namespace elbo
