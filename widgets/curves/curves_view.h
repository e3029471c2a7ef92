// Training curves: what the objective and its parts did from the first step to this one.
#pragma once

#include <QCheckBox>
#include <QComboBox>
#include <QElapsedTimer>
#include <QTimer>

#include "widgets/chart/move_marks.h"
#include "widgets/curves/curves.h"
#include "widgets/kit/view.h"
#include "widgets/paint/eased_range.h"

namespace elbo {

class CurvesPlot;

/// GUI thread.
class CurvesView : public View {
    Q_OBJECT
  public:
    explicit CurvesView(QWidget* parent = nullptr);
    ~CurvesView() override;

    QString id() const override { return "curves"; }
    QString title() const override { return "Training curves"; }
    QString explanation() const override;
    Placement placement() const override { return {Area::Course, 380}; }

    void showFrame(std::shared_ptr<const Frame> frame) override;
    void setTheme(const Theme& theme) override;
    void renderFigure(QCPPainter& painter, const QRectF& area, const Theme& theme) const override;
    QSizeF leastFigure(double width) const override;
    QString csv() const override;

    /// -1 for the overview, else a place in curveQuantities().
    int quantity() const { return quantity_; }
    void setQuantity(int quantity);
    void setFocusMember(int member) override;
    bool logSteps() const { return logSteps_; }
    void setLogSteps(bool logSteps);

    QSize sizeHint() const override { return {480, 360}; }
    QSize minimumSizeHint() const override { return QSize(220, 160).expandedTo(View::minimumSizeHint()); }

  protected:
    void showEvent(QShowEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    /// On how many examples a point of a curve rests.
    QString noteOn(const CurveQuantity& quantity, Split split, int member, qint64 step) const;
    std::vector<int> quantities() const;
    std::vector<CurveDrawing> drawings(int points) const;
    Interval stepWindow() const;
    void startAfresh();
    void schedule();
    void refresh();

    Theme theme_ = Theme::darkTheme();
    int quantity_ = -1;
    bool logSteps_ = false;
    std::shared_ptr<const Frame> frame_;
    CurveTable table_;
    MoveMarks moves_;
    bool stale_ = true;  ///< the table holds more than the plot shows
    EasedRange steps_;
    std::vector<EasedRange> values_;  ///< one per chart
    QTimer timer_;
    QElapsedTimer sinceRefresh_;
    qint64 costMilliseconds_ = 0;  ///< of the last refresh; the next one waits in proportion

    CurvesPlot* plot_ = nullptr;
    QComboBox* choice_ = nullptr;
    QCheckBox* logBox_ = nullptr;
};

}  // namespace elbo
