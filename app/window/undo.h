// Undo over experiments as values: a step holds what was in force before and after.
#pragma once

#include <QString>
#include <QUndoCommand>
#include <cstdint>
#include <functional>
#include <vector>

#include "training/experiment/experiment.h"

namespace elbo {

/// An experiment and the run that trains it.
struct RunInForce {
    Experiment experiment;
    std::uint64_t run = 0;  ///< Session::runNumber()

    bool operator==(const RunInForce&) const = default;
};

/// One change of the experiment or of its run. Undo and redo hand the older or newer value to `apply`, which decides
/// what it takes: knobs and objective are set while training goes on, for anything else the trained run of that time
/// comes back. GUI thread.
class ExperimentEdit : public QUndoCommand {
  public:
    using Apply = std::function<void(const RunInForce&)>;

    /// The change has already happened: the first redo, which QUndoStack calls when the command is pushed, does
    /// nothing.
    ExperimentEdit(RunInForce before, RunInForce after, Apply apply);

    void undo() override;
    void redo() override;
    int id() const override;
    /// Two changes of the same single knob in a row become one step when they happened shortly after each other.
    bool mergeWith(const QUndoCommand* later) override;

    /// What a change is called in the Edit menu: "change of beta", "change of data.train_size", "opening of Digits by
    /// pen", "reset" where the experiment stays what it is.
    static QString nameOf(const Experiment& before, const Experiment& after);
    /// Whether the two differ in their knobs only, with fleets of equal size.
    static bool onlyKnobsDiffer(const Experiment& before, const Experiment& after);

    static constexpr qint64 kMergeMilliseconds = 800;

  private:
    RunInForce before_;
    RunInForce after_;
    Apply apply_;
    qint64 when_;
    bool first_ = true;
};

}  // namespace elbo
