// The objective family: twelve Lagrange multipliers set by hand, and what they mean as formulas.
#pragma once

#include <QComboBox>
#include <QLabel>
#include <QPushButton>
#include <QTextBrowser>
#include <QWidget>
#include <array>

#include "models/algebra/family.h"
#include "widgets/knob_slider.h"
#include "widgets/theme.h"

namespace elbo {

/// GUI thread. Answers at once; trains nothing itself.
class FamilyPanel : public QWidget {
    Q_OBJECT
  public:
    explicit FamilyPanel(QWidget* parent = nullptr);

    const Multipliers& multipliers() const { return multipliers_; }
    void setMultipliers(const Multipliers& multipliers);
    void setTheme(const Theme& theme);

  Q_SIGNALS:
    /// The objective shown, as weights of the engine's J.
    void trainRequested(const elbo::Knobs& knobs);

  private:
    QLayout* makeTable();
    void applyPreset(int index);
    void showAnswer();

    Theme theme_ = Theme::darkTheme();
    Multipliers multipliers_;
    KnobsAnswer training_;

    QComboBox* preset_ = nullptr;
    std::array<QLabel*, kMultiplierCount> symbols_{};
    std::array<WeightEntry*, kMultiplierCount> entries_{};
    QTextBrowser* answer_ = nullptr;
    QPushButton* train_ = nullptr;
    QLabel* note_ = nullptr;
};

}  // namespace elbo
