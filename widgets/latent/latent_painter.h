// Paints a latent scene with QPainter: the canvas without OpenGL, the decoration over OpenGL, and the exported figure.
#pragma once

#include <QPainter>
#include <QRectF>
#include <QString>
#include <string>
#include <vector>

#include "widgets/kit/theme.h"
#include "widgets/latent/latent_scene.h"
#include "widgets/paint/axes_painter.h"
#include "widgets/paint/plane_map.h"
#include "widgets/paint/plane_painter.h"
#include "widgets/paint/raster.h"

namespace elbo {

/// A scene and how it is to be shown. Plain value; the scene outlives it.
struct LatentPicture {
    const LatentScene* scene = nullptr;
    LatentWindow window;  ///< expanded to the proportions of the plot when painted
    LatentLayers layers;
    QString title;  ///< name of the fleet member; empty when there is only one
    QColor titleColor;
    bool focused = false;
    bool small = false;           ///< one of many: never has decorations of its own
    double densityPeak = 0.0;     ///< that has the strongest colour, common to all members; 0: the scene's own
    double densityMaximum = 1.0;  ///< upper end of the density axis, dim z = 1
    std::vector<std::string> labelNames;
    bool legend = true;
};

/// Where the parts of a canvas lie.
struct LatentLayout {
    QRectF title;
    QRectF legend;
    int legendLimit = 0;  ///< rows that the legend was chosen for, see latentLegend()
    QRectF plot;
    bool compact = false;  ///< a small multiple: title and plot alone
    bool operator==(const LatentLayout&) const = default;
};
/// One of many members, or one in a canvas below some size, has no legend and axes; their titles are to be brief.
bool isCompact(const QSizeF& area, const LatentPicture& picture, const Theme& theme, const QPaintDevice* device);
LatentLayout layoutLatent(const QRectF& area, const LatentPicture& picture, const Theme& theme,
                          const QPaintDevice* device);

/// The map of the plot: the picture's window expanded to it, or latent units against density in one dimension.
PlaneMap latentMap(const QRectF& plot, const LatentPicture& picture);

/// Density, contours, codes and ellipses, or curves, clipped to the plot.
void paintLatentPlane(QPainter& painter, const PlaneMap& map, const LatentPicture& picture, const Theme& theme,
                      bool compact = false);

/// Title, legend and axes around the plot.
void paintLatentDecoration(QPainter& painter, const LatentLayout& layout, const PlaneMap& map,
                           const LatentPicture& picture, const Theme& theme);

/// The fullest legend that fits into this width and so many rows: the explanation is left out first, then the classes
/// have no row of their own, and where more than one row is allowed they may have two more; beyond that none of them is
/// named. What is drawn as a line is always named, in as many rows as it takes.
std::vector<LegendEntry> latentLegend(const LatentPicture& picture, const Theme& theme, double width, int maximumRows,
                                      const QPaintDevice* device);

/// All of it as a figure: the plot takes the proportions of the picture's window.
void paintLatent(QPainter& painter, const QRectF& area, const LatentPicture& picture, const Theme& theme);

/// More rows than any legend has.
inline constexpr int kAllLegendRows = 100;

/// What a legend common to small multiples says: the marks, then what the frame of every plot spans.
std::vector<LegendEntry> sharedLegend(const LatentPicture& picture, const PlaneMap& map, const Theme& theme,
                                      double width, const QPaintDevice* device);

/// Radius of the dots of codes: smaller in a small multiple.
double codeRadius(const LatentPicture& picture, bool compact, const Theme& theme);

/// The density that has the strongest colour.
double peakOf(const LatentPicture& picture);

/// Colours of the density. Below lines and dots it keeps to the quiet part of the theme's map; alone it has all of it.
ColorRamp groundRamp(const Theme& theme, const LatentLayers& layers);

}  // namespace elbo
