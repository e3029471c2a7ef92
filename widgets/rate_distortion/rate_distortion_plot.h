// The rate-distortion plane as a chart: the same drawing for the screen and for paper.
#pragma once

#include <QLineF>
#include <vector>

#include "widgets/chart/plot_style.h"
#include "widgets/kit/theme.h"
#include "widgets/paint/key_item.h"
#include "widgets/rate_distortion/rate_distortion.h"

namespace elbo {

/// GUI thread. Holds no frame: it draws what it is given, in the window it is given.
class RateDistortionPlot : public LaidOutPlot {
    Q_OBJECT
  public:
    explicit RateDistortionPlot(QWidget* parent = nullptr);

    void setTheme(const Theme& theme);
    void setDrawing(const RateDistortionDrawing& drawing);
    void setWindow(const Interval& rates, const Interval& heights);
    /// Draws this member larger and names it; -1 for none.
    void setFocusMember(int member);

    /// What lies under the pointer (widget coordinates), as rich text; empty where there is nothing.
    QString describe(const QPointF& position) const;
    /// The fleet member whose live point or legend entry lies there; -1 where there is none.
    int memberAt(const QPointF& position) const;
    /// Where the legend lies, in widget coordinates; null when nothing needs one. Inside the plane it hides nothing;
    /// else it is below.
    QRectF legendBox() const;
    /// What a legend must not hide: every line of the plane, and every mark as a small box. Widget coordinates.
    std::vector<QLineF> strokes() const;
    std::vector<QRectF> marks() const;

  protected:
    void updateLayout() override;

  private:
    struct NameBox {
        QString text;
        QRectF box;
        bool focused = false;
    };

    void paintRegions(QCPPainter* painter) const;
    void paintLevels(QCPPainter* painter) const;
    void paintTrails(QCPPainter* painter) const;
    void paintFleet(QCPPainter* painter) const;
    void paintBounds(QCPPainter* painter) const;
    void paintHull(QCPPainter* painter) const;
    void paintAims(QCPPainter* painter) const;
    void paintTicks(QCPPainter* painter) const;
    void paintNames(QCPPainter* painter) const;
    void rebuildGraphs();
    void placePoint(std::size_t place);
    void stylePoints();
    void listLegend();
    void listInside(bool inside);
    bool placeInside();
    bool hidesNothing(const QRectF& box) const;
    const Key* keyUnder(const QPointF& position) const;
    /// Values c of the lines D + R = c worth drawing, and the part of such a line inside the window and at R >= 0.
    std::vector<double> levels() const;
    QLineF levelLine(double level) const;
    /// Names beside the points of a fleet too long for the legend; those that would overlap are left out.
    std::vector<NameBox> nameBoxes() const;
    std::vector<const MemberPath*> namedMembers() const;
    std::vector<QRectF> occupied() const;
    QString describeRegion(const QPointF& position) const;
    /// What the encoder of a member costs, as HTML; empty where that is not known.
    QString priceOf(int member) const;
    /// What was moved by hand just before a point of a trail, as HTML; empty where nothing was.
    QString movesBefore(const MemberPath& path, std::size_t point) const;

    /// A model in pixels, on whatever axes are shown.
    QPointF pixel(double rate, double distortion) const;
    QPolygonF pixels(const std::vector<RatePoint>& points) const;
    QPolygonF pixels(const std::vector<CurvePoint>& points) const;
    QColor colour(int member) const;

    Theme theme_ = Theme::darkTheme();
    RateDistortionDrawing drawing_;
    int focus_ = -1;
    std::vector<QCPGraph*> points_;  ///< the live point of each member of drawing_
    QCPCurve* optimum_ = nullptr;
    QCPLegend* below_ = nullptr;  ///< takes the entries for which there is no free place inside
    std::vector<Key> keys_;
    bool inside_ = true;   ///< where the legend is now
    bool placed_ = false;  ///< whether that is for these entries in a plot of this size
    QSize placedIn_;
};

}  // namespace elbo
