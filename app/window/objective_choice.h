// What follows from choosing a named objective, and the way from one objective to another while training goes on.
#pragma once

#include <QElapsedTimer>
#include <QMessageBox>
#include <QObject>
#include <QPointer>
#include <cstdint>
#include <optional>

#include "app/session/session.h"
#include "app/window/edit_history.h"
#include "training/experiment/morph.h"
#include "training/experiment/objective_preset.h"
#include "widgets/objective/objective_panel.h"

namespace elbo {

/// Stands between the objective panel and the session: weights go through to it as they are. An objective that fits the
/// run is in force at its next step; one that needs another model starts a new run once the reader has agreed. GUI
/// thread.
class ObjectiveChoice : public QObject {
    Q_OBJECT
  public:
    /// `window` is where questions appear.
    ObjectiveChoice(Session& session, EditHistory& history, ObjectivePanel& panel, QWidget* window);

    /// Goes on along the way when it goes by itself.
    void showFrame(const Frame& frame);
    /// The question on show, or null.
    QMessageBox* question() const { return question_; }

    /// Steps that the whole way takes when it goes by itself, and the seconds that it takes at least, since small
    /// models train faster than one can look.
    static constexpr double kWaySteps = 2000.0;
    static constexpr double kWaySeconds = 5.0;

  Q_SIGNALS:
    /// The objective or its weights changed while training goes on: session.experiment() is new.
    void changed();
    /// What was chosen cannot be had; says why.
    void failed(const QString& message);

  private:
    /// A way in force.
    struct Way {
        int target = -1;
        Morph morph;
        double share = 0.0;
        bool playing = false;
        std::optional<std::int64_t> playedStep{};  ///< of the last frame while it goes by itself
        QElapsedTimer sincePlayed{};               ///< since that frame
    };

    void choose(int place);
    void ask(const ObjectivePreset& preset, const Experiment& wanted);
    void beginWay(int target);
    void moveAlong(double share, bool settled);
    void play(bool playing);
    void endWay();
    /// Ends a way that what is in force has left.
    void checkWay();
    const ObjectivePreset& preset(int place) const;

    Session& session_;
    EditHistory& history_;
    ObjectivePanel& panel_;
    QWidget* window_;
    QPointer<QMessageBox> question_;
    std::optional<Way> way_;
};

}  // namespace elbo
