#include "app/window/objective_choice.h"

#include <QPushButton>
#include <algorithm>
#include <utility>

#include "app/builtin/builtin_objectives.h"
#include "training/experiment/experiment_text.h"
#include "training/experiment/field_table.h"
#include "training/experiment/input_error.h"
#include "widgets/kit/plain_text.h"

namespace elbo {

namespace {

/// What changes besides the objective itself, one line each: "Encoder noise: 0 becomes 4".
QStringList otherChanges(const Experiment& from, const Experiment& to) {
    QStringList changes;
    for (const ExperimentField& field : experimentFields()) {
        const QString before = QString::fromStdString(fieldText(from, field.key));
        const QString after = QString::fromStdString(fieldText(to, field.key));
        if (before != after && field.table() != "objective") {
            const auto shown = [](const QString& text) { return text.isEmpty() ? QString("nothing") : text; };
            changes
                << QString("%1: %2 becomes %3").arg(QString::fromStdString(field.label), shown(before), shown(after));
        }
    }
    return changes;
}

/// The preset for one member of a fleet: the objective then holds the terms of all. Throws InputError.
Experiment withPresetForOne(const Experiment& now, const Experiment& wanted, int member) {
    const Morph both = planMorph(now, wanted);
    Experiment result = now;
    result.objective = both.objective;
    result.knobs = both.from;
    result.knobs[static_cast<std::size_t>(member)] = both.to[static_cast<std::size_t>(member)];
    result.validate();
    return result;
}

}  // namespace

ObjectiveChoice::ObjectiveChoice(Session& session, EditHistory& history, ObjectivePanel& panel, QWidget* window)
    : QObject(window), session_(session), history_(history), panel_(panel), window_(window) {
    panel_.setPresets(builtinObjectives());
    connect(&panel_, &ObjectivePanel::presetChosen, this, &ObjectiveChoice::choose);
    connect(&panel_, &ObjectivePanel::morphTargetChosen, this, &ObjectiveChoice::beginWay);
    connect(&panel_, &ObjectivePanel::morphMoved, this, [this](double share, bool settled) {
        play(false);
        moveAlong(share, settled);
    });
    connect(&panel_, &ObjectivePanel::morphPlayToggled, this, &ObjectiveChoice::play);
    connect(&panel_, &ObjectivePanel::knobsChanged, this, [this](const std::vector<Knobs>& knobs, bool settled) {
        history_.moveKnobs(knobs, settled);
        // A weight set by hand leaves the way: it begins anew from there.
        if (settled && way_) {
            beginWay(way_->target);
        }
    });
    connect(&session_, &Session::experimentOpened, this, &ObjectiveChoice::checkWay);
    connect(&history_, &EditHistory::knobsRestored, this, &ObjectiveChoice::checkWay);
}

const ObjectivePreset& ObjectiveChoice::preset(int place) const {
    return builtinObjectives().at(static_cast<std::size_t>(place));
}

void ObjectiveChoice::choose(int place) {
    const Experiment now = session_.experiment();
    try {
        Experiment wanted = withPreset(now, preset(place));
        if (!objectiveOnlyDiffers(now, wanted)) {
            ask(preset(place), wanted);
            return;
        }
        if (!panel_.movesAll()) {
            wanted = withPresetForOne(now, wanted, panel_.focus());
        }
        if (wanted != now) {
            endWay();
            history_.changeObjective(wanted.whole(), true);
            Q_EMIT changed();
        }
    } catch (const InputError& error) {
        Q_EMIT failed(tr("%1 cannot be had here: %2")
                          .arg(QString::fromStdString(preset(place).title), QString::fromUtf8(error.what())) +
                      (panel_.movesAll() ? QString() : tr(". With \"Move all\" every member takes the objective.")));
    }
    panel_.setExperiment(session_.experiment(), panel_.focus());
}

void ObjectiveChoice::ask(const ObjectivePreset& preset, const Experiment& wanted) {
    const QString title = QString::fromStdString(preset.title);
    question_ = new QMessageBox(QMessageBox::Question, tr("Start anew"),
                                tr("%1 changes more than the objective, so that the run starts anew.").arg(title),
                                QMessageBox::Cancel, window_);
    question_->setObjectName("startAnew");
    question_->setAttribute(Qt::WA_DeleteOnClose);
    question_->setInformativeText(plainTip(
        otherChanges(session_.experiment(), wanted).join('\n') +
        (wanted.fleetSize() > 1 ? tr("\nAll %1 members take this objective.").arg(wanted.fleetSize()) : QString())));
    QPushButton* start = question_->addButton(tr("Start anew"), QMessageBox::AcceptRole);
    question_->setDefaultButton(start);
    connect(question_, &QMessageBox::finished, this, [this, wanted, start, box = question_.data()] {
        if (box->clickedButton() == start) {
            endWay();
            session_.open(wanted);
        } else {
            panel_.setExperiment(session_.experiment(), panel_.focus());
        }
    });
    question_->open();
}

void ObjectiveChoice::beginWay(int target) {
    endWay();
    if (target < 0 || !session_.isOpen()) {
        return;
    }
    Experiment now = session_.experiment();
    const QString from = panel_.objectiveName();
    try {
        Morph morph = planMorph(now, withPreset(now, preset(target)));
        if (!panel_.movesAll()) {
            for (int member = 0; member < now.fleetSize(); ++member) {
                if (member != panel_.focus()) {
                    morph.to[static_cast<std::size_t>(member)] = morph.from[static_cast<std::size_t>(member)];
                }
            }
        }
        now.objective = morph.objective;
        now.validate();
        way_.emplace();
        way_->target = target;
        way_->morph = std::move(morph);
    } catch (const InputError& error) {
        Q_EMIT failed(QString::fromUtf8(error.what()));
        return;
    }
    history_.changeObjective({way_->morph.objective, way_->morph.from}, false);
    panel_.setExperiment(session_.experiment(), panel_.focus());
    panel_.beginMorph(target, way_->morph, from);
    Q_EMIT changed();
}

void ObjectiveChoice::moveAlong(double share, bool settled) {
    if (way_) {
        way_->share = share;
        const std::vector<Knobs> knobs = way_->morph.at(share);
        history_.moveKnobs(knobs, settled);
        panel_.setKnobs(knobs, panel_.focus());
        if (settled) {
            Q_EMIT changed();
        }
    }
}

void ObjectiveChoice::play(bool playing) {
    if (!way_ || way_->playing == playing) {
        return;
    }
    way_->playing = playing;
    way_->playedStep.reset();
    way_->sincePlayed.invalidate();
    if (playing && way_->share >= 1.0) {
        way_->share = 0.0;
    }
    if (playing && session_.state() != RunState::Running) {
        session_.play();  // the way is gone by training, also past the planned end
    }
    if (!playing) {
        moveAlong(way_->share, true);
    }
    panel_.setMorphPlace(way_->share, playing);
}

void ObjectiveChoice::showFrame(const Frame& frame) {
    if (!way_ || !way_->playing) {
        return;
    }
    const std::int64_t step = frame.report.step;
    const std::int64_t before = std::exchange(way_->playedStep, step).value_or(step);
    const double seconds =
        way_->sincePlayed.isValid() ? static_cast<double>(way_->sincePlayed.elapsed()) / 1000.0 : 0.0;
    way_->sincePlayed.start();
    const double gone = std::min(static_cast<double>(step - before) / kWaySteps, seconds / kWaySeconds);
    const double share = std::min(1.0, way_->share + std::max(0.0, gone));
    if (share != way_->share) {
        moveAlong(share, false);
        panel_.setMorphPlace(share, true);
    }
    if (share >= 1.0) {
        play(false);
    }
}

void ObjectiveChoice::endWay() {
    way_.reset();
    panel_.endMorph();
}

void ObjectiveChoice::checkWay() {
    const Experiment now = session_.experiment();
    if (way_ && now.whole() != way_->morph.objectiveAt(way_->share)) {
        endWay();
    }
}

}  // namespace elbo
