#include "app/window/arrangement.h"

#include <QFrame>
#include <QVBoxLayout>
#include <algorithm>
#include <numeric>
#include <utility>

#include "widgets/curves/curves_view.h"
#include "widgets/data/data_view.h"
#include "widgets/exact/elbo_forms_view.h"
#include "widgets/exact/posterior_view.h"
#include "widgets/health/health_panel.h"
#include "widgets/images/image_view.h"
#include "widgets/rate_distortion/rate_distortion_view.h"

namespace elbo {

namespace {

constexpr double kScreenPoints = 10.0;
constexpr int kControlsWidth = 330;  ///< with type of kScreenPoints
constexpr int kMargin = 6;
// Shares of codes and pictures in the middle column.
const QList<int> kSizesForImages{500, 260};
const QList<int> kSizesForPoints{420, 340};
constexpr int kManyMembers = 4;

QFrame* framed(QWidget* content) {
    auto* frame = new QFrame;
    frame->setProperty("role", "panel");
    auto* layout = new QVBoxLayout(frame);
    layout->setContentsMargins(8, 6, 8, 6);
    layout->addWidget(content);
    return frame;
}

}  // namespace

Arrangement::Arrangement(QWidget* parent) : QWidget(parent) {
    QSplitter* columns = addSplitter("columns", Qt::Horizontal);
    controls_ = buildControls();
    controls_->setMinimumWidth(controlsWidth() * 4 / 5);
    columns->addWidget(controls_);
    QSplitter* centre = addSplitter("centre", Qt::Vertical);
    columns->addWidget(centre);
    pages_ = new PageColumn;
    columns->addWidget(pages_);
    QSplitter* course = addSplitter("course", Qt::Vertical);
    pages_->add(Page::Course, course);
    QSplitter* exact = addSplitter("exact", Qt::Vertical);
    pages_->add(Page::Exact, exact);
    QSplitter* health = addSplitter("health", Qt::Vertical);
    pages_->add(Page::Health, health);
    connect(pages_, &PageColumn::pageChanged, this, [this] { maximise(nullptr); });

    latent_ = new LatentView;
    addPanel(latent_, centre);
    QSplitter* pictures = addSplitter("pictures", Qt::Horizontal);
    centre->addWidget(pictures);
    addPanel(data_ = new DataView, pictures);
    addPanel(reconstructions_ = new ImageGridView(ImageGridView::Kind::Reconstructions), pictures);
    addPanel(samples_ = new ImageGridView(ImageGridView::Kind::Samples), pictures);
    addPanel(manifold_ = new ImageGridView(ImageGridView::Kind::Manifold), pictures);
    addPanel(new RateDistortionView, course);
    addPanel(new CurvesView, course);
    addPanel(elboForms_ = new ElboFormsView, exact);
    addPanel(posterior_ = new PosteriorView, exact);
    addPanel(health_ = new HealthPanel, health);

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
    for (View* view : views()) {
        applies_[view] = true;
    }
    // Until data are known: the default experiment shows images, and a row that is never seen must not widen the
    // window.
    applies_[data_] = false;
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

QWidget* Arrangement::buildControls() {
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
    scroll->setWidget(column);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
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
        if (applies_.at(view) && pages_->shows(view)) {
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

void Arrangement::adapt(const Experiment& experiment, const Dataset& dataset) {
    const bool points = dataset.dim <= 2, many = experiment.fleetSize() > kManyMembers;
    if (applies_[data_] != points || many != std::exchange(many_, many)) {
        // Points and images of many members need about as much room as the codes, rows of images less.
        splitter("centre")->setSizes(points || many ? kSizesForPoints : kSizesForImages);
    }
    applies_[data_] = dataset.dim <= 2;
    applies_[reconstructions_] = applies_[samples_] = dataset.isImage();
    applies_[manifold_] = dataset.isImage() && experiment.model.latentDim == 2;
    applies_[elboForms_] = applies_[posterior_] = experiment.model.latentDim <= 2;
    pages_->setAvailable(Page::Exact, experiment.model.latentDim <= 2,
                         tr("Exact quantities need a code of one or two dimensions: quadrature over more takes too "
                            "long."));
    if (maximised_ != nullptr && !applies_[maximised_]) {
        maximise(nullptr);
    }
    refreshVisibility();
}

void Arrangement::refreshVisibility() {
    for (PanelFrame* panel : panels_) {
        const bool chosen = maximised_ == nullptr ? pages_->shows(panel) : maximised_ == panel->view();
        panel->setVisible(applies_[panel->view()] && chosen);
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
    maximised_ = view;
    refreshVisibility();
}

void Arrangement::setSlim(bool slim) {
    experimentPanel_->parentWidget()->setVisible(!slim);
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
    for (PanelFrame* panel : panels_) {
        panel->setTheme(theme);
    }
    // Larger type needs wider controls; the other columns share what is left.
    if (std::exchange(fontPoints_, theme.fontPoints) != theme.fontPoints) {
        const QList<int> sizes = splitter("columns")->sizes();
        const int rest = std::accumulate(sizes.begin(), sizes.end(), 0) - controlsWidth();
        controls_->setMinimumWidth(controlsWidth() * 4 / 5);
        splitter("columns")->setSizes({controlsWidth(), rest * 3 / 5, rest * 2 / 5});
    }
}

int Arrangement::controlsWidth() const {
    return static_cast<int>(kControlsWidth * fontPoints_ / kScreenPoints);
}

OnScreen Arrangement::onScreen() const {
    OnScreen screen;
    screen.latent = latent_->isVisible();
    screen.data = data_->isVisible();
    screen.reconstructions = reconstructions_->isVisible();
    screen.samples = samples_->isVisible();
    screen.manifold = manifold_->isVisible();
    screen.health = health_->isVisible();
    // Part of a model's health is the gap to the true posteriors.
    screen.truth = elboForms_->isVisible() || posterior_->isVisible() || (screen.health && applies_.at(posterior_));
    screen.posteriorExamples = posterior_->examples();
    screen.latentWindow = latent_->window();
    screen.latentPlane = latent_->plane();
    return screen;
}

QMap<QString, QByteArray> Arrangement::saveSplitters() const {
    QMap<QString, QByteArray> states;
    for (const QSplitter* splitter : splitters_) {
        states[splitter->objectName()] = splitter->saveState();
    }
    return states;
}

void Arrangement::restoreSplitters(const QMap<QString, QByteArray>& states) {
    for (QSplitter* splitter : splitters_) {
        if (states.contains(splitter->objectName())) {
            splitter->restoreState(states[splitter->objectName()]);
        }
    }
}

void Arrangement::restoreDefaultSizes() {
    // Sizes are shares; the splitter scales them to the room there is.
    const auto share = [this](const QString& name, const QList<int>& sizes, const QList<int>& stretch) {
        splitter(name)->setSizes(sizes);
        for (int i = 0; i < stretch.size(); ++i) {
            splitter(name)->setStretchFactor(i, stretch[i]);
        }
    };
    share("columns", {controlsWidth(), 600, 400}, {0, 3, 2});
    share("centre", applies_[data_] || many_ ? kSizesForPoints : kSizesForImages, {2, 1});
    share("course", {380, 380}, {1, 1});
    share("exact", {340, 420}, {1, 1});
    share("pictures", {600, 200, 200, 200}, {1, 1, 1, 1});
}

}  // namespace elbo
