// Undo over experiments as values: a step holds what was in force before and after.
#pragma once

#include <QString>
#include <QUndoCommand>
#include <functional>
#include <vector>

#include "training/experiment/experiment.h"

namespace elbo {

/// One change of the experiment. Undo and redo hand the older or newer value to `apply`, which decides what it takes:
/// knobs and objective are set while training goes on, anything else opens the experiment anew. GUI thread.
class ExperimentEdit : public QUndoCommand {
  public:
    using Apply = std::function<void(const Experiment&)>;

    /// The change has already happened: the first redo, which QUndoStack calls when the command is pushed, does
    /// nothing.
    ExperimentEdit(Experiment before, Experiment after, const QString& text, Apply apply);

    void undo() override;
    void redo() override;
    int id() const override;
    /// Two changes of the same single knob in a row become one step when they happened shortly after each other.
    bool mergeWith(const QUndoCommand* later) override;

    /// What a change is called in the Edit menu: "change of beta", "change of data.train_size", "opening of Digits by
    /// pen".
    static QString nameOf(const Experiment& before, const Experiment& after);
    /// Whether the two differ in their knobs only, with fleets of equal size.
    static bool onlyKnobsDiffer(const Experiment& before, const Experiment& after);

    static constexpr qint64 kMergeMilliseconds = 800;

  private:
    Experiment before_;
    Experiment after_;
    Apply apply_;
    qint64 when_;
    bool first_ = true;
};

}  // namespace elbo
