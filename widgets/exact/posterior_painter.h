// True posteriors and the encoder's drawn with QPainter: on a widget and on paper.
#pragma once

#include <QPainter>
#include <QRectF>
#include <QSizeF>
#include <string>
#include <vector>

#include "models/spec/knobs.h"
#include "widgets/exact/exact_spot.h"
#include "widgets/exact/posterior_scene.h"
#include "widgets/kit/theme.h"

namespace elbo {

/// The two pictures of the view.
enum class PosteriorContent { Posteriors, Means };

/// Half-widths of the axes, in latent units, and the end of the density axis: the same for all members and examples.
struct PosteriorAxes {
    double tile = 1.0;
    double line = 3.0;
    double means = 3.0;
    double density = 1.0;
};

struct PosteriorPicture {
    PosteriorContent content = PosteriorContent::Posteriors;
    const std::vector<PosteriorScene>* scenes = nullptr;
    PosteriorAxes axes;
    std::vector<Knobs> knobs;
    std::vector<std::string> labelNames;
};

void paintPosteriors(QPainter& painter, const QRectF& area, const PosteriorPicture& picture, const Theme& theme);

/// The examples' places, or those of the members' maps of means.
std::vector<ExactSpot> posteriorSpots(const QRectF& area, const PosteriorPicture& picture, const Theme& theme,
                                      const QPaintDevice* device);

/// The least width, and the least height at `width`, at which the picture loses nothing: every example with its name
/// and its number, every legend, two numbers on each axis.
QSizeF leastPosteriors(const PosteriorPicture& picture, double width, const Theme& theme, const QPaintDevice* device);

/// The largest equal cells of about `aspect` (width over height) that fill the area with `count` of them, each at least
/// `leastWidth` wide unless the area itself is narrower. Pure.
std::vector<QRectF> cellsOf(const QRectF& area, int count, double aspect, double leastWidth = 0.0);

}  // namespace elbo
