#include "widgets/images/sheet_layout.h"

#include <algorithm>
#include <cmath>

namespace elbo {
namespace {

constexpr int kLeastRows = 3;
constexpr double kInside = 0.06;   ///< between the two images of a pair, of their height
constexpr double kBetween = 0.35;  ///< between pairs
constexpr double kSheets = 0.9;    ///< between two sheets beside each other
constexpr double kRowWeight = 0.6;

/// One way to lay the sheets out.
struct Plan {
    int rows = kLeastRows;
    int bands = 1;
    bool beside = true;  ///< the two sheets
    double side = 0.0;   ///< height of an image with the gap below it
    bool whole = false;  ///< images begin on device pixels
};

double aspectOf(const SheetOptions& options) {
    return static_cast<double>(options.image.width()) / options.image.height();
}

int perBand(int bands, int models) {
    return (models + bands - 1) / bands;
}

double pairWidth(double side, const SheetOptions& options) {
    return std::max((2.0 * aspectOf(options) + kInside) * side, options.headWidth);
}

/// Of one sheet; that of examples has a column more.
double sheetWidth(double side, int pairs, bool data, const SheetOptions& options) {
    const double pairsWidth = pairs * pairWidth(side, options) + (pairs - 1) * kBetween * side;
    return std::max(options.titleWidth, pairsWidth + (data ? (aspectOf(options) + kBetween) * side : 0.0));
}

double widthOf(const Plan& plan, const SheetOptions& options) {
    const int pairs = perBand(plan.bands, options.models);
    const double examples = sheetWidth(plan.side, pairs, true, options);
    return plan.beside ? examples + kSheets * plan.side + sheetWidth(plan.side, pairs, false, options) : examples;
}

double sheetHeight(const Plan& plan, const SheetOptions& options) {
    return options.title + plan.bands * (options.head + plan.rows * plan.side) +
           (plan.bands - 1) * kBetween * plan.side;
}

double heightOf(const Plan& plan, const SheetOptions& options) {
    const double one = sheetHeight(plan, options);
    return plan.beside ? one : 2.0 * one + kBetween * plan.side;
}

/// The largest images that fit, by bisection: width and height grow with them. 0 where none do.
double largestSide(Plan plan, const QSizeF& room, const SheetOptions& options) {
    double low = 0.0, high = std::max(room.width(), room.height());
    constexpr int kHalvings = 40;
    for (int i = 0; i < kHalvings; ++i) {
        plan.side = (low + high) / 2.0;
        const bool fits =
            widthOf(plan, options) <= room.width() && heightOf(plan, options) <= room.height() && plan.side > 0.0;
        (fits ? low : high) = plan.side;
    }
    return low;
}

/// Large images with few rows, or small ones with many: rows count once the images are large enough.
double worth(const Plan& plan, const SheetOptions& options) {
    return std::min(plan.side, options.enough) * std::pow(plan.rows, kRowWeight) + 1e-3 * plan.side;
}

Plan bestPlan(const QSizeF& room, const SheetOptions& options) {
    Plan best;
    double most = -1.0;
    for (int rows = std::min(kLeastRows, options.rows); rows <= options.rows; ++rows) {
        for (int bands = 1; bands <= options.models; ++bands) {
            for (const bool beside : {true, false}) {
                Plan plan{rows, bands, beside, 0.0};
                plan.side = largestSide(plan, room, options);
                if (const double value = worth(plan, options); value > most) {
                    most = value;
                    best = plan;
                }
            }
        }
    }
    return best;
}

/// One sheet with its upper left corner at `corner`.
SheetGrid::Sheet place(const QPointF& corner, const QSizeF& image, bool data, const Plan& plan,
                       const SheetOptions& options) {
    const auto snapped = [&](double x) { return plan.whole ? std::round(x * options.ratio) / options.ratio : x; };
    SheetGrid::Sheet sheet;
    const int inBand = perBand(plan.bands, options.models);
    const double pair = pairWidth(plan.side, options), gap = kBetween * plan.side;
    const double first = data ? image.width() + gap : 0.0;
    sheet.title = QRectF(corner, QSizeF(sheetWidth(plan.side, inBand, data, options), options.title));
    const double band = options.head + plan.rows * plan.side + gap;
    const auto column = [&](double x, double top) {
        std::vector<QRectF> places;
        for (int row = 0; row < plan.rows; ++row) {
            places.emplace_back(QPointF(snapped(x), snapped(top + row * plan.side)), image);
        }
        return places;
    };
    for (int model = 0; model < options.models; ++model) {
        const double top = corner.y() + options.title + (model / inBand) * band;
        if (data && model % inBand == 0) {
            const std::vector<QRectF> places = column(corner.x(), top + options.head);
            sheet.data.insert(sheet.data.end(), places.begin(), places.end());
        }
        const double left = corner.x() + first + (model % inBand) * (pair + gap);
        const double images = left + 0.5 * (pair - 2.0 * image.width() - kInside * plan.side);
        SheetGrid::Pair& added = sheet.pairs.emplace_back();
        added.head = QRectF(left, top, pair, options.head);
        added.decodings = column(images, top + options.head);
        added.means = column(images + image.width() + kInside * plan.side, top + options.head);
    }
    return sheet;
}

}  // namespace

SheetGrid layoutSheets(const QRectF& area, const SheetOptions& options) {
    SheetGrid grid;
    if (options.image.isEmpty() || options.models < 1 || options.rows < 1 || area.isEmpty()) {
        return grid;
    }
    Plan plan = bestPlan(area.size(), options);
    if (plan.side <= 0.0) {
        return grid;
    }
    // A hair of room between rows keeps their borders apart.
    const double free = std::max(0.0, plan.side * (1.0 - kInside));
    grid.scale = free / options.image.height();
    // Whole device pixels where they cost little of the size.
    constexpr double kWorth = 0.75;
    const double whole = std::floor(grid.scale * options.ratio) / options.ratio;
    if (whole >= kWorth * grid.scale) {
        grid.scale = whole;
        grid.whole = plan.whole = true;
        plan.side = grid.scale * options.image.height() / (1.0 - kInside);
    }
    grid.rows = plan.rows;
    const QSizeF image = QSizeF(options.image) * grid.scale;
    const QPointF corner(area.left() + 0.5 * (area.width() - widthOf(plan, options)),
                         area.top() + 0.5 * (area.height() - heightOf(plan, options)));
    grid.examples = place(corner, image, true, plan, options);
    const QPointF offset = plan.beside ? QPointF(grid.examples.title.width() + kSheets * plan.side, 0.0)
                                       : QPointF(0.0, sheetHeight(plan, options) + kBetween * plan.side);
    grid.samples = place(corner + offset, image, false, plan, options);
    return grid;
}

double leastSheetHeight(double width, double side, const SheetOptions& options) {
    double least = 0.0;
    for (int bands = 1; bands <= options.models; ++bands) {
        for (const bool beside : {true, false}) {
            const Plan plan{std::min(kLeastRows, options.rows), bands, beside, side};
            const double height = heightOf(plan, options);
            // One model per band below each other is the narrowest there is.
            const bool fits = widthOf(plan, options) <= width || (bands == options.models && !beside && least == 0.0);
            least = fits && (least == 0.0 || height < least) ? height : least;
        }
    }
    return least;
}

}  // namespace elbo
