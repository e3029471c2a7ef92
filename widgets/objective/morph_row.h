// One slider from the objective in force to another one.
#pragma once

#include <QComboBox>
#include <QSlider>
#include <QToolButton>
#include <QWidget>
#include <vector>

#include "training/experiment/objective_preset.h"
#include "widgets/kit/theme.h"

namespace elbo {

/// GUI thread. Asks for a way to a named objective, then for places along it; knows nothing of what lies there.
class MorphRow : public QWidget {
    Q_OBJECT
  public:
    explicit MorphRow(QWidget* parent = nullptr);

    void setPresets(const std::vector<ObjectivePreset>& presets);
    void setTheme(const Theme& theme);
    /// The objective that the slider leads to and where on the way it stands, 0 to 1, without a signal; -1: none.
    void setWay(int target, double share);
    /// Whether the slider goes by itself.
    void setPlaying(bool playing);

    int target() const { return target_->currentIndex(); }
    double share() const;

    static constexpr int kPositions = 200;

  Q_SIGNALS:
    /// A target was chosen: its place in the list of objectives.
    void targetChosen(int place);
    /// The slider was moved by hand. `settled` is false while it is dragged and true at its release.
    void moved(double share, bool settled);
    void playToggled(bool playing);

  private:
    void showPlay();

    Theme theme_ = Theme::darkTheme();
    QComboBox* target_ = nullptr;
    QSlider* slider_ = nullptr;
    QToolButton* play_ = nullptr;
    int positionAtPress_ = 0;
};

}  // namespace elbo
