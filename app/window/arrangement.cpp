#include "app/window/arrangement.h"

#include <QEvent>
#include <QFrame>
#include <QScrollBar>
#include <QVBoxLayout>
#include <algorithm>
#include <numeric>
#include <optional>
#include <utility>

#include "app/window/view_table.h"
#include "app/window/window_place.h"

namespace elbo {

namespace {

constexpr double kScreenPoints = 10.0;
constexpr int kControlsWidth = 330;  ///< with type of kScreenPoints
constexpr int kMargin = 6;
constexpr int kFewMembers = 4;     ///< of a fleet: more have small pictures
constexpr double kEnlarged = 1.3;  ///< type of a view that stands alone
constexpr double kMostPoints = 24.0;

/// The splitter that the views of an area stand in, and the page of the right column that it is.
struct AreaRow {
    Area area;
    const char* splitter;
    Qt::Orientation orientation;
    std::optional<Page> page;
};
constexpr AreaRow kAreas[] = {{Area::Centre, "centre", Qt::Vertical, std::nullopt},
                              {Area::Pictures, "pictures", Qt::Horizontal, std::nullopt},
                              {Area::Course, "course", Qt::Vertical, Page::Course},
                              {Area::Exact, "exact", Qt::Vertical, Page::Exact},
                              {Area::Health, "health", Qt::Vertical, Page::Health}};

QFrame* framed(QWidget* content) {
    auto* frame = new QFrame;
    frame->setProperty("role", "panel");
    auto* layout = new QVBoxLayout(frame);
    layout->setContentsMargins(8, 6, 8, 6);
    layout->addWidget(content);
    return frame;
}

}  // namespace

Arrangement::Arrangement(QWidget* parent) : QWidget(parent), theme_(Theme::darkTheme()) {
    QSplitter* columns = addSplitter("columns", Qt::Horizontal);
    controls_ = buildControls();
    columns->addWidget(controls_);
    for (const AreaRow& row : kAreas) {
        addSplitter(row.splitter, row.orientation);
    }
    columns->addWidget(splitter("centre"));
    pages_ = new PageColumn;
    columns->addWidget(pages_);
    for (const AreaRow& row : kAreas) {
        if (row.page) {
            pages_->add(*row.page, splitter(row.splitter));
        }
    }
    connect(pages_, &PageColumn::pageChanged, this, [this] { maximise(nullptr); });

    const std::vector<View*> made = makeViews();
    for (const AreaRow& row : kAreas) {
        if (row.area == Area::Pictures) {
            splitter("centre")->addWidget(splitter(row.splitter));
        }
        for (View* view : made) {
            if (view->placement().area == row.area) {
                addPanel(view, splitter(row.splitter));
            }
        }
    }
    latent_ = columns->findChild<LatentView*>();

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(kMargin, kMargin, kMargin, kMargin);
    layout->setSpacing(kMargin);
    transport_ = new TransportBar;
    layout->addWidget(framed(transport_));
    comparison_ = new ComparisonBar;
    comparisonFrame_ = framed(comparison_);
    comparisonFrame_->hide();
    layout->addWidget(comparisonFrame_);
    connect(comparison_, &ComparisonBar::leaveRequested, this, &Arrangement::comparisonLeft);
    layout->addWidget(columns, 1);
    picturesHeight_ = picturesHeight();
    fitControls();
    refreshVisibility();
    restoreDefaultSizes();
}

QSplitter* Arrangement::addSplitter(const QString& name, Qt::Orientation orientation) {
    auto* splitter = new QSplitter(orientation);
    splitter->setObjectName(name);
    splitter->setHandleWidth(kMargin);
    splitter->setChildrenCollapsible(false);
    splitters_.push_back(splitter);
    return splitter;
}

QSplitter* Arrangement::splitter(const QString& name) const {
    return *std::find_if(splitters_.begin(), splitters_.end(),
                         [&](const QSplitter* splitter) { return splitter->objectName() == name; });
}

QScrollArea* Arrangement::buildControls() {
    objective_ = new ObjectivePanel;
    experimentPanel_ = new ExperimentPanel;
    auto* column = new QWidget;
    auto* layout = new QVBoxLayout(column);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(kMargin);
    layout->addWidget(framed(objective_));
    layout->addWidget(framed(experimentPanel_), 1);

    // On a small screen, or with large type, the controls scroll instead of pushing the window beyond its edge.
    auto* scroll = new QScrollArea;
    scroll->setObjectName("controls");
    scroll->setWidget(column);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    column->installEventFilter(this);
    return scroll;
}

PanelFrame* Arrangement::addPanel(View* view, QSplitter* into) {
    auto* panel = new PanelFrame(view);
    connect(panel, &PanelFrame::exportRequested, this, &Arrangement::exportRequested);
    connect(view, &View::memberFocused, this, &Arrangement::memberFocused);
    connect(view, &View::memberCompared, this, &Arrangement::memberCompared);
    connect(panel, &PanelFrame::maximiseRequested, this,
            [this](View* wanted) { maximise(maximised_ == wanted ? nullptr : wanted); });
    panels_.push_back(panel);
    into->addWidget(panel);
    return panel;
}

std::vector<View*> Arrangement::views() const {
    std::vector<View*> views;
    for (const PanelFrame* panel : panels_) {
        views.push_back(panel->view());
    }
    return views;
}

std::vector<View*> Arrangement::applicableViews() const {
    std::vector<View*> applicable;
    for (View* view : views()) {
        if (view->suits(subject_) && pages_->shows(view)) {
            applicable.push_back(view);
        }
    }
    return applicable;
}

View* Arrangement::view(const QString& id) const {
    for (View* view : views()) {
        if (view->id() == id) {
            return view;
        }
    }
    return nullptr;
}

std::vector<View*> Arrangement::viewsIn(Area area) const {
    std::vector<View*> inside = views();
    std::erase_if(inside, [area](const View* view) { return view->placement().area != area; });
    return inside;
}

void Arrangement::adapt(const Experiment& experiment, const Dataset& dataset) {
    subject_ = {dataset.shape(), experiment.model.latentDim, experiment.fleetSize(), experiment.model.prior == "vamp"};
    if (const int height = picturesHeight(); height != std::exchange(picturesHeight_, height)) {
        shareCentre();
    }
    for (const AreaRow& row : kAreas) {
        if (row.page) {
            const std::vector<View*> inside = viewsIn(row.area);
            const bool any =
                std::any_of(inside.begin(), inside.end(), [this](const View* view) { return view->suits(subject_); });
            pages_->setAvailable(*row.page, any, inside.empty() ? QString() : inside.front()->needs());
        }
    }
    if (maximised_ != nullptr && !maximised_->suits(subject_)) {
        maximise(nullptr);
    }
    refreshVisibility();
}

void Arrangement::refreshVisibility() {
    for (PanelFrame* panel : panels_) {
        const bool chosen = maximised_ == nullptr ? pages_->shows(panel) : maximised_ == panel->view();
        panel->setVisible(panel->view()->suits(subject_) && chosen);
        panel->setMaximised(maximised_ == panel->view());
    }
    pages_->setTabsVisible(maximised_ == nullptr);
    pages_->setVisible(maximised_ == nullptr || pages_->isAncestorOf(maximised_));
    // A splitter whose views are all hidden gives its place away; inner ones are decided before outer ones.
    for (auto splitter = splitters_.rbegin(); splitter != splitters_.rend(); ++splitter) {
        bool any = false;
        for (int i = 0; i < (*splitter)->count(); ++i) {
            any = any || !(*splitter)->widget(i)->isHidden();
        }
        (*splitter)->setVisible(any);
    }
}

void Arrangement::maximise(View* view) {
    View* before = std::exchange(maximised_, view);
    if (before != view) {
        for (PanelFrame* panel : panels_) {
            if (panel->view() == before || panel->view() == view) {
                setPanelTheme(*panel);
            }
        }
    }
    refreshVisibility();
}

void Arrangement::setPanelTheme(PanelFrame& panel) {
    Theme theme = theme_;
    const bool alone = panel.view() == maximised_;
    if (alone) {
        theme.fontPoints = std::max(theme.fontPoints, std::min(kEnlarged * theme.fontPoints, kMostPoints));
    }
    // For controls that have no font of their own; otherwise they follow the program's.
    panel.setFont(alone ? theme.font() : QFont());
    panel.setTheme(theme);
}

void Arrangement::setSlim(bool slim) {
    experimentPanel_->parentWidget()->setVisible(!slim);
    fitControls();
}

bool Arrangement::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::LayoutRequest && controls_ != nullptr && watched == controls_->widget()) {
        fitControls();  // an experiment or a weight has brought other rows
    }
    return QWidget::eventFilter(watched, event);
}

/// They scroll downwards only: sideways nothing of them may be hidden.
void Arrangement::fitControls() {
    const int needed =
        controls_->widget()->minimumSizeHint().width() + controls_->verticalScrollBar()->sizeHint().width();
    controls_->setMinimumWidth(std::max(controlsWidth() * 4 / 5, needed));
}

void Arrangement::setFocusMember(int member) {
    for (View* view : views()) {
        view->setFocusMember(member);
    }
}

void Arrangement::setComparison(const Comparison& pair) {
    comparison_->setComparison(pair);
    comparisonFrame_->setVisible(pair.active());
}

void Arrangement::showFrame(const std::shared_ptr<const Frame>& frame) {
    if (frame->sequence != shownByPanels_) {
        shownByPanels_ = frame->sequence;
        transport_->showFrame(frame);
        objective_->showFrame(frame);
        comparison_->showFrame(frame);
    }
    for (View* view : views()) {
        if (view->isVisible() && shown_[view] != frame->sequence) {
            shown_[view] = frame->sequence;
            view->showFrame(frame);
        }
    }
}

void Arrangement::setTheme(const Theme& theme) {
    transport_->setTheme(theme);
    objective_->setTheme(theme);
    comparison_->setTheme(theme);
    experimentPanel_->setTheme(theme);
    const double pointsBefore = std::exchange(theme_, theme).fontPoints;
    for (PanelFrame* panel : panels_) {
        setPanelTheme(*panel);
    }
    fitControls();
    // Larger type needs wider controls; the other columns share what is left.
    if (pointsBefore != theme.fontPoints) {
        const QList<int> sizes = splitter("columns")->sizes();
        const int rest = std::accumulate(sizes.begin(), sizes.end(), 0) - controlsWidth();
        splitter("columns")->setSizes({controlsWidth(), rest * 3 / 5, rest * 2 / 5});
    }
}

int Arrangement::controlsWidth() const {
    return static_cast<int>(kControlsWidth * theme_.fontPoints / kScreenPoints);
}

ViewRequest Arrangement::ask(const std::vector<View*>& views) const {
    ViewRequest request = ViewRequest::nothing();
    for (const View* view : views) {
        view->ask(request, subject_);
    }
    return request;
}

OnScreen Arrangement::onScreen() const {
    std::vector<View*> visible = views();
    std::erase_if(visible, [](const View* view) { return !view->isVisible(); });
    OnScreen screen;
    screen.asked = ask(visible);
    screen.fleetSize = subject_.fleetSize;
    return screen;
}

QMap<QString, QByteArray> Arrangement::saveSplitters() const {
    QMap<QString, QByteArray> states;
    for (const QSplitter* splitter : splitters_) {
        if (const QByteArray sizes = splitterSizes(*splitter); !sizes.isEmpty()) {
            states[splitter->objectName()] = sizes;
        }
    }
    return states;
}

void Arrangement::restoreSplitters(const QMap<QString, QByteArray>& states) {
    for (QSplitter* splitter : splitters_) {
        setSplitterSizes(*splitter, states.value(splitter->objectName()));
    }
}

int Arrangement::picturesHeight() const {
    int height = 0;
    for (const View* view : viewsIn(Area::Pictures)) {
        const Placement placement = view->placement();
        if (view->suits(subject_)) {
            height = std::max(height, subject_.fleetSize > kFewMembers ? placement.heightOfMany : placement.height);
        }
    }
    return height > 0 ? height : picturesHeight_;  // a row that is hidden may keep its room
}

void Arrangement::shareCentre() {
    const std::vector<View*> large = viewsIn(Area::Centre);
    const int shares = std::accumulate(large.begin(), large.end(), 0,
                                       [](int sum, const View* view) { return sum + view->placement().share; });
    QList<int> sizes;
    for (const View* view : large) {
        sizes.append((kCentreHeight - picturesHeight_) * view->placement().share / shares);
    }
    splitter("centre")->setSizes(sizes << picturesHeight_);
}

void Arrangement::restoreDefaultSizes() {
    // Sizes are shares; the splitter scales them to the room there is.
    splitter("columns")->setSizes({controlsWidth(), 600, 400});
    for (const auto& [column, stretch] : {std::pair(0, 0), std::pair(1, 3), std::pair(2, 2)}) {
        splitter("columns")->setStretchFactor(column, stretch);
    }
    shareCentre();
    for (int i = 0; i < splitter("centre")->count(); ++i) {
        const bool pictures = splitter("centre")->widget(i) == splitter("pictures");
        splitter("centre")->setStretchFactor(i, pictures ? 1 : 2);
    }
    for (const AreaRow& row : kAreas) {
        if (row.area != Area::Centre) {
            QList<int> sizes;
            for (const View* view : viewsIn(row.area)) {
                splitter(row.splitter)->setStretchFactor(static_cast<int>(sizes.size()), 1);
                sizes.append(view->placement().share);
            }
            splitter(row.splitter)->setSizes(sizes);
        }
    }
}

}  // namespace elbo
