#include "widgets/transport/transport_bar.h"

#include <QHBoxLayout>
#include <cmath>
#include <utility>

#include "widgets/kit/icons.h"
#include "widgets/kit/numbers.h"
#include "widgets/kit/plain_text.h"

namespace elbo {
namespace {

QString stateText(RunState state) {
    switch (state) {
        case RunState::Idle:
            return "Idle";
        case RunState::Running:
            return "Running";
        case RunState::Paused:
            return "Paused";
        case RunState::Finished:
            return "Finished";
        case RunState::Failed:
            return "Failed";
    }
    return {};
}

/// Two or three digits say how fast training is; the last ones only flicker.
QString speedText(double stepsPerSecond) {
    if (!(stepsPerSecond > 0.0)) {
        return {};
    }
    if (stepsPerSecond < 10.0) {
        return QString::number(stepsPerSecond, 'f', 1) + " steps/s";
    }
    const double unit = std::pow(10.0, std::floor(std::log10(stepsPerSecond)) - 2.0);
    const double rounded = unit > 1.0 ? std::round(stepsPerSecond / unit) * unit : std::round(stepsPerSecond);
    return countText(std::llround(rounded)) + " steps/s";
}

}  // namespace

TransportBar::TransportBar(QWidget* parent) : QWidget(parent) {
    const auto button = [this](const char* name, const QString& tip) {
        auto* made = new QToolButton(this);
        made->setObjectName(name);
        made->setToolTip(tip);
        made->setAccessibleName(tip);
        made->setAutoRaise(true);
        return made;
    };
    play_ = button("play", "Start training");
    stepOne_ = button("step", "Train for a single step");
    reset_ = button("reset", "Back to step 0 with fresh weights");
    const auto label = [this](const char* name) {
        auto* made = new QLabel(this);
        made->setObjectName(name);
        return made;
    };
    stateLabel_ = label("state");
    steps_ = label("steps");
    speed_ = label("speed");
    epoch_ = label("epoch");
    speed_->setProperty("role", "muted");
    epoch_->setProperty("role", "muted");
    epoch_->setToolTip("Passes over the training examples.");
    speed_->setToolTip("Training steps per second, all members of the fleet at once.");
    steps_->setToolTip("Training steps taken, of those planned.");
    progress_ = new TimeAxis(this);
    progress_->setMinimumWidth(40);
    progress_->setMaximumWidth(240);

    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(4, 2, 8, 2);
    layout->setSpacing(4);
    for (QToolButton* made : {play_, stepOne_, reset_}) {
        layout->addWidget(made);
    }
    layout->addSpacing(6);
    layout->addWidget(stateLabel_);
    layout->addWidget(progress_, 1);
    layout->addSpacing(6);
    layout->addWidget(steps_);
    layout->addWidget(epoch_);
    layout->addWidget(speed_);
    layout->addStretch(1);

    connect(play_, &QToolButton::clicked, this, [this] {
        if (state_ == RunState::Running) {
            Q_EMIT pauseRequested();
        } else {
            Q_EMIT playRequested();
        }
    });
    connect(stepOne_, &QToolButton::clicked, this, &TransportBar::stepRequested);
    connect(reset_, &QToolButton::clicked, this, &TransportBar::resetRequested);
    setTheme(theme_);
}

void TransportBar::showFrame(const std::shared_ptr<const Frame>& frame) {
    if (!frame) {
        return;
    }
    const Report& report = frame->report;
    step_ = report.step;
    const bool endless = frame->totalSteps <= 0;
    // Who plays on after the planned end is on no way to it any more.
    const bool beyond = !endless && step_ > frame->totalSteps;
    steps_->setText(endless  ? "step " + countText(step_)
                    : beyond ? QString("step %1, %2 planned").arg(countText(step_), countText(frame->totalSteps))
                             : QString("step %1 / %2").arg(countText(step_), countText(frame->totalSteps)));
    epoch_->setText("epoch " + QString::number(report.epoch, 'f', 1));
    speed_->setText(frame->state == RunState::Running ? speedText(report.stepsPerSecond) : QString());
    progress_->setVisible(!endless && !beyond);
    if (!endless && !beyond) {
        progress_->showStep(step_, frame->totalSteps, frame->moves);
    }
    setState(frame->state, QString::fromStdString(frame->message));
}

void TransportBar::setState(RunState state, const QString& message) {
    state_ = state;
    message_ = message;
    showState();
}

void TransportBar::setTheme(const Theme& theme) {
    theme_ = theme;
    const int size = static_cast<int>(std::lround(18.0 * theme.fontPoints / 10.0));
    for (QToolButton* made : {play_, stepOne_, reset_}) {
        made->setIconSize(QSize(size, size));
    }
    playIcon_ = themedIcon("play", theme);
    pauseIcon_ = themedIcon("pause", theme);
    play_->setIcon(showsPause_ ? pauseIcon_ : playIcon_);
    stepOne_->setIcon(themedIcon("step", theme));
    reset_->setIcon(themedIcon("reset", theme));
    // Widths for the longest text each label will hold: nothing moves while numbers run.
    const QFontMetrics metrics(theme.font());
    const auto reserve = [&](QLabel* label, const QString& longest) {
        label->setFont(theme.font());
        label->setMinimumWidth(metrics.horizontalAdvance(longest) + 4);
    };
    reserve(stateLabel_, "Finished");
    reserve(steps_, QString("step %1 / %2").arg(countText(100000), countText(100000)));
    reserve(epoch_, "epoch 1000.0");
    reserve(speed_, countText(10000) + " steps/s");
    progress_->setTheme(theme);
    showState();
}

void TransportBar::showState() {
    const bool running = state_ == RunState::Running;
    // A finished run can be trained on: the planned number of steps is a halt, not an end.
    const bool over = state_ == RunState::Failed;
    const bool begun = state_ == RunState::Paused || state_ == RunState::Finished;
    if (std::exchange(showsPause_, running) != running) {
        play_->setIcon(running ? pauseIcon_ : playIcon_);
    }
    const QString tip = running ? QString("Pause training")
                        : begun ? QString("Go on training")
                                : QString("Start training");
    play_->setToolTip(tip);
    play_->setAccessibleName(tip);
    play_->setEnabled(!over);
    stepOne_->setEnabled(!over && !running);
    reset_->setEnabled(step_ > 0 || state_ != RunState::Idle);

    stateLabel_->setText(stateText(state_));
    stateLabel_->setToolTip(plainTip(message_));
    const QColor colour = state_ == RunState::Failed ? theme_.warning : running ? theme_.accent : theme_.text;
    // A palette would not do: inside a tool bar the style sheet of the application wins over it.
    if (const QString sheet = "color: " + colour.name(); stateLabel_->styleSheet() != sheet) {
        stateLabel_->setStyleSheet(sheet);
    }
}

}  // namespace elbo
