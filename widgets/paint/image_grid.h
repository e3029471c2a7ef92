// Where images of equal size lie in an area: pure arithmetic.
#pragma once

#include <QRectF>
#include <QSize>
#include <vector>

namespace elbo {

/// How images are to be laid out.
struct ImageGridOptions {
    int count = 0;       ///< images, or pairs of images
    bool pairs = false;  ///< two images on top of each other in every cell
    int enough = 12;     ///< rather this many small ones than fewer large ones
    double ratio = 1.0;  ///< device pixels per unit of the painter
    double gap = 4.0;    ///< between cells, painter units
};

/// A grid of cells; painter units. `scale` is a whole number of device pixels per image pixel where the area allows it.
struct ImageGrid {
    int columns = 0;
    int shown = 0;
    double scale = 0.0;            ///< painter units per image pixel
    bool whole = false;            ///< image pixels are whole device pixels: paint without smoothing
    std::vector<QRectF> images;    ///< of every cell the (upper) image
    std::vector<QRectF> partners;  ///< the lower one of each pair; empty without pairs
};

/// The largest whole enlargement at which enough images fit, spread evenly over the area.
ImageGrid layoutImages(const QRectF& area, const QSize& image, const ImageGridOptions& options);

/// The largest square of `side` x `side` images without gaps in the middle of the area.
ImageGrid layoutMosaic(const QRectF& area, const QSize& image, int side, double ratio);

}  // namespace elbo
