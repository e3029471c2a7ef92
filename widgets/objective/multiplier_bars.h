// Multipliers of dual ascent as sliders that move by themselves.
#pragma once

#include <QString>
#include <QWidget>
#include <vector>

#include "training/experiment/experiment.h"
#include "training/metrics/report.h"
#include "widgets/kit/theme.h"

namespace elbo {

/// A constraint and what its multiplier is worth now; not-a-number: not known yet.
struct MultiplierBar {
    QString symbol;      ///< "mu_R": an underscore lowers what follows
    QString constraint;  ///< "R >= 3"
    double value = 0.0;
    bool broken = false;  ///< the constraint, at this step
};

/// One for each constraint, in the order of the experiment file. Pure.
std::vector<MultiplierBar> multiplierBars(const ConstraintSpec& constraints, const Report& report, int member);

/// Where a value lies between the bounds of the multipliers on a logarithmic scale, 0 to 1. Pure.
double multiplierPlace(double value, double least, double most);

/// GUI thread. Read-only; as high as there are constraints, and hidden without any.
class MultiplierBars : public QWidget {
    Q_OBJECT
  public:
    explicit MultiplierBars(QWidget* parent = nullptr);

    void setConstraints(const ConstraintSpec& constraints);
    void showReport(const Report& report, int member);
    void setTheme(const Theme& theme);

    const std::vector<MultiplierBar>& bars() const { return bars_; }

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    int rowHeight() const;
    void adapt();

    Theme theme_ = Theme::darkTheme();
    ConstraintSpec constraints_;
    std::vector<MultiplierBar> bars_;
};

}  // namespace elbo
