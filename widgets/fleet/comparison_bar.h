// Names the mode in which two members of a fleet stand side by side, and shows what they measure.
#pragma once

#include <QElapsedTimer>
#include <QGridLayout>
#include <QLabel>
#include <QPushButton>
#include <QWidget>
#include <memory>
#include <vector>

#include "widgets/fleet/comparison.h"
#include "widgets/kit/theme.h"

namespace elbo {

/// GUI thread only.
class ComparisonBar : public QWidget {
    Q_OBJECT
  public:
    explicit ComparisonBar(QWidget* parent = nullptr);

    void setComparison(const Comparison& pair);
    /// Numbers change a few times per second at most, so that they can be read; at rest they are always the newest.
    void showFrame(std::shared_ptr<const Frame> frame);
    void setTheme(const Theme& theme);

  Q_SIGNALS:
    void leaveRequested();

  private:
    void refresh();
    QLabel* addCell(int row, int column, Qt::Alignment alignment);

    Theme theme_ = Theme::darkTheme();
    Comparison pair_;
    std::shared_ptr<const Frame> frame_;
    QElapsedTimer sinceRefresh_;
    QLabel* mode_;
    QLabel* hint_;
    QPushButton* leave_;
    QGridLayout* table_;
    std::vector<std::vector<QLabel*>> cells_;  ///< [heads, A, B, difference][name, quantities]
};

}  // namespace elbo
