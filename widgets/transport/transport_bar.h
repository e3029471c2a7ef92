// Play, pause, single step and reset, beside where the training stands.
#pragma once

#include <QLabel>
#include <QToolButton>
#include <QWidget>
#include <memory>

#include "training/frame/frame.h"
#include "widgets/kit/theme.h"
#include "widgets/transport/time_axis.h"

namespace elbo {

/// GUI thread. Holds no state of its own: buttons follow the RunState of the last frame, or of setState.
class TransportBar : public QWidget {
    Q_OBJECT
  public:
    explicit TransportBar(QWidget* parent = nullptr);

    void showFrame(const std::shared_ptr<const Frame>& frame);
    /// Ahead of the next frame, so that a click is answered at once. `message`: why a run failed or what paused it.
    void setState(RunState state, const QString& message = {});
    void setTheme(const Theme& theme);

    RunState state() const { return state_; }

  Q_SIGNALS:
    void playRequested();
    void pauseRequested();
    void stepRequested();
    void resetRequested();

  private:
    void showState();

    Theme theme_ = Theme::darkTheme();
    RunState state_ = RunState::Idle;
    QIcon playIcon_, pauseIcon_;  ///< drawn once per theme
    bool showsPause_ = false;
    QString message_;
    std::int64_t step_ = 0;

    QToolButton* play_ = nullptr;
    QToolButton* stepOne_ = nullptr;
    QToolButton* reset_ = nullptr;
    QLabel* stateLabel_ = nullptr;
    QLabel* steps_ = nullptr;
    QLabel* speed_ = nullptr;
    QLabel* epoch_ = nullptr;
    TimeAxis* progress_ = nullptr;
};

}  // namespace elbo
