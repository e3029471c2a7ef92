// What the reader did to the experiment, so that it can be undone: edits, openings, resets and settled sliders.
#pragma once

#include <QObject>
#include <QUndoStack>
#include <optional>
#include <vector>

#include "app/session/session.h"
#include "app/window/undo.h"
#include "training/experiment/experiment.h"

namespace elbo {

/// Stands between the panels and the session and keeps the undo stack. GUI thread.
class EditHistory : public QObject {
    Q_OBJECT
  public:
    explicit EditHistory(Session& session, QObject* parent = nullptr);

    /// A slider moved: in force at the next step; one step of undo once it has settled.
    void moveKnobs(const std::vector<Knobs>& knobs, bool settled);
    /// Another objective: in force at the next step, without a new start; one step of undo once it has settled.
    void changeObjective(const Objective& objective, bool settled);
    QUndoStack& stack() { return stack_; }

  Q_SIGNALS:
    /// Undo, redo or a replay set the knobs or the objective while training goes on: panels show session.experiment()
    /// again.
    void knobsRestored();

  private:
    void noteOpening();
    void restore(const RunInForce& wanted);
    void push();
    RunInForce inForce() const { return {session_.experiment(), session_.runNumber()}; }

    Session& session_;
    QUndoStack stack_;
    std::optional<RunInForce> settled_;  ///< the newest that undo knows
    bool restoring_ = false;             ///< an opening on its way comes from undo or redo
};

}  // namespace elbo
