// How the lab's QCustomPlot charts look: one place, so that all of them agree on screen and on paper.
#pragma once

#include <functional>

#include "widgets/chart/plotting.h"
#include "widgets/kit/theme.h"

namespace elbo {

/// Colours and type of axes, grid and background. Margins are fixed from the font, so that the drawing does not shift
/// when tick labels change; `labelled` says whether the axes carry names.
void styleAxes(QCPAxisRect& rect, const Theme& theme, bool labelledX, bool labelledY);
/// Tickers of `axis`, linear and logarithmic, that leave out what would touch its neighbour: about `count` ticks where
/// there is room. `whole`: a number of steps has no halves. Owned by the axis that they are made for.
QSharedPointer<QCPAxisTicker> linearTicker(const QCPAxis& axis, int count, bool whole = false);
QSharedPointer<QCPAxisTicker> decadeTicker(const QCPAxis& axis, int count);
void styleLegend(QCPLegend& legend, const Theme& theme);

/// A pen of a curve in the theme's line width.
QPen curvePen(const Theme& theme, const QColor& colour, double widthFactor = 1.0, Qt::PenStyle style = Qt::SolidLine);

/// Draws `plot` as a figure into `area`, in painter units, vectors kept.
void renderPlot(QCustomPlot& plot, QCPPainter& painter, const QRectF& area);

/// A plot whose axes choose their numbers by the room that there is for them: they choose again once the layout is
/// known, which QCustomPlot finds only after it has asked.
class LaidOutPlot : public QCustomPlot {
    Q_OBJECT
  public:
    explicit LaidOutPlot(QWidget* parent = nullptr) : QCustomPlot(parent) {}

  protected:
    void updateLayout() override;
};

/// An item drawn by a function in pixel coordinates, clipped to its axis rectangle.
class PaintedItem : public QCPAbstractItem {
    Q_OBJECT
  public:
    PaintedItem(QCustomPlot* plot, const QString& layer, std::function<void(QCPPainter*)> paint);

    double selectTest(const QPointF& position, bool onlySelectable, QVariant* details = nullptr) const override;

  protected:
    void draw(QCPPainter* painter) override;

  private:
    std::function<void(QCPPainter*)> paint_;
};

}  // namespace elbo
