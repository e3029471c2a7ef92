// Training curves as small charts side by side: the same drawing for the screen and for paper.
#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "models/spec/knobs.h"
#include "widgets/chart/plotting.h"
#include "widgets/curves/curves.h"
#include "widgets/fleet/fleet_order.h"
#include "widgets/kit/theme.h"
#include "widgets/paint/key_item.h"

namespace elbo {

/// GUI thread. One axis rectangle per quantity, one graph per curve.
class CurvesPlot : public QCustomPlot {
    Q_OBJECT
  public:
    explicit CurvesPlot(QWidget* parent = nullptr);

    void setTheme(const Theme& theme);
    /// Which quantities, in reading order; one fills the widget, four stand two by two.
    void setQuantities(const std::vector<int>& quantities);
    void setLogSteps(bool logSteps);
    void setKnobs(const std::vector<Knobs>& knobs);
    /// One drawing per quantity, in the order of setQuantities.
    void setDrawings(const std::vector<CurveDrawing>& drawings);
    void setStepWindow(const Interval& steps);
    void setValueWindow(std::size_t chart, const Interval& values);

    /// Pixels a chart is wide: a curve needs no more vertices than a few per pixel.
    int chartWidth() const;
    /// What to say about a point of a curve besides its value: on how many examples it rests. May answer nothing.
    using Note = std::function<QString(const CurveQuantity& quantity, Split split, int member, qint64 step)>;
    void setNote(Note note) { note_ = std::move(note); }
    /// The value under the pointer (widget coordinates), as rich text; empty where there is no curve.
    QString describe(const QPointF& position) const;
    /// The fleet member whose curve or legend entry lies there; -1 where there is none.
    int memberAt(const QPointF& position) const;
    /// Draws the curves of this member stronger and above the others; -1 for none.
    void setFocusMember(int member);

  protected:
    void resizeEvent(QResizeEvent* event) override;

  private:
    struct Line {
        QCPGraph* graph = nullptr;
        int member = 0;
        Split split = Split::Train;
    };
    struct Chart {
        QCPAxisRect* rect = nullptr;
        QCPTextElement* title = nullptr;
        std::vector<Line> lines;
    };

    void layOut();
    void style();
    /// As many numbers beside a chart as its height has room for.
    void fitTicks();
    void fitTitles();
    void styleLines(Chart& chart);
    static void setMeasured(const Chart& chart, bool measured);
    void listLegend();
    QString memberText(int member) const;

    Theme theme_ = Theme::darkTheme();
    bool logSteps_ = false;
    std::vector<int> quantities_;
    std::vector<Knobs> knobs_;
    std::vector<Chart> charts_;
    QCPLegend* key_ = nullptr;
    std::vector<Key> keys_;  ///< what the legend lists now
    FleetOrder order_;
    Note note_;
    int focus_ = -1;
};

}  // namespace elbo
