// Axes, titles and legends drawn with QPainter: the same ones on a canvas, over OpenGL and on paper.
#pragma once

#include <QColor>
#include <QFont>
#include <QLineF>
#include <QPainter>
#include <QRectF>
#include <QString>
#include <vector>

#include "widgets/kit/theme.h"
#include "widgets/paint/marker.h"
#include "widgets/paint/plane_map.h"

namespace elbo {

/// The theme's font at a share of its base size. Unlike Theme::font without a lower bound, which a figure painted on a
/// device of 1200 dots per inch would hit.
QFont textFont(const Theme& theme, double scale = 1.0);

/// The theme with its text measured in painter units instead of the device's points: 7 pt become 7 units. For figures,
/// whose painter is scaled by the caller.
Theme inPainterUnits(const Theme& theme, const QPaintDevice* device);

/// Height of one line of text and the standard gap (a quarter of it), in painter units.
double lineHeight(const Theme& theme, const QPaintDevice* device, double scale = 1.0);
double standardGap(const Theme& theme, const QPaintDevice* device);

/// What is written along the two axes. An empty title takes no room.
struct AxesText {
    QString x;
    QString y;
    QString yBrief{};  ///< stands in for y where the axis is too short for it; empty: none
};

/// The part of `area` left for the plot. The room for tick labels does not depend on the numbers, so that the plot
/// stays where it is while the axes move.
QRectF plotInside(const QRectF& area, const AxesText& text, const Theme& theme, const QPaintDevice* device);

/// Grid lines at the ticks of both axes, in plane coordinates.
std::vector<QLineF> gridLines(const PlaneMap& map, const Theme& theme, const QPaintDevice* device);

/// Grid lines, to be painted below the content of the plot.
void paintGrid(QPainter& painter, const PlaneMap& map, const Theme& theme);

/// Frame, ticks, numbers and titles around the plot.
void paintAxes(QPainter& painter, const PlaneMap& map, const AxesText& text, const Theme& theme);

/// Only the axis below the plot, for pictures whose other axis is a list of names, and the room it takes.
void paintAxisBelow(QPainter& painter, const PlaneMap& map, const QString& title, const Theme& theme);
double axisBelowHeight(const Theme& theme, const QPaintDevice* device);

/// An entry of a legend.
struct LegendEntry {
    enum class Mark { Line, Dashes, Square, Dot, Band, Tick, Ring, Shape, None };
    Mark mark = Mark::None;
    QColor color;
    QString text;
    bool muted = false;
    bool newRow = false;
    Marker shape = Marker::Disc;  ///< of Mark::Shape
};

/// How many rows the entries need at this width, at most `maximum`.
int legendRows(const std::vector<LegendEntry>& entries, double width, int maximum, const Theme& theme,
               const QPaintDevice* device);

/// Width of the longest entry, its mark included.
double widestEntry(const std::vector<LegendEntry>& entries, const Theme& theme, const QPaintDevice* device);

/// Entries one after another from the left, wrapped into the height of `area`; what does not fit is left out.
void paintLegend(QPainter& painter, const QRectF& area, const std::vector<LegendEntry>& entries, const Theme& theme);

/// Text in a rectangle, shortened with an ellipsis where it does not fit.
void paintText(QPainter& painter, const QRectF& area, Qt::Alignment alignment, const QString& text);

}  // namespace elbo
