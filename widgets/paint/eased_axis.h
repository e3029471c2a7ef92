// The upper end of a density axis: it glides to hold the highest peak and never jumps.
#pragma once

#include <QObject>
#include <QVariantAnimation>

namespace elbo {

/// GUI thread only.
class EasedAxis : public QObject {
    Q_OBJECT
  public:
    explicit EasedAxis(QObject* parent = nullptr);

    double maximum() const { return maximum_; }
    /// Glides to an axis with some air above `peak`; at once the first time. Small changes of the peak leave it alone.
    void hold(double peak);
    /// The end of the axis that holds `peak`, for figures.
    static double holding(double peak);

  Q_SIGNALS:
    void moved();

  private:
    double maximum_ = 0.0, target_ = 0.0, start_ = 0.0;
    QVariantAnimation glide_;
};

}  // namespace elbo
