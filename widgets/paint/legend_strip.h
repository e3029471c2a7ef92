// A legend as a row of its own, for several small plots that share it.
#pragma once

#include <QWidget>
#include <vector>

#include "widgets/paint/axes_painter.h"

namespace elbo {

/// GUI thread only. As high as its entries need at its width.
class LegendStrip : public QWidget {
    Q_OBJECT
  public:
    using QWidget::QWidget;

    void setEntries(const std::vector<LegendEntry>& entries, const Theme& theme);

  protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

  private:
    void fitHeight();

    std::vector<LegendEntry> entries_;
    Theme theme_;
};

}  // namespace elbo
