#include "app/window/edit_history.h"

#include <utility>

#include "app/window/undo.h"
#include "training/experiment/objective_preset.h"

namespace elbo {

EditHistory::EditHistory(Session& session, QObject* parent) : QObject(parent), session_(session) {
    connect(&session_, &Session::experimentOpened, this, &EditHistory::noteOpening);
    // Undo to an experiment whose data are gone: what is in force stays, and the next opening is an edit again.
    connect(&session_, &Session::failed, this, [this] { restoring_ = false; });
}

void EditHistory::moveKnobs(const std::vector<Knobs>& knobs, bool settled) {
    session_.setKnobs(knobs);
    if (settled && session_.isOpen()) {
        push(session_.experiment());
    }
}

void EditHistory::changeObjective(const Objective& objective, bool settled) {
    session_.setObjective(objective);
    if (settled && session_.isOpen()) {
        push(session_.experiment());
    }
}

void EditHistory::noteOpening() {
    if (std::exchange(restoring_, false)) {
        settled_ = session_.experiment();
    } else {
        push(session_.experiment());
    }
}

void EditHistory::push(const Experiment& after) {
    // The first opening of a session and a reset change nothing that could be undone.
    const std::optional<Experiment> before = std::exchange(settled_, after);
    if (before && *before != after) {
        stack_.push(new ExperimentEdit(*before, after, ExperimentEdit::nameOf(*before, after),
                                       [this](const Experiment& experiment) { restore(experiment); }));
    }
}

void EditHistory::restore(const Experiment& experiment) {
    if (ExperimentEdit::onlyKnobsDiffer(session_.experiment(), experiment)) {
        settled_ = experiment;
        session_.setKnobs(experiment.knobs);
        Q_EMIT knobsRestored();
    } else if (objectiveOnlyDiffers(session_.experiment(), experiment)) {
        settled_ = experiment;
        session_.setObjective(experiment.whole());
        Q_EMIT knobsRestored();
    } else {
        restoring_ = true;
        session_.open(experiment);
    }
}

}  // namespace elbo
