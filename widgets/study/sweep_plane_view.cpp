#include "widgets/study/sweep_plane_view.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "widgets/chart/plotting.h"
#include "widgets/rate_distortion/sweep_plane_painter.h"

namespace elbo {
namespace {

constexpr double kBesidePoints = 300.0;  ///< narrower figures have the second panel below the first
constexpr double kLeastWidth = 150.0, kLeastPanel = 100.0;
constexpr int kMostLegendRows = 30;

bool panelsBeside(double width) {
    return width >= kBesidePoints;
}

}  // namespace

QString SweepPlaneView::explanation() const {
    return tr("All runs of a sweep by family: how far each reaches, and what all of them reach together.");
}

QString SweepPlaneView::caption() const {
    QString text = QString("a, Rate and distortion of %1 runs of %2, %3 examples. b, The same on skew axes.")
                       .arg(plane_.runs.size())
                       .arg(plane_.families.size() == 1 ? QString("one family")
                                                        : QString("%1 families").arg(plane_.families.size()))
                       .arg(plane_.split == Split::Test ? QString("test") : QString("training"));
    if (plane_.several) {
        text += " Large marks: of the runs of one family and \u03b2 the one with the least D + \u03b2R.";
    }
    if (plane_.diverged > 0) {
        text += plane_.diverged == 1 ? QString(" 1 run diverged.") : QString(" %1 runs diverged.").arg(plane_.diverged);
    }
    if (plane_.missing > 0) {
        text += QString(" %1 to come.").arg(plane_.missing);
    }
    return text + " After Alemi et al. (2018), Fig. 3.";
}

QSizeF SweepPlaneView::leastFigure(double width) const {
    const Theme paper = inPainterUnits(Theme::paperTheme(), this);
    const std::vector<LegendEntry> entries = sweepPlaneLegend(plane_, paper);
    const double widest = std::max(kLeastWidth, std::ceil(widestEntry(entries, paper, this)) + 8.0);
    const double wide = std::max(width, widest);
    const int rows = legendRows(entries, wide - 8.0, kMostLegendRows, paper, this);
    const double legend = (rows + 1.5) * lineHeight(paper, this, 0.9);
    return {widest, legend + (panelsBeside(wide) ? kLeastPanel : 2.0 * kLeastPanel)};
}

void SweepPlaneView::renderFigure(QCPPainter& painter, const QRectF& area, const Theme& theme) const {
    const Theme onPaper = inPainterUnits(theme, painter.device());
    const QPaintDevice* device = painter.device();
    const double line = lineHeight(onPaper, device);
    const QRectF inside = area.adjusted(2.0, 2.0, -2.0, -2.0);
    const std::vector<LegendEntry> entries = sweepPlaneLegend(plane_, onPaper);
    const double legend =
        legendRows(entries, inside.width(), kMostLegendRows, onPaper, device) * lineHeight(onPaper, device, 0.9);
    paintLegend(painter, QRectF(inside.left(), inside.top(), inside.width(), legend), entries, onPaper);
    const QRectF rest = inside.adjusted(0.0, legend + 0.4 * line, 0.0, 0.0);
    const bool beside = panelsBeside(area.width());
    const QSizeF half = beside ? QSizeF(0.5 * (rest.width() - line), rest.height())
                               : QSizeF(rest.width(), 0.5 * (rest.height() - 0.4 * line));
    const QPointF second = beside ? QPointF(half.width() + line, 0.0) : QPointF(0.0, half.height() + 0.4 * line);
    QFont bold = textFont(onPaper, 8.0 / 7.0);
    bold.setBold(true);
    for (const auto& [corner, axes, letter] :
         {std::tuple(QPointF(), PlaneAxes::Distortion, "a"), std::tuple(second, PlaneAxes::Elbo, "b")}) {
        const QRectF place(rest.topLeft() + corner, half);
        painter.setFont(bold);
        painter.setPen(onPaper.text);
        paintText(painter, QRectF(place.left(), place.top(), line, line), Qt::AlignLeft | Qt::AlignVCenter, letter);
        const QRectF body = place.adjusted(0.3 * line, 0.7 * line, 0.0, 0.0);
        paintPlane(painter, placePlane(body, plane_, axes, false, onPaper, device), plane_, onPaper);
    }
}

}  // namespace elbo
