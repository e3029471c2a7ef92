// The way of a run from its first step to the last that is planned, with marks where something was moved by hand.
#pragma once

#include <QProgressBar>
#include <cstdint>
#include <memory>
#include <vector>

#include "training/experiment/moves.h"
#include "widgets/kit/theme.h"

namespace elbo {

/// GUI thread. As large with marks as without.
class TimeAxis : public QProgressBar {
    Q_OBJECT
  public:
    explicit TimeAxis(QWidget* parent = nullptr);

    /// Where the run is, of `total` > 0 steps; `moves` is null where nothing was moved.
    void showStep(std::int64_t step, std::int64_t total, const std::shared_ptr<const Moves>& moves);
    void setTheme(const Theme& theme);

    /// Places of the marks, as shares of the way, in order.
    const std::vector<double>& marks() const { return marks_; }

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    void mark(std::size_t made);
    QString wordsOf(std::size_t made) const;

    std::vector<double> marks_;
    QColor colour_;
    // What the marks were made of: they are made anew only when one of these is another.
    std::shared_ptr<const Moves> moves_;
    std::int64_t total_ = 0;
    std::size_t made_ = 0;  ///< of the moves: by the step of then
};

}  // namespace elbo
