// Training curves as small charts side by side: the same drawing for the screen and for paper.
#pragma once

#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "models/spec/knobs.h"
#include "widgets/chart/move_marks.h"
#include "widgets/chart/plot_style.h"
#include "widgets/curves/curves.h"
#include "widgets/fleet/fleet_order.h"
#include "widgets/kit/theme.h"
#include "widgets/paint/key_item.h"

namespace elbo {

/// What the legend of curves lists.
struct CurvesKey {
    int members = 0;
    bool splits = false;  ///< there are curves of both
    bool moved = false;   ///< there are marks of moves by hand
};

/// GUI thread.
std::vector<Key> curveKeys(const CurvesKey& key, const std::vector<Knobs>& knobs, const FleetOrder& order,
                           const Theme& theme);

/// GUI thread. One axis rectangle per quantity, one graph per curve.
class CurvesPlot : public LaidOutPlot {
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
    /// A mark on every chart where something was moved by hand; never null.
    void setMoves(const MoveStretches& moves);
    void setStepWindow(const Interval& steps);
    void setValueWindow(std::size_t chart, const Interval& values);

    /// Pixels a chart is wide: a curve needs no more vertices than a few per pixel.
    int chartWidth() const;
    /// What to say about a point of a curve besides its value: on how many examples it rests. May answer nothing.
    using Note = std::function<QString(const CurveQuantity& quantity, Split split, int member, qint64 step)>;
    void setNote(Note note) { note_ = std::move(note); }
    /// The value under the pointer (widget coordinates) and what was moved there, as rich text; empty where there is
    /// neither a curve nor a mark.
    QString describe(const QPointF& position) const;
    /// The fleet member whose curve or legend entry lies there; -1 where there is none.
    int memberAt(const QPointF& position) const;
    /// Draws the curves of this member stronger and above the others; -1 for none.
    void setFocusMember(int member);

  protected:
    void updateLayout() override;

  private:
    struct Line {
        QCPGraph* graph = nullptr;
        int member = 0;
        Split split = Split::Train;
    };
    struct Chart {
        QCPAxisRect* rect = nullptr;
        QCPTextElement* title = nullptr;
        PaintedItem* moves = nullptr;
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
    /// The marks on a chart, those outside of its window among them.
    std::vector<MoveGroup> movesOn(const QCPAxisRect& rect) const;
    void paintMoves(QCPPainter* painter, const QCPAxisRect& rect) const;
    QString describeCurve(const QPointF& position) const;
    QString describeMoves(const QPointF& position) const;
    QString memberText(int member) const;

    Theme theme_ = Theme::darkTheme();
    bool logSteps_ = false;
    std::vector<int> quantities_;
    std::vector<Knobs> knobs_;
    std::vector<Chart> charts_;
    QCPLegend* key_ = nullptr;
    std::optional<std::vector<Key>> listed_;  ///< what the legend lists now; nothing when that is not known
    QSize fitted_;                            ///< of the plot that titles, numbers and legend are made for
    MoveStretches moves_ = std::make_shared<const std::vector<MoveStretch>>();
    FleetOrder order_;
    Note note_;
    int focus_ = -1;
};

}  // namespace elbo
