// The small card beside a code of the latent plane: its coordinates, its densities and what the decoder makes of it.
#pragma once

#include <QImage>
#include <QPainter>
#include <QPointF>
#include <QRectF>
#include <QString>
#include <QStringList>
#include <cstdint>
#include <optional>
#include <vector>

#include "training/frame/frame.h"
#include "widgets/kit/theme.h"
#include "widgets/latent/latent_scene.h"
#include "widgets/paint/plane_map.h"

namespace elbo {

/// Content of one card. Plain value.
struct CodeCard {
    std::uint64_t id = 0;
    bool pinned = false;
    double x = 0.0, y = 0.0;  ///< coordinates of the displayed plane
    QStringList lines;        ///< code, densities, and the decoded point where data are not images
    QImage image;             ///< decoded image; null while it is on its way
};

/// Pure. The card of a point of the plane; `probe` is the decoder's answer, null while it is on its way.
CodeCard describeCode(const LatentScene& scene, std::uint64_t id, bool pinned, double x, double y, const Probe* probe);

/// Side of the square that a decoded image is enlarged to, in painter units.
double cardImageSide(const Theme& theme, const QPaintDevice* device);

/// Whole-number enlargement of a decoded image towards that side, so that its pixels stay square and sharp.
QSizeF cardImageSize(const QImage& image, double side);

QSizeF cardSize(const CodeCard& card, const Theme& theme, const QPaintDevice* device);

/// Places cards of the given sizes beside their codes, inside the plot and away from each other as far as there is
/// room.
std::vector<QRectF> placeCards(const std::vector<CodeCard>& cards, const std::vector<QSizeF>& sizes,
                               const PlaneMap& map, double distance);

/// The cross that closes a pinned card.
QRectF cardCloseArea(const QRectF& card, const Theme& theme, const QPaintDevice* device);

/// Software painting of all cards, with a mark at each code and a line to its card.
void paintCards(QPainter& painter, const std::vector<CodeCard>& cards, const PlaneMap& map, const Theme& theme);

/// A pale cross at the code that is hovered in a neighbouring canvas.
void paintCrosshair(QPainter& painter, const PlaneMap& map, const std::optional<QPointF>& point, const Theme& theme);

/// The rectangles of paintCards, for hit tests.
std::vector<QRectF> cardAreas(const std::vector<CodeCard>& cards, const PlaneMap& map, const Theme& theme,
                              const QPaintDevice* device);

}  // namespace elbo
