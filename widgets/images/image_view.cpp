#include "widgets/images/image_view.h"

#include <QFontMetricsF>
#include <QMouseEvent>
#include <QPainter>
#include <QRegularExpression>
#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "widgets/chart/plotting.h"
#include "widgets/fleet/member_name.h"
#include "widgets/kit/csv.h"
#include "widgets/kit/numbers.h"
#include "widgets/kit/panel_grid.h"
#include "widgets/paint/axes_painter.h"
#include "widgets/paint/image_grid.h"
#include "widgets/paint/raster.h"

namespace elbo {
namespace {

constexpr int kEnoughPairs = 10;
constexpr int kEnoughSamples = 24;
constexpr std::size_t kMostLarge = 3;   ///< members side by side; more are small multiples
constexpr int kEnoughOfMany = 4;        ///< images of each of many members
constexpr double kNarrowPanel = 8.0;    ///< lines of text: narrower ones have smaller titles
constexpr double kPairAspect = 0.8;     ///< of a small panel that holds a pair and a title
constexpr double kLegibleImage = 0.75;  ///< side of a decoded code, of the type's size in points
constexpr double kFigureRatio = 8.0;    // on paper image pixels may be any eighth of a point

/// Every `every`-th image of a square of `side` x `side`, which keeps its corners.
QImage mosaicOf(const ImageStrip& strip, int side, int every) {
    if (side <= 0 || strip.count < side * side) {
        return {};
    }
    const int shown = (side - 1) / every + 1;
    QImage mosaic(strip.width * shown, strip.height * shown, QImage::Format_Grayscale8);
    mosaic.fill(Qt::black);
    for (int i = 0; i < shown * shown; ++i) {
        const QImage tile = stripImage(strip, (i / shown) * every * side + (i % shown) * every);
        const int left = (i % shown) * strip.width, top = (i / shown) * strip.height;
        for (int row = 0; row < tile.height(); ++row) {
            std::copy_n(tile.constScanLine(row), tile.width(), mosaic.scanLine(top + row) + left);
        }
    }
    return mosaic;
}

/// The title, or where it does not fit its numbers alone: other views and the legend say which weight it is.
QString narrowed(const QString& title, const QPainter& painter, double width) {
    const bool fits = QFontMetricsF(painter.font(), painter.device()).horizontalAdvance(title) <= width;
    return fits ? title : QString(title).remove(QRegularExpression(QStringLiteral("\\S\u00a0")));
}

/// Places of the `count` largest weights, in their order: what is shown does not change places as they change.
std::vector<int> heaviestOf(const std::vector<float>& weights, int count) {
    std::vector<int> places(weights.size());
    std::iota(places.begin(), places.end(), 0);
    std::stable_sort(places.begin(), places.end(), [&](int a, int b) {
        return weights[static_cast<std::size_t>(a)] > weights[static_cast<std::size_t>(b)];
    });
    places.resize(std::min(places.size(), static_cast<std::size_t>(count)));
    std::sort(places.begin(), places.end());
    return places;
}

void paintFramed(QPainter& painter, const QRectF& place, const QImage& image, const QColor& frame, double width,
                 bool smooth) {
    painter.setRenderHint(QPainter::SmoothPixmapTransform, smooth);
    painter.drawImage(place, image);
    painter.setRenderHint(QPainter::Antialiasing, true);
    painter.setBrush(Qt::NoBrush);
    QPen pen(frame, width);
    pen.setJoinStyle(Qt::MiterJoin);
    painter.setPen(pen);
    painter.drawRect(place.adjusted(-width / 2.0, -width / 2.0, width / 2.0, width / 2.0));
    painter.setRenderHint(QPainter::Antialiasing, false);
}

}  // namespace

ImageGridView::ImageGridView(Kind kind, QWidget* parent) : View(parent), kind_(kind) {
    setMinimumSize(80, 60);
    setToolTip(explanation());
    setAccessibleName(title());
}

QString ImageGridView::id() const {
    switch (kind_) {
        case Kind::Reconstructions:
            return QStringLiteral("reconstructions");
        case Kind::Samples:
            return QStringLiteral("samples");
        case Kind::PseudoInputs:
            return QStringLiteral("pseudo-inputs");
        case Kind::Manifold:
            break;
    }
    return QStringLiteral("manifold");
}

QString ImageGridView::title() const {
    switch (kind_) {
        case Kind::Reconstructions:
            return tr("Reconstructions");
        case Kind::Samples:
            return tr("Samples");
        case Kind::PseudoInputs:
            return tr("Pseudo-inputs");
        case Kind::Manifold:
            break;
    }
    return tr("Latent grid");
}

QString ImageGridView::explanation() const {
    switch (kind_) {
        case Kind::Reconstructions:
            return tr(
                "Each example above what the model makes of its code: the mean of p(x|z) at the mean of q(z|x). All "
                "members of a fleet are shown the same examples on one scale of grey.");
        case Kind::Samples:
            return tr(
                "What the model makes of codes drawn from the prior: the mean of p(x|z) for z ~ p(z). The draws stay "
                "the same, for all members of a fleet and all steps, so every difference is the model's.");
        case Kind::PseudoInputs:
            return tr(
                "The examples u whose posteriors q(z|u) make up the prior, each above a bar as long as its weight in "
                "p(z); where not all find room, the heaviest. They start as training examples and are trained with the "
                "model.");
        case Kind::Manifold:
            break;
    }
    return tr(
        "Decoded codes on a grid over the latent plane, spaced so that each covers the same mass of a Gaussian prior. "
        "All "
        "members of a fleet decode the same codes.");
}

bool ImageGridView::suits(const ViewSubject& subject) const {
    return subject.data.isImage() && (kind_ != Kind::Manifold || subject.latentDim == 2) &&
           (kind_ != Kind::PseudoInputs || subject.pseudoInputs);
}

void ImageGridView::ask(ViewRequest& request, const ViewSubject& /*subject*/) const {
    (kind_ == Kind::Reconstructions ? request.reconstructions
     : kind_ == Kind::Samples       ? request.samples
     : kind_ == Kind::PseudoInputs  ? request.pseudoInputs
                                    : request.manifold) = true;
}

const ImageStrip& ImageGridView::strip(const ImageFrame& images) const {
    return kind_ == Kind::Reconstructions ? images.reconstructions
           : kind_ == Kind::Samples       ? images.samples
           : kind_ == Kind::PseudoInputs  ? images.pseudoInputs
                                          : images.manifold;
}

bool ImageGridView::appliesTo(const Frame& frame) const {
    return std::any_of(frame.images.begin(), frame.images.end(), [this](const ImageFrame& images) {
        return strip(images).count > 0 && holdsImages(strip(images));
    });
}

void ImageGridView::showFrame(std::shared_ptr<const Frame> frame) {
    frame_ = std::move(frame);
    mosaics_.clear();
    heaviest_ = 0.0;
    std::vector<int> members;
    if (frame_) {
        for (const ImageFrame& images : frame_->images) {
            members.push_back(images.member);
            for (const float weight : images.pseudoInputWeights) {
                heaviest_ = std::max(heaviest_, static_cast<double>(weight));
            }
        }
        order_ = orderFleet(frame_->knobs);
        titles_ = panelTitles(frame_->knobs, members, false);
        briefTitles_ = panelTitles(frame_->knobs, members, true);
    }
    setCursor(members.size() > 1 ? Qt::PointingHandCursor : Qt::ArrowCursor);
    if (frame_ && kind_ == Kind::Manifold) {
        for (const ImageFrame& images : frame_->images) {
            mosaics_.push_back(mosaicOf(images.manifold, images.manifoldSize, 1));
        }
    }
    update();
}

void ImageGridView::setTheme(const Theme& theme) {
    theme_ = theme;
    update();
}

void ImageGridView::setFocusMember(int member) {
    if (member != focus_) {
        focus_ = member;
        update();
    }
}

void ImageGridView::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), theme_.panel);
    paintPanels(painter, rect(), theme_, devicePixelRatioF(), focus_);
}

void ImageGridView::mousePressEvent(QMouseEvent* event) {
    const std::vector<QRectF> cells = panels(rect(), theme_, this);
    const int panel = cells.size() > 1 ? panelAt(cells, event->position()) : -1;
    if (event->button() == Qt::LeftButton && panel >= 0) {
        chooseMember(frame_->images[static_cast<std::size_t>(panel)].member, event->modifiers());
    }
}

QSizeF ImageGridView::leastFigure(double width) const {
    const std::size_t count = frame_ ? frame_->images.size() : 1;
    // A key is wider than a few images.
    const double least = keyed() ? 98.0 : 85.0;
    if (count < 2) {
        return {least, 85.0};
    }
    const double aspect = kind_ == Kind::Reconstructions ? kPairAspect : 1.0;
    const int columns = panelColumns({width, 0.75 * width}, count, aspect);
    const int rows = (static_cast<int>(count) + columns - 1) / columns;
    double panel = 32.0;  // of a small multiple
    if (count <= kMostLarge) {
        // Images of a few millimetres side by side, in as many lines as it takes.
        constexpr double kImage = 12.0, kSides = 10.0, kTitle = 12.0;
        const double wide = width / columns - kSides;
        const int enough = kind_ == Kind::Reconstructions ? kEnoughPairs : kEnoughSamples;
        const int lines = (enough - 1) / std::max(1, static_cast<int>(wide / kImage)) + 1;
        panel = kTitle + (kind_ == Kind::Manifold          ? std::min(wide, 80.0)
                          : kind_ == Kind::Reconstructions ? (2.0 * kImage + 4.0) * lines
                                                           : kImage * lines);
    }
    return {std::max(least, 24.0 * columns), 12.0 + panel * rows};
}

void ImageGridView::renderFigure(QCPPainter& painter, const QRectF& area, const Theme& theme) const {
    paintPanels(painter, area, inPainterUnits(theme, painter.device()), kFigureRatio, -1);
}

std::vector<QRectF> ImageGridView::panels(const QRectF& area, const Theme& theme, const QPaintDevice* device) const {
    if (!frame_ || frame_->images.empty()) {
        return {};
    }
    const std::size_t count = frame_->images.size();
    const double top =
        keyed() && count > 1 ? std::ceil(lineHeight(theme, device, 0.9)) + standardGap(theme, device) : 0.0;
    return panelGrid(area.adjusted(0.0, top, 0.0, 0.0), count, kind_ == Kind::Reconstructions ? kPairAspect : 1.0);
}

double ImageGridView::paintKey(QPainter& painter, const QRectF& area, const Theme& theme) const {
    std::vector<LegendEntry> entries;
    if (kind_ == Kind::PseudoInputs) {
        const QString most = numberText(heaviest_);
        entries = {{LegendEntry::Mark::Square, theme.prior, tr("weight in p(z), at most %1").arg(most)}};
        if (widestEntry(entries, theme, painter.device()) > area.width()) {
            entries.back().text = tr("at most %1").arg(most);
        }
    } else {
        entries = {{LegendEntry::Mark::Square, theme.data, tr("data")},
                   {LegendEntry::Mark::Square, theme.posterior, tr("reconstruction below")}};
        if (legendRows(entries, area.width(), 2, theme, painter.device()) > 1) {
            entries.back().text = tr("below: model");
        }
    }
    const double height = std::ceil(lineHeight(theme, painter.device(), 0.9));
    paintLegend(painter, QRectF(area.left(), area.top(), area.width(), height), entries, theme);
    return height;
}

void ImageGridView::paintPanels(QPainter& painter, const QRectF& area, const Theme& theme, double ratio,
                                int focus) const {
    const std::vector<QRectF> cells = panels(area, theme, painter.device());
    const PanelStyle style{theme, ratio, cells.size() > kMostLarge, focus};
    const double gap = standardGap(theme, painter.device());
    painter.save();
    if (cells.size() > 1 && keyed()) {
        paintKey(painter, area.adjusted(1.6 * gap, 0.5 * gap, -gap, 0.0), theme);
    }
    for (std::size_t i = 0; i < cells.size(); ++i) {
        paintPanel(painter, cells[i], i, style);
    }
    painter.restore();
}

void ImageGridView::paintPanel(QPainter& painter, const QRectF& area, std::size_t index,
                               const PanelStyle& style) const {
    const ImageFrame& images = frame_->images[index];
    const Theme& theme = style.theme;
    const QPaintDevice* device = painter.device();
    const double gap = standardGap(theme, device) * (style.small ? 0.6 : 1.6);
    const bool several = frame_->images.size() > 1;
    const bool focused = several && images.member == style.focus;
    const double side = several && !style.small ? 2.0 * gap : gap;
    QRectF rest = area.adjusted(side, gap, -side, -gap);
    if (several) {
        const double scale = style.small || area.width() < kNarrowPanel * lineHeight(theme, device) ? 0.85 : 1.05;
        const double height = std::ceil(lineHeight(theme, device, scale) * (style.small ? 1.0 : 1.15));
        const double mark = height * 0.42;
        painter.fillRect(QRectF(rest.left(), rest.top() + (height - mark) / 2.0, mark, mark),
                         memberColor(theme, order_, images.member));
        QFont font = textFont(theme, scale);
        font.setBold(focused);
        painter.setFont(font);
        painter.setPen(theme.text);
        const QRectF place = rest.adjusted(mark * 1.6, 0.0, 0.0, height - rest.height());
        paintText(painter, place, Qt::AlignLeft | Qt::AlignVCenter,
                  narrowed(style.small ? briefTitles_[index] : titles_[index], painter, place.width()));
        rest.setTop(rest.top() + height);
    }
    if (focused && style.small) {
        const double width = theme.lineWidth;
        painter.setPen(QPen(theme.text, width));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(area.adjusted(width, width, -width, -width));
    }
    if (keyed() && !several) {
        rest.setTop(rest.top() + paintKey(painter, rest, theme) + gap * 0.6);
    }
    if (kind_ == Kind::Manifold) {
        paintMosaic(painter, rest, index, style);
    } else {
        paintTiles(painter, rest, images, style);
    }
}

void ImageGridView::paintTiles(QPainter& painter, const QRectF& area, const ImageFrame& images,
                               const PanelStyle& style) const {
    const ImageStrip& shown = strip(images);
    const Theme& theme = style.theme;
    ImageGridOptions options;
    options.pairs = kind_ == Kind::Reconstructions;
    options.count = options.pairs ? std::min(shown.count, images.data.count) : shown.count;
    options.enough = options.pairs ? kEnoughPairs : kEnoughSamples;
    options.ratio = style.ratio;
    options.gap = std::max(3.0 * theme.lineWidth, standardGap(theme, painter.device()));
    if (style.small) {
        options.enough = options.pairs ? 1 : kEnoughOfMany;
        options.gap *= 0.6;
    }
    const bool weighed = kind_ == Kind::PseudoInputs;
    const ImageGrid grid =
        layoutImages(area.adjusted(0.0, 0.0, 0.0, weighed ? -options.gap : 0.0), {shown.width, shown.height}, options);
    const double line = std::max(0.5, theme.lineWidth * 0.6);
    const std::vector<int> heaviest = weighed ? heaviestOf(images.pseudoInputWeights, grid.shown) : std::vector<int>();
    for (int i = 0; i < grid.shown; ++i) {
        const auto at = static_cast<std::size_t>(i);
        if (options.pairs) {
            paintFramed(painter, grid.images[at], stripImage(images.data, i), theme.data, line, !grid.whole);
            paintFramed(painter, grid.partners[at], stripImage(shown, i), theme.posterior, line, !grid.whole);
        } else if (weighed && at < heaviest.size()) {
            const QRectF& place = grid.images[at];
            paintFramed(painter, place, stripImage(shown, heaviest[at]), theme.border, line, !grid.whole);
            const double weight = images.pseudoInputWeights[static_cast<std::size_t>(heaviest[at])];
            // In the gap below, which is as high as the one beside at least.
            painter.fillRect(QRectF(place.left(), place.bottom() + 0.3 * options.gap,
                                    place.width() * weight / std::max(heaviest_, 1e-12), 0.45 * options.gap),
                             theme.prior);
        } else {
            paintFramed(painter, grid.images[at], stripImage(shown, i), theme.border, line, !grid.whole);
        }
    }
}

int ImageGridView::sparseness(const ImageFrame& images, const QRectF& area, const PanelStyle& style) {
    const double side = std::min(area.width(), area.height());
    // Half as wide as a letter is high nothing can be told apart.
    const double least = kLegibleImage * style.theme.fontPoints;
    int every = 1;
    if (style.theme.paper) {
        return every;
    }
    for (int next = 2; next < images.manifoldSize && side / ((images.manifoldSize - 1) / every + 1) < least; ++next) {
        every = (images.manifoldSize - 1) % next == 0 ? next : every;  // others would lose a corner
    }
    return every;
}

void ImageGridView::paintMosaic(QPainter& painter, const QRectF& area, std::size_t index,
                                const PanelStyle& style) const {
    if (mosaics_[index].isNull()) {
        return;
    }
    const ImageFrame& images = frame_->images[index];
    const Theme& theme = style.theme;
    const double text = std::ceil(lineHeight(theme, painter.device(), 0.9));
    painter.setFont(textFont(theme, 0.9));
    const QString low = numberText(-images.manifoldExtent), high = numberText(images.manifoldExtent);
    const double ends = QFontMetricsF(painter.font(), painter.device()).horizontalAdvance(low) + text * 0.5;
    // Numbers at the ends of both axes, where they fit: the codes in between are spaced by quantiles, not evenly.
    const bool numbered = !style.small && std::min(area.width(), area.height()) > 2.5 * ends + 1.3 * text;
    const double margin = numbered ? text * 1.3 : 0.0;
    const QRectF free = area.adjusted(margin, 0.0, 0.0, -margin);
    const int every = sparseness(images, free, style);
    const QImage mosaic = every == 1 ? mosaics_[index] : mosaicOf(images.manifold, images.manifoldSize, every);
    const ImageGrid grid = layoutMosaic(free, {images.manifold.width, images.manifold.height},
                                        (images.manifoldSize - 1) / every + 1, style.ratio);
    if (grid.images.empty()) {
        return;
    }
    const QRectF place = grid.images.front();
    paintFramed(painter, place, mosaic, theme.border, std::max(0.5, theme.lineWidth * 0.6), !grid.whole);
    if (!numbered) {
        return;
    }
    const auto paintEnds = [&](const QRectF& line, const QString& name) {
        painter.setPen(theme.mutedText);
        paintText(painter, line, Qt::AlignLeft | Qt::AlignVCenter, low);
        paintText(painter, line, Qt::AlignRight | Qt::AlignVCenter, high);
        painter.setPen(theme.text);
        paintText(painter, line.adjusted(ends, 0.0, -ends, 0.0), Qt::AlignCenter, name);
    };
    const QString spaced = QString::fromUtf8("z₁, spaced by quantiles");
    const bool fits =
        QFontMetricsF(painter.font(), painter.device()).horizontalAdvance(spaced) < place.width() - 2.0 * ends;
    paintEnds(QRectF(place.left(), place.bottom() + text * 0.2, place.width(), text),
              fits ? spaced : QString::fromUtf8("z₁"));
    painter.save();
    painter.translate(place.left() - text * 0.7, place.center().y());
    painter.rotate(-90.0);
    paintEnds(QRectF(-place.height() / 2.0, -text / 2.0, place.height(), text), QString::fromUtf8("z₂"));
    painter.restore();
}

QString ImageGridView::csv() const {
    QString text;
    // One table of all members: a row is an image, its columns are pixels.
    const bool weighed = kind_ == Kind::PseudoInputs;
    const auto add = [&text, weighed, this](const QString& name,
                                            const std::function<const ImageStrip&(const ImageFrame&)>& of) {
        const ImageStrip& first = of(frame_->images.front());
        const auto size = static_cast<std::size_t>(std::max(0, first.width)) * std::max(0, first.height);
        text += (text.isEmpty() ? QString() : QStringLiteral("\n")) +
                QStringLiteral("# %1: images of %2 x %3 pixels, rows from the top\nmember,index,%4")
                    .arg(name)
                    .arg(first.width)
                    .arg(first.height)
                    .arg(weighed ? QStringLiteral("weight") : QStringLiteral("label"));
        for (std::size_t i = 0; i < size; ++i) {
            text += QStringLiteral(",p%1").arg(i);
        }
        text += QLatin1Char('\n');
        for (const ImageFrame& images : frame_->images) {
            const ImageStrip& strip = of(images);
            for (std::size_t i = 0; i < static_cast<std::size_t>(std::max(0, strip.count)); ++i) {
                if ((i + 1) * size > strip.pixels.size()) {
                    break;
                }
                text += weighed ? QStringLiteral("%1,%2,%3")
                                      .arg(images.member)
                                      .arg(images.pseudoInputPlaces[i])
                                      .arg(csvFloat(images.pseudoInputWeights[i]))
                                : QStringLiteral("%1,%2,").arg(images.member).arg(i) +
                                      (i < strip.labels.size() ? QString::number(strip.labels[i]) : QString());
                for (std::size_t k = i * size; k < (i + 1) * size; ++k) {
                    text += QLatin1Char(',') + csvNumber(strip.pixels[k], 4);
                }
                text += QLatin1Char('\n');
            }
        }
    };
    if (frame_ && !frame_->images.empty()) {
        if (kind_ == Kind::Reconstructions) {
            add(QStringLiteral("data"), [](const ImageFrame& images) -> const ImageStrip& { return images.data; });
        }
        add(id(), [this](const ImageFrame& images) -> const ImageStrip& { return strip(images); });
    }
    return text;
}

}  // namespace elbo
