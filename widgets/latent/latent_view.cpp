#include "widgets/latent/latent_view.h"

#include <QApplication>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>
#include <utility>

#include "widgets/chart/plotting.h"
#include "widgets/fleet/member_name.h"
#include "widgets/gl/gl_stage.h"
#include "widgets/kit/panel_grid.h"
#include "widgets/latent/latent_canvas.h"
#include "widgets/latent/latent_csv.h"
#include "widgets/latent/latent_soft_canvas.h"

namespace elbo {
namespace {

constexpr std::size_t kMostDecorated = 4;  // members with legend and axes of their own
constexpr double kCellAspect = 0.9;        // a square plot and its title

}  // namespace

LatentView::LatentView(QWidget* parent)
    : View(parent),
      header_(new LatentHeader(this)),
      legend_(new LegendStrip(this)),
      placeholder_(new QLabel(tr("Codes appear here with the first step."), this)),
      grid_(new QGridLayout) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(header_);
    column->addWidget(legend_);
    legend_->hide();
    column->addLayout(grid_, 1);
    column->addWidget(placeholder_, 1);
    placeholder_->setAlignment(Qt::AlignCenter);
    grid_->setSpacing(2);
    setAutoFillBackground(true);
    setFocusPolicy(Qt::StrongFocus);

    connect(&camera_, &LatentCamera::moved, this, &LatentView::refreshContents);
    connect(&densityAxis_, &EasedAxis::moved, this, &LatentView::refreshContents);
    connect(&camera_, &LatentCamera::targetChanged, this, &LatentView::announceWindow);
    connect(&camera_, &LatentCamera::followingChanged, header_, &LatentHeader::setFollowing);
    connect(header_, &LatentHeader::followingChosen, this, [this](bool following) {
        camera_.setFollowing(following);
        if (following) {
            fit();
        }
    });
    connect(header_, &LatentHeader::fitRequested, this, &LatentView::fit);
    connect(header_, &LatentHeader::layersChosen, this, [this](const LatentLayers& layers) {
        prepareScenes();
        refreshContents();
        Q_EMIT layersChanged(layers);
    });
    connect(header_, &LatentHeader::planeChosen, this, [this](const LatentPlane& plane) {
        clearProbes();  // their coordinates belong to the other plane
        Q_EMIT planeChanged(plane);
    });
}

LatentView::~LatentView() = default;

QString LatentView::explanation() const {
    return tr(
        "Aggregated posterior q(z) against the prior p(z). Drag to pan, turn the wheel to zoom, press F to fit, "
        "point at a code to see it decoded, click to keep it. All members of a fleet have one window and one scale of "
        "colours, so that the same colour means the same density; click one to give it the sliders, Shift+click to "
        "compare it with the focused one.");
}

void LatentView::ask(ViewRequest& request, const ViewSubject& /*subject*/) const {
    request.latent = true;
    request.window = window();
    request.plane = plane();
    request.probes = probes_.requests();
}

void LatentView::showFrame(std::shared_ptr<const Frame> frame) {
    frame_ = std::move(frame);
    prepareScenes();
    arrangeCanvases();
    if (frame_) {
        probes_.takeAnswers(frame_->probes);
    }
    if (!scenes_.empty()) {
        header_->setLatentDim(scenes_.front()->latentDim);
        if (const double peak = curvePeak(); peak > 0.0) {
            densityAxis_.hold(peak);
        }
        camera_.follow(content(), proportions());
    }
    refreshContents();
}

void LatentView::setTheme(const Theme& theme) {
    theme_ = theme;
    refreshContents();
}

void LatentView::prepareScenes() {
    scenes_.clear();
    if (!frame_) {
        return;
    }
    LatentSceneOptions options;
    options.layers = header_->layers();
    std::vector<int> members;
    densityPeak_ = 0.0;
    for (const LatentFrame& latent : frame_->latents) {
        scenes_.push_back(std::make_shared<const LatentScene>(prepareLatentScene(latent, options)));
        densityPeak_ = std::max(densityPeak_, scenes_.back()->posteriorPeak);
        members.push_back(latent.member);
    }
    order_ = orderFleet(frame_->knobs);
    titles_ = panelTitles(frame_->knobs, members, false);
    briefTitles_ = panelTitles(frame_->knobs, members, true);
}

void LatentView::arrangeCanvases() {
    const bool plane = !scenes_.empty() && !scenes_.front()->oneDimensional();
    const std::shared_ptr<GlStage> stage = plane ? GlStage::acquire() : nullptr;
    const bool openGl = stage != nullptr;
    if (plane && !openGl && !softwareAnnounced_) {
        softwareAnnounced_ = true;
        Q_EMIT softwarePaintingUsed();
    }
    placeholder_->setVisible(scenes_.empty());
    if (canvases_.size() == scenes_.size() && (canvasesUseOpenGl_ == openGl || canvases_.empty())) {
        return;
    }
    canvases_.clear();
    canvasesUseOpenGl_ = openGl;
    columns_ = 0;
    for (std::size_t i = 0; i < scenes_.size(); ++i) {
        canvases_.push_back(makeCanvas(stage));
        connectCanvas(i);
        QWidget* widget = canvases_.back()->widget();
        widget->setObjectName(QStringLiteral("latentCanvas%1").arg(i));
        widget->setAccessibleName(title());
        widget->show();
    }
    arrangeGrid();
}

void LatentView::arrangeGrid() {
    // The header's wish, not its height: that is anything until the first canvases are laid out.
    const QSizeF room(width(), height() - header_->heightForWidth(width()));
    const int columns = panelColumns(room, canvases_.size(), kCellAspect);
    if (columns == std::exchange(columns_, columns)) {
        return;
    }
    for (std::size_t i = 0; i < canvases_.size(); ++i) {
        grid_->addWidget(canvases_[i]->widget(), static_cast<int>(i) / columns, static_cast<int>(i) % columns);
    }
}

void LatentView::resizeEvent(QResizeEvent*) {
    arrangeGrid();
}

std::unique_ptr<LatentSurface> LatentView::makeCanvas(const std::shared_ptr<GlStage>& stage) {
    if (!stage) {
        return std::make_unique<LatentSoftCanvas>(this);
    }
    auto canvas = std::make_unique<LatentCanvas>(stage, this);
    // Queued: the canvas cannot be replaced while it sets itself up.
    connect(canvas.get(), &LatentCanvas::openGlFailed, this, &LatentView::fallBackToSoftware, Qt::QueuedConnection);
    return canvas;
}

void LatentView::fallBackToSoftware() {
    GlStage::giveUp();
    arrangeCanvases();
    refreshContents();
}

void LatentView::connectCanvas(std::size_t index) {
    LatentSurface& canvas = *canvases_[index];
    LatentPointer& pointer = canvas.pointer();
    const auto memberOf = [this, index] { return index < scenes_.size() ? scenes_[index]->member : 0; };
    const auto planeAt = [&canvas](const QPointF& pixel) { return canvas.map().toPlane(pixel); };

    connect(&pointer, &LatentPointer::panned, this, [this, &canvas](const QPointF& pixels) {
        const PlaneMap map = canvas.map();
        const bool line = scenes_.front()->oneDimensional();
        camera_.pan(-pixels.x() / map.pixelsPerUnitX(), line ? 0.0 : pixels.y() / map.pixelsPerUnitY());
    });
    connect(&pointer, &LatentPointer::zoomed, this,
            [this, planeAt](const QPointF& position, double factor) { camera_.zoom(planeAt(position), factor); });
    connect(&pointer, &LatentPointer::hovered, this, [this, planeAt, memberOf](const QPointF& position) {
        const QPointF point = planeAt(position);
        if (probes_.hover(memberOf(), point.x(), scenes_.front()->oneDimensional() ? 0.0 : point.y())) {
            probesMoved();
        }
    });
    connect(&pointer, &LatentPointer::left, this, [this] {
        if (probes_.leave()) {
            probesMoved();
        }
    });
    connect(&pointer, &LatentPointer::clicked, this,
            [this, planeAt, memberOf](const QPointF& position, Qt::KeyboardModifiers keys) {
                if (scenes_.size() > 1) {
                    chooseMember(memberOf(), keys);
                }
                if (compact() || keys.testFlag(Qt::ShiftModifier)) {
                    return;  // a card would be larger than the plot
                }
                const QPointF point = planeAt(position);
                probes_.pin(memberOf(), point.x(), scenes_.front()->oneDimensional() ? 0.0 : point.y());
                pinClock_.start();
                probesMoved();
            });
    connect(&pointer, &LatentPointer::doubleClicked, this, [this] {
        if (pinClock_.isValid() && pinClock_.elapsed() <= QApplication::doubleClickInterval() && probes_.unpinLast()) {
            probesMoved();
        }
        fit();
    });
    connect(&pointer, &LatentPointer::fitRequested, this, &LatentView::fit);
    connect(&pointer, &LatentPointer::unpinRequested, this, [this] {
        if (probes_.unpinAll()) {
            probesMoved();
        }
    });
    connect(&pointer, &LatentPointer::titleClicked, this,
            [this, memberOf](Qt::KeyboardModifiers keys) { chooseMember(memberOf(), keys); });
    canvas.closeCard = [this](std::uint64_t id) {
        if (probes_.unpin(id)) {
            probesMoved();
        }
    };
    canvas.onResized = [this, index] {
        announceWindow();
        if (index == 0) {
            refreshContents();  // the size decides on titles and legend
        }
    };
}

LatentPicture LatentView::picture(std::size_t index) const {
    LatentPicture picture;
    picture.scene = scenes_[index].get();
    picture.window = camera_.window();
    picture.layers = header_->layers();
    picture.densityMaximum = densityAxis_.maximum();
    picture.labelNames = frame_->labelNames;
    const int member = scenes_[index]->member;
    if (scenes_.size() > 1) {
        picture.title = compact() ? briefTitles_[index] : titles_[index];
        picture.titleColor = memberColor(theme_, order_, member);
        picture.densityPeak = densityPeak_;
        picture.small = scenes_.size() > kMostDecorated;
        picture.focused = member == focusMember_;
    }
    return picture;
}

void LatentView::refreshContents() {
    for (std::size_t i = 0; i < canvases_.size() && i < scenes_.size(); ++i) {
        canvases_[i]->showContent({scenes_[i], picture(i), theme_});
    }
    refreshMarks();
    refreshLegend();
}

void LatentView::refreshLegend() {
    const bool small = scenes_.size() > 1 && compact();
    if (small) {
        legend_->setEntries(sharedLegend(picture(0), canvases_.front()->map(), theme_, width() * 0.95, this), theme_);
    }
    legend_->setVisible(small);
}

void LatentView::refreshMarks() {
    const bool small = scenes_.size() > 1 && compact();
    for (std::size_t i = 0; i < canvases_.size() && i < scenes_.size(); ++i) {
        const LatentScene& scene = *scenes_[i];
        LatentMarks marks;
        for (const ProbeRequest& request : probes_.pinned()) {
            if (request.member == scene.member && !small) {
                marks.cards.push_back(
                    describeCode(scene, request.id, true, request.x, request.y, probes_.answer(request.id)));
            }
        }
        if (const auto& hovered = probes_.hovered()) {
            if (hovered->member == scene.member && !small) {
                marks.cards.push_back(
                    describeCode(scene, hovered->id, false, hovered->x, hovered->y, probes_.answer(hovered->id)));
            } else if (!scene.oneDimensional()) {
                marks.crosshair = QPointF(hovered->x, hovered->y);
            }
        }
        canvases_[i]->showMarks(std::move(marks));
    }
}

void LatentView::probesMoved() {
    refreshMarks();
    Q_EMIT probesChanged(probes_.requests());
}

void LatentView::clearProbes() {
    const bool left = probes_.leave();
    if (probes_.unpinAll() || left) {
        probesMoved();
    }
}

LatentWindow LatentView::window() const {
    // A view that is on no screen, as for a figure, has canvases of no size that means anything.
    if (canvases_.empty() || !isVisible() || (!scenes_.empty() && scenes_.front()->oneDimensional())) {
        return camera_.target();
    }
    // Canvases may differ by a pixel; the density is wanted for all of them.
    LatentWindow all = expandedTo(camera_.target(), canvases_.front()->map().area.size());
    for (const auto& canvas : canvases_) {
        all = unitedWith(all, expandedTo(camera_.target(), canvas->map().area.size()));
    }
    return all;
}

void LatentView::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    announceWindow();
}

void LatentView::announceWindow() {
    const LatentWindow now = window();
    if (!(now == announced_)) {
        announced_ = now;
        if (!quiet_) {
            Q_EMIT windowChanged(now);
        }
    }
}

void LatentView::setWindow(const LatentWindow& window) {
    quiet_ = true;
    camera_.setWindow(window);
    quiet_ = false;
}

void LatentView::setPlane(const LatentPlane& plane) {
    header_->setPlane(plane);
}

void LatentView::setLayers(const LatentLayers& layers) {
    header_->setLayers(layers);
    prepareScenes();
    refreshContents();
}

void LatentView::setFocusMember(int member) {
    if (focusMember_ != member) {
        focusMember_ = member;
        refreshContents();
    }
}

LatentWindow LatentView::content() const {
    LatentWindow all = scenes_.front()->bounds;
    for (const auto& scene : scenes_) {
        all = unitedWith(all, scene->bounds);
    }
    return all;
}

double LatentView::curvePeak() const {
    double peak = 0.0;
    for (const auto& scene : scenes_) {
        peak = std::max(peak, scene->curvePeak);
    }
    return peak;
}

QSizeF LatentView::proportions() const {
    if (scenes_.front()->oneDimensional()) {
        return {1.0, HUGE_VAL};
    }
    return canvases_.empty() || !isVisible() ? QSizeF(1.0, 1.0) : canvases_.front()->map().area.size();
}

void LatentView::fit() {
    if (!scenes_.empty()) {
        camera_.fit(content());
    }
}

LatentPicture LatentView::figurePicture(std::size_t index) const {
    LatentPicture part = picture(index);
    part.focused = false;
    part.window = scenes_[index]->posterior.window;  // what is known; the screen may already have moved on
    part.densityMaximum = EasedAxis::holding(curvePeak());
    return part;
}

QSizeF LatentView::leastFigure(double width) const {
    const std::size_t count = scenes_.size();
    if (count < 2) {
        return {130.0, 115.0};
    }
    // A small plot each, under its title; what their axes span stands in the legend above.
    const int columns = panelColumns({width, 0.75 * width}, count, kCellAspect);
    const int rows = (static_cast<int>(count) + columns - 1) / columns;
    return {std::max(130.0, 36.0 * columns), 30.0 + 42.0 * rows};
}

void LatentView::renderFigure(QCPPainter& painter, const QRectF& area, const Theme& theme) const {
    if (scenes_.empty()) {
        return;
    }
    const Theme paper = inPainterUnits(theme, painter.device());
    const bool several = scenes_.size() > 1;
    const int columns = panelColumns(area.size(), scenes_.size(), kCellAspect);
    const int rows = (static_cast<int>(scenes_.size()) + columns - 1) / columns;
    QRectF rest = area;
    if (several) {
        // One legend for all members, above the first plot's left edge; small plots have no axes and need it to say
        // more.
        const double line = lineHeight(paper, painter.device(), 0.9);
        const double left = layoutLatent(area, picture(0), paper, painter.device()).plot.left();
        QRectF legend(left, area.top(), area.right() - left, 0.0);
        const auto rowsOf = [&](const std::vector<LegendEntry>& entries) {
            return line * legendRows(entries, legend.width(), kAllLegendRows, paper, painter.device());
        };
        const auto usual = latentLegend(picture(0), paper, legend.width(), 2, painter.device());
        // As the plots under it decide whether they have room for axes.
        LatentPicture titled = picture(0);
        titled.title = titles_[0];
        const QSizeF cell(area.width() / columns, (area.height() - rowsOf(usual)) / rows);
        const bool small = isCompact(cell, titled, paper, painter.device());
        if (small) {
            legend.setLeft(area.left());
        }
        const LatentPicture first = figurePicture(0);
        const bool flat = scenes_.front()->oneDimensional();
        const PlaneMap map{area, flat ? latentMap(area, first).window : first.window};
        const auto entries = small ? sharedLegend(picture(0), map, paper, legend.width(), painter.device()) : usual;
        legend.setHeight(rowsOf(entries));
        paintLegend(painter, legend, entries, paper);
        rest.setTop(legend.bottom());
    }
    for (std::size_t i = 0; i < scenes_.size(); ++i) {
        LatentPicture part = figurePicture(i);
        part.legend = !several;
        part.title = several ? titles_[i] : QString();
        part.titleColor = memberColor(paper, order_, scenes_[i]->member);
        const int row = static_cast<int>(i) / columns, column = static_cast<int>(i) % columns;
        const QSizeF cell(rest.width() / columns, rest.height() / rows);
        if (isCompact(cell, part, paper, painter.device())) {
            part.title = briefTitles_[i];
        }
        paintLatent(painter, QRectF(rest.topLeft() + QPointF(column * cell.width(), row * cell.height()), cell), part,
                    paper);
    }
}

QString LatentView::csv() const {
    return frame_ ? latentCsv(*frame_) : QString();
}

}  // namespace elbo
