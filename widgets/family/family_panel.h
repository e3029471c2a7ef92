// The objective family: twelve Lagrange multipliers set by hand, and what they mean as formulas.
#pragma once

#include <QComboBox>
#include <QLabel>
#include <QPushButton>
#include <QTextBrowser>
#include <QWidget>
#include <array>
#include <functional>
#include <vector>

#include "models/algebra/family_training.h"
#include "widgets/kit/theme.h"
#include "widgets/objective/knob_slider.h"

namespace elbo {

/// What training begins from: the objective in force and the other members of the fleet, whose divergences stay.
struct FamilySurroundings {
    ObjectiveSpec objective;
    std::vector<Knobs> others;
};

/// GUI thread. Answers at once; trains nothing itself.
class FamilyPanel : public QWidget {
    Q_OBJECT
  public:
    explicit FamilyPanel(QWidget* parent = nullptr);

    const MultiplierWeights& multipliers() const { return objective_.multipliers; }
    /// The twelve weights alone.
    void setMultipliers(const MultiplierWeights& multipliers);
    /// The twelve weights, and what they do not hold: both are shown and trained. `remark` says what cannot be shown.
    void setObjective(const FamilyObjective& objective, const QString& remark = {});
    /// Asked for at every change and click.
    void setSurroundings(std::function<FamilySurroundings()> surroundings);
    void setTheme(const Theme& theme);

  Q_SIGNALS:
    /// The objective shown, as weights and divergences of the engine's J.
    void trainRequested(const elbo::Knobs& knobs, const elbo::ObjectiveSpec& objective);

  private:
    QLayout* makeTable();
    QLayout* makeBesides();
    void applyPreset(int index);
    void requestTraining();
    void showAnswer();

    Theme theme_ = Theme::darkTheme();
    FamilyObjective objective_;
    QString remark_;
    std::function<FamilySurroundings()> surroundings_ = [] { return FamilySurroundings(); };
    KnobsAnswer training_;

    QComboBox* preset_ = nullptr;
    std::array<QLabel*, kMultiplierCount> symbols_{};
    std::array<WeightEntry*, kMultiplierCount> entries_{};
    QLabel* besides_ = nullptr;
    QPushButton* leaveOut_ = nullptr;
    QTextBrowser* answer_ = nullptr;
    QPushButton* train_ = nullptr;
    QLabel* note_ = nullptr;
};

}  // namespace elbo
