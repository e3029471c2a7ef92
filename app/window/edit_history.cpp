#include "app/window/edit_history.h"

#include <utility>

namespace elbo {

EditHistory::EditHistory(Session& session, QObject* parent) : QObject(parent), session_(session) {
    connect(&session_, &Session::experimentOpened, this, &EditHistory::noteOpening);
    connect(&session_, &Session::objectiveReplayed, this, [this] {
        settled_ = inForce();
        Q_EMIT knobsRestored();
    });
    // Undo to an experiment whose data are gone: what is in force stays, and the next opening is an edit again.
    connect(&session_, &Session::failed, this, [this] { restoring_ = false; });
}

void EditHistory::moveKnobs(const std::vector<Knobs>& knobs, bool settled) {
    session_.setKnobs(knobs);
    if (settled && session_.isOpen()) {
        push();
    }
}

void EditHistory::changeObjective(const Objective& objective, bool settled) {
    session_.setObjective(objective);
    if (settled && session_.isOpen()) {
        push();
    }
}

void EditHistory::noteOpening() {
    if (std::exchange(restoring_, false)) {
        settled_ = inForce();
    } else {
        push();
    }
}

void EditHistory::push() {
    const RunInForce after = inForce();
    // The first opening of a session changes nothing that could be undone.
    const std::optional<RunInForce> before = std::exchange(settled_, after);
    if (before && *before != after) {
        stack_.push(new ExperimentEdit(*before, after, [this](const RunInForce& wanted) { restore(wanted); }));
    }
}

void EditHistory::restore(const RunInForce& wanted) {
    const Experiment& experiment = wanted.experiment;
    if (wanted.run != session_.runNumber()) {
        restoring_ = true;
        session_.returnTo(wanted.run, experiment);
        return;
    }
    settled_ = wanted;
    if (experiment.objective == session_.experiment().objective) {
        session_.setKnobs(experiment.knobs);
    } else {
        session_.setObjective(experiment.whole());
    }
    Q_EMIT knobsRestored();
}

}  // namespace elbo
