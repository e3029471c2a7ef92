// The lower part of the objective panel: the formulas with today's numbers, and what trains beside the model.
#pragma once

#include <QLabel>
#include <QTimer>
#include <QWidget>
#include <memory>

#include "training/frame/frame.h"
#include "widgets/kit/theme.h"
#include "widgets/objective/formula.h"
#include "widgets/objective/multiplier_bars.h"

namespace elbo {

/// GUI thread. Its height changes with the set of terms, critics and multipliers, not with everyday numbers.
class FormulaBlock : public QWidget {
    Q_OBJECT
  public:
    explicit FormulaBlock(QWidget* parent = nullptr);

    /// The weights of one member in force and what decides its terms; shown at once.
    void setSubject(const Knobs& knobs, const FormulaSubject& subject, int member);
    /// The numbers, and the weights as they are with them; shown a few times per second at most, so that they can be
    /// read.
    void showFrame(std::shared_ptr<const Frame> frame, const Knobs& knobs);
    void setTheme(const Theme& theme);

  protected:
    void resizeEvent(QResizeEvent* event) override;

  private:
    void show();
    void showCritics(const Report& report);
    void reserve(QLabel* label, int usual, int& height);

    Theme theme_ = Theme::darkTheme();
    Knobs knobs_;
    FormulaSubject subject_;
    std::shared_ptr<const Frame> frame_;
    int member_ = 0;
    QTimer timer_;

    // Of both formulas: they grow where a number needs a further line, until other terms are shown.
    int formulaHeight_ = 0;
    int informationHeight_ = 0;

    QLabel* formula_ = nullptr;
    QLabel* caption_ = nullptr;
    QLabel* information_ = nullptr;
    QLabel* mark_ = nullptr;
    QLabel* critics_ = nullptr;
    MultiplierBars* multipliers_ = nullptr;
};

}  // namespace elbo
