#include "widgets/paint/image_grid.h"

#include <algorithm>
#include <cmath>

namespace elbo {
namespace {

constexpr double kWidestGap = 0.3;    // of an image: beyond, the rest stays around the grid
constexpr double kWholeShare = 0.85;  // a whole enlargement is taken if it uses this much of the possible one

struct Fit {
    int columns = 0, rows = 0;
    QSizeF cell;
};

Fit fitAt(double scale, const QRectF& area, const QSize& image, const ImageGridOptions& options) {
    Fit fit;
    const double inner = options.pairs ? options.gap * 0.4 : 0.0;
    fit.cell = QSizeF(image.width() * scale, image.height() * scale * (options.pairs ? 2.0 : 1.0) + inner);
    fit.columns = static_cast<int>((area.width() + options.gap) / (fit.cell.width() + options.gap));
    fit.rows = static_cast<int>((area.height() + options.gap) / (fit.cell.height() + options.gap));
    return fit;
}

/// Room between cells so that the first and the last touch the borders, as far as that looks like one grid.
double spread(double length, double cell, int count, double gap, double image) {
    if (count < 2) {
        return gap;
    }
    return std::clamp((length - count * cell) / (count - 1), gap, std::max(gap, kWidestGap * image));
}

}  // namespace

ImageGrid layoutImages(const QRectF& area, const QSize& image, const ImageGridOptions& options) {
    ImageGrid grid;
    if (options.count <= 0 || image.isEmpty() || area.width() < 2.0 || area.height() < 2.0) {
        return grid;
    }
    const int enough = std::min(options.count, options.enough);
    const int largest = std::max(
        1, static_cast<int>(std::max(area.width() / image.width(), area.height() / image.height()) * options.ratio));
    Fit fit;
    for (int enlargement = largest; enlargement >= 1 && !grid.whole; --enlargement) {
        grid.scale = enlargement / options.ratio;
        fit = fitAt(grid.scale, area, image, options);
        grid.whole = fit.columns * fit.rows >= enough;
    }
    // Smaller than life: shrink until enough of them fit.
    for (int step = 0; !grid.whole && step < 60 && fit.columns * fit.rows < enough; ++step) {
        grid.scale *= 0.93;
        fit = fitAt(grid.scale, area, image, options);
    }
    fit.columns = std::max(1, fit.columns);
    fit.rows = std::max(1, fit.rows);
    grid.shown = std::min(options.count, fit.columns * fit.rows);
    // Few images take few columns, so that the rows are about equally full.
    const int rows = (grid.shown + fit.columns - 1) / fit.columns;
    grid.columns = (grid.shown + rows - 1) / rows;

    const QSizeF size(image.width() * grid.scale, image.height() * grid.scale);
    const double gapX = spread(area.width(), fit.cell.width(), grid.columns, options.gap, size.width());
    const double gapY = spread(area.height(), fit.cell.height(), rows, options.gap, size.height());
    const auto snap = [&options](double at) { return std::round(at * options.ratio) / options.ratio; };
    const double left = area.center().x() - (grid.columns * (fit.cell.width() + gapX) - gapX) / 2.0;
    for (int i = 0; i < grid.shown; ++i) {
        const int row = i / grid.columns;
        const QPointF corner(snap(left + (i % grid.columns) * (fit.cell.width() + gapX)),
                             snap(area.top() + row * (fit.cell.height() + gapY)));
        grid.images.emplace_back(corner, size);
        if (options.pairs) {
            grid.partners.emplace_back(QPointF(corner.x(), snap(corner.y() + fit.cell.height() - size.height())), size);
        }
    }
    return grid;
}

ImageGrid layoutMosaic(const QRectF& area, const QSize& image, int side, double ratio) {
    ImageGrid grid;
    if (side <= 0 || image.isEmpty() || area.width() < 2.0 || area.height() < 2.0) {
        return grid;
    }
    const QSize all = image * side;
    double enlargement = std::min(area.width() / all.width(), area.height() / all.height()) * ratio;
    const double whole = std::floor(enlargement);
    grid.whole = whole >= 1.0 && whole / enlargement >= kWholeShare;
    grid.scale = (grid.whole ? whole : enlargement) / ratio;
    grid.columns = side;
    grid.shown = side * side;
    const QSizeF size = QSizeF(all) * grid.scale;
    const auto snap = [ratio](double at) { return std::round(at * ratio) / ratio; };
    grid.images.emplace_back(
        QPointF(snap(area.center().x() - size.width() / 2.0), snap(area.center().y() - size.height() / 2.0)), size);
    return grid;
}

}  // namespace elbo
