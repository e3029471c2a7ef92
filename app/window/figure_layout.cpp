#include "app/window/figure_layout.h"

#include <fmt/format.h>

#include <QFileInfo>
#include <QStringList>
#include <algorithm>
#include <cmath>
#include <iterator>

#include "app/process/usage_error.h"
#include "app/window/figure_words.h"
#include "training/experiment/experiment_text.h"
#include "training/experiment/input_error.h"
#include "widgets/kit/numbers.h"

namespace elbo {

namespace {

constexpr double kLeft = 0.58;  ///< of the width, for codes and pictures

/// The views by where they stand in the window.
struct ByArea {
    std::vector<View*> centre, pictures, right;

    explicit ByArea(const std::vector<View*>& views) {
        for (View* view : views) {
            const Area where = view->placement().area;
            (where == Area::Centre ? centre : where == Area::Pictures ? pictures : right).push_back(view);
        }
    }
};

/// A row of equal parts of `area`.
void placeInRow(std::vector<FigureItem>& items, const std::vector<View*>& views, const QRectF& area) {
    const double share = area.width() / static_cast<double>(views.size());
    for (std::size_t i = 0; i < views.size(); ++i) {
        items.push_back({views[i], QRectF(area.x() + share * static_cast<double>(i), area.y(), share, area.height())});
    }
}

/// A column whose parts are as high as their views need in proportion.
void placeByNeed(std::vector<FigureItem>& items, const std::vector<View*>& views, const QRectF& area) {
    constexpr double kColumnWidth = 215.0;  // points: of the right column on a page of two columns
    double total = 0.0;
    for (const View* view : views) {
        total += view->leastFigure(kColumnWidth).height();
    }
    double top = area.top();
    for (View* view : views) {
        const double height = area.height() * view->leastFigure(kColumnWidth).height() / total;
        items.push_back({view, QRectF(area.left(), top, area.width(), height)});
        top += height;
    }
}

}  // namespace

std::vector<FigureItem> arrangeFigure(const std::vector<View*>& views) {
    const ByArea parts(views);
    const bool alone = parts.centre.empty() && parts.pictures.empty();
    const double left = parts.right.empty() ? 1.0 : alone ? 0.0 : kLeft;
    const double top = parts.pictures.empty() ? 1.0 : parts.centre.empty() ? 0.0 : 0.62;
    std::vector<FigureItem> items;
    placeInRow(items, parts.centre, {0.0, 0.0, left, top});
    placeInRow(items, parts.pictures, {0.0, top, left, 1.0 - top});
    placeByNeed(items, parts.right, {left, 0.0, 1.0 - left, 1.0});
    return items;
}

FigureOptions figureOptions(const Experiment& experiment, const Frame& frame) {
    Experiment inside = experiment;
    inside.knobs = frame.knobs;
    inside.objective = frame.objective;
    inside.history = {frame.report.step, {}};
    if (frame.moves != nullptr) {
        std::copy_if(frame.moves->begin(), frame.moves->end(), std::back_inserter(inside.history.moves),
                     [&](const Move& move) { return move.step <= frame.report.step; });
    }
    if (inside.history.moves.size() < 2) {
        inside.history.moves.clear();  // those of a replay are still to come
    }
    FigureOptions options;
    options.experimentToml = QString::fromStdString(writeExperiment(inside));
    options.title = figureTitle(inside, frame);
    options.caption = options.description = figureCaption(inside, frame);
    return options;
}

void checkFigureFile(const std::string& path) {
    const QFileInfo file(QString::fromStdString(path));
    if (!figureFormats().contains(file.suffix().toLower())) {
        throw InputError(fmt::format("{}: the name must end in {}", path, figureSuffixes().toStdString()));
    }
    const QFileInfo folder(file.absolutePath());
    if (!folder.isDir() || !folder.isWritable()) {
        throw InputError(fmt::format("{}: the folder {} {}; choose another one", path, folder.filePath().toStdString(),
                                     folder.isDir() ? "cannot be written to" : "does not exist"));
    }
}

namespace {

/// As in the window, but with the pictures in a row over the whole width under everything else, except those for which
/// the curves leave room under the codes: for pages on which they have none beside each other. Empty where that is no
/// other arrangement.
std::vector<FigureItem> picturesBelow(const std::vector<View*>& views, const FigureOptions& options) {
    constexpr double kPointsPerMillimetre = 72.0 / 25.4;
    const ByArea parts(views);
    if (parts.pictures.empty() || parts.centre.empty() || parts.right.empty()) {
        return {};
    }
    const double width = options.millimetres.width() * kPointsPerMillimetre;
    const auto heightOf = [](const View* view, double wide) {
        constexpr double kHead = 12.0;  // points of a letter and a title
        return view->leastFigure(wide).height() + kHead;
    };
    double codes = 0.0, curves = 0.0;
    for (const View* view : parts.centre) {
        codes = std::max(codes, heightOf(view, width * kLeft / static_cast<double>(parts.centre.size())));
    }
    for (const View* view : parts.right) {
        curves += heightOf(view, width * (1.0 - kLeft));
    }
    std::vector<View*> under, below;
    double left = codes;
    for (View* view : parts.pictures) {
        const double own = heightOf(view, width * kLeft);
        const bool fits = below.empty() && left + own <= curves;
        (fits ? under : below).push_back(view);
        left += fits ? own : 0.0;
    }
    double row = 0.0;
    for (const View* view : below) {
        row = std::max(row, heightOf(view, width / static_cast<double>(below.size())));
    }
    const double top = std::max(left, curves) / (std::max(left, curves) + row);
    std::vector<FigureItem> items;
    double at = top * codes / left;
    placeInRow(items, parts.centre, {0.0, 0.0, kLeft, at});
    for (View* view : under) {
        const double share = top * heightOf(view, width * kLeft) / left;
        items.push_back({view, QRectF(0.0, at, kLeft, share)});
        at += share;
    }
    placeByNeed(items, parts.right, {kLeft, 0.0, 1.0 - kLeft, top});
    if (!below.empty()) {
        placeInRow(items, below, {0.0, top, 1.0, 1.0 - top});
    }
    return items;
}

/// The arrangements that can be tried, the better one first.
std::vector<std::vector<FigureItem>> arrangements(const std::vector<View*>& views, const FigureOptions& options) {
    if (views.size() < 2) {
        return {arrangeFigure(views)};
    }
    std::vector<std::vector<FigureItem>> tried{arrangeFigure(views), picturesBelow(views, options),
                                               stackedFigure(views, options)};
    std::erase_if(tried, [](const std::vector<FigureItem>& items) { return items.empty(); });
    return tried;
}

bool holds(const QSizeF& size, const QSizeF& least) {
    constexpr double kRounding = 0.05;  // millimetres
    return size.width() + kRounding >= least.width() && size.height() + kRounding >= least.height();
}

QSizeF wholeMillimetres(const QSizeF& size) {
    constexpr double kRounding = 0.05;
    return {std::ceil(size.width() - kRounding), std::ceil(size.height() - kRounding)};
}

}  // namespace

QSizeF leastFigureSize(const std::vector<View*>& views, const FigureOptions& options) {
    QSizeF best;
    for (const auto& items : arrangements(views, options)) {
        const QSizeF least = leastFigureSize(items, options);
        // Less wide first: the width is what a page prescribes.
        const bool better = best.isEmpty() || least.width() < best.width() - 1e-6 ||
                            (least.width() < best.width() + 1e-6 && least.height() < best.height());
        best = better ? least : best;
    }
    return best;
}

void suitSize(const std::vector<View*>& views, FigureOptions& options) {
    const QSizeF least = leastFigureSize(views, options);
    if (!holds(options.millimetres, least)) {
        options.millimetres = options.millimetres.expandedTo(wholeMillimetres(least));
    }
}

std::vector<FigureItem> layOutFigure(const std::vector<View*>& views, const FigureOptions& options) {
    for (const auto& items : arrangements(views, options)) {
        if (holds(options.millimetres, leastFigureSize(items, options))) {
            return items;
        }
    }
    const QSizeF least = wholeMillimetres(leastFigureSize(views, options));
    throw InputError(
        fmt::format("a figure of {} x {} mm is too small for {}: its labels would be cut; the least size that works is "
                    "{} x {} mm{}",
                    options.millimetres.width(), options.millimetres.height(),
                    views.size() == 1 ? fmt::format("\"{}\"", views.front()->title().toStdString())
                                      : fmt::format("{} views", views.size()),
                    std::max(least.width(), options.millimetres.width()), least.height(),
                    views.size() == 1 ? "" : ", or show one view alone"));
}

}  // namespace elbo
