#include "widgets/rate_distortion/rate_distortion_view.h"

#include <QButtonGroup>
#include <QMouseEvent>
#include <QToolTip>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

#include "widgets/chart/plot_style.h"
#include "widgets/kit/csv.h"
#include "widgets/kit/flow_layout.h"
#include "widgets/rate_distortion/plane_keys.h"
#include "widgets/rate_distortion/rate_distortion_plot.h"
#include "widgets/rate_distortion/sweep_plane_widget.h"

namespace elbo {
namespace {

constexpr int kGlideMilliseconds = 30;
constexpr int kRestPerCost = 6;  ///< between two steps of a glide, times what drawing one takes

double leastSpan(const Interval& interval) {
    // Below a few per cent of its own size a difference is noise, and an axis that shows it would jitter.
    return std::max(kLeastPlaneSpan, 0.02 * std::max(std::abs(interval.low), std::abs(interval.high)));
}

/// The report of a step that holds `metric`; null where there is none.
const Report* reportWith(const std::string& metric, const Frame& frame, std::int64_t step) {
    const auto holds = [&](const Report& report) { return report.step == step && report.values.count(metric) > 0; };
    const auto found = std::find_if(frame.history.begin(), frame.history.end(),
                                    [&](const auto& report) { return report && holds(*report); });
    return found != frame.history.end() ? found->get() : holds(frame.report) ? &frame.report : nullptr;
}

}  // namespace

RateDistortionView::RateDistortionView(QWidget* parent) : View(parent) {
    plot_ = new RateDistortionPlot(this);
    plot_->setMouseTracking(true);
    plot_->installEventFilter(this);
    plot_->setAccessibleName("Rate-distortion plane");
    sweepPoints_ = new SweepPoints(plot_);

    source_ = new QLabel(this);
    source_->setProperty("role", "muted");
    auto* axes = new QButtonGroup(this);
    auto* split = new QButtonGroup(this);
    const auto button = [&](QButtonGroup* group, const char* name, const QString& text, const QString& tip) {
        auto* made = new QToolButton(this);
        made->setObjectName(name);
        made->setText(text);
        made->setToolTip(tip);
        made->setCheckable(true);
        group->addButton(made);
        return made;
    };
    distortionAxis_ =
        button(axes, "distortionAxis", "D", "Upwards the distortion D: the best models are at the lower left.");
    elboAxis_ = button(axes, "elboAxis", "ELBO",
                       "Upwards the ELBO, \u2212(D + R): lines of equal ELBO are level, the best models on top.");
    distortionAxis_->setChecked(true);
    train_ = button(split, "trainSplit", "Train", "Averages over the examples that the model learns from.");
    test_ = button(split, "testSplit", "Test", "Averages over examples that the model has never seen.");
    test_->setChecked(true);
    best_ = new QToolButton(this);
    best_->setObjectName("best");
    best_->setText("Best");
    best_->setCheckable(true);
    families_ = new QToolButton(this);
    families_->setObjectName("sweepFamilies");
    families_->setText("Sweep");
    families_->setToolTip(
        "The whole sweep by family: its Pareto front, its hull and its best ELBO. Click a run to open it.");
    families_->setCheckable(true);
    families_->hide();
    plane_ = new SweepPlaneWidget(this);
    plane_->hide();
    auto* row = new FlowLayout;
    row->setContentsMargins(8, 2, 6, 0);
    row->setSpacing(2);
    for (QWidget* part : {static_cast<QWidget*>(source_), static_cast<QWidget*>(families_),
                          static_cast<QWidget*>(distortionAxis_), static_cast<QWidget*>(elboAxis_),
                          static_cast<QWidget*>(best_), static_cast<QWidget*>(train_), static_cast<QWidget*>(test_)}) {
        row->addWidget(part);
    }
    row->setRightFrom(1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(row);
    layout->addWidget(plot_, 1);
    layout->addWidget(plane_, 1);

    connect(families_, &QToolButton::clicked, this, &RateDistortionView::setShowsFamilies);
    connect(plane_, &SweepPlaneWidget::runChosen, this, &RateDistortionView::sweepModelChosen);
    connect(&glideTimer_, &QTimer::timeout, this, &RateDistortionView::glide);
    connect(distortionAxis_, &QToolButton::clicked, this, [this] { setAxes(PlaneAxes::Distortion); });
    connect(elboAxis_, &QToolButton::clicked, this, [this] { setAxes(PlaneAxes::Elbo); });
    connect(best_, &QToolButton::clicked, this, &RateDistortionView::setBounds);
    connect(train_, &QToolButton::clicked, this, [this] { setSplit(Split::Train); });
    connect(test_, &QToolButton::clicked, this, [this] { setSplit(Split::Test); });
    setTheme(theme_);
    prepare();
}

RateDistortionView::~RateDistortionView() = default;

QString RateDistortionView::explanation() const {
    return "Every model is a point: to the right its codes say more about the example (rate R), further down it "
           "reconstructs better (distortion D). Models on one dashed line have the same ELBO. Click a point to give "
           "that "
           "member the sliders, Shift+click to compare it with the focused one.";
}

void RateDistortionView::showFrame(std::shared_ptr<const Frame> frame) {
    // Another experiment has another scale: nothing to glide from.
    const bool restarted =
        frame && frame_ && (frame->report.step < frame_->report.step || frame->fleetSize != frame_->fleetSize);
    frame_ = std::move(frame);
    if (restarted && frame_->history.size() <= 2) {
        rates_.reset();
        heights_.reset();
    }
    prepare();
}

void RateDistortionView::setTheme(const Theme& theme) {
    theme_ = theme;
    plot_->setTheme(theme);
    // As with the curves: what the plot itself asks for depends on what it drew last.
    const int line = QFontMetrics(theme.font()).height();
    plot_->setMinimumSize(8 * line, 5 * line);
    sweepPoints_->setTheme(theme);
    plane_->setTheme(theme);
    source_->setFont(theme.font(0.85));
    for (QToolButton* button : {families_, distortionAxis_, elboAxis_, best_, train_, test_}) {
        button->setFont(theme.font(0.85));
    }
    plot_->replot(QCustomPlot::rpQueuedReplot);
}

void RateDistortionView::setSplit(Split split) {
    train_->setChecked(split == Split::Train);
    test_->setChecked(split == Split::Test);
    if (split != split_) {
        split_ = split;
        prepare();
    }
}

void RateDistortionView::setAxes(PlaneAxes axes) {
    distortionAxis_->setChecked(axes == PlaneAxes::Distortion);
    elboAxis_->setChecked(axes == PlaneAxes::Elbo);
    if (axes != axes_) {
        axes_ = axes;
        heights_.reset();  // another quantity: nothing to glide from
        prepare();
    }
}

void RateDistortionView::setBounds(bool bounds) {
    best_->setChecked(bounds);
    if (bounds != bounds_) {
        bounds_ = bounds;
        prepare();
    }
}

void RateDistortionView::ask(ViewRequest& request, const ViewSubject& subject) const {
    request.exact = request.exact || (bounds_ && subject.hasExact());
}

void RateDistortionView::setFocusMember(int member) {
    focus_ = member;
    plot_->setFocusMember(member);
    plot_->replot(QCustomPlot::rpQueuedReplot);
}

void RateDistortionView::setSweep(std::shared_ptr<const Sweep> sweep) {
    sweep_ = std::move(sweep);
    families_->setVisible(sweep_ != nullptr);
    setShowsFamilies(sweep_ != nullptr && prepareSweepPlane(*sweep_, splitOf(*sweep_)).families.size() > 1);
}

void RateDistortionView::setShowsFamilies(bool shows) {
    families_->setChecked(shows);
    prepare();
    plot_->setVisible(!showsFamilies());
    plane_->setVisible(showsFamilies());
}

void RateDistortionView::prepare() {
    if (frame_) {
        moves_.update(*frame_);
    }
    drawing_ =
        frame_ ? prepareRateDistortion(*frame_, split_, axes_, moves_.stretches(), bounds_) : RateDistortionDrawing{};
    sweepDrawing_ = sweep_ ? prepareSweep(*sweep_, split_, axes_) : SweepDrawing{};
    plot_->setDrawing(drawing_);
    sweepPoints_->setDrawing(sweepDrawing_);
    sweepPlane_ = showsFamilies() ? prepareSweepPlane(*sweep_, split_) : SweepPlane{};
    plane_->setPlane(sweepPlane_, axes_);
    source_->setText(drawing_.members.empty()   ? QString("Nothing measured yet")
                     : drawing_.runningAverages ? QString("Running averages over batches")
                     : split_ == Split::Test    ? QString("Test examples")
                                                : QString("Training examples"));
    source_->setToolTip({});
    sayWhatBestTakes();
    if (sweep_) {
        // The buttons beside it name the split; both do not fit.
        source_->setToolTip("Rings are the models of the sweep where they ended; filled points are live. " +
                            source_->text() + ".");
        source_->setText(sweepDrawing_.remark);
    }
    const bool live = !drawing_.members.empty() || !drawing_.optimum.empty();
    const bool swept = !sweepDrawing_.settings.empty();
    if (live || swept) {
        const Interval rates = !live    ? sweepDrawing_.rates
                               : !swept ? drawing_.rates
                                        : united(drawing_.rates, sweepDrawing_.rates);
        const Interval heights = !live    ? sweepDrawing_.heights
                                 : !swept ? drawing_.heights
                                          : united(drawing_.heights, sweepDrawing_.heights);
        rates_.follow(rates, leastSpan(rates));
        heights_.follow(heights, leastSpan(heights));
    }
    plot_->setWindow(rates_.current(), heights_.current());
    plot_->replot(QCustomPlot::rpQueuedReplot);
    if (!(rates_.settled() && heights_.settled()) && !glideTimer_.isActive()) {
        sinceGlide_.start();
        glideTimer_.start(std::max(kGlideMilliseconds, static_cast<int>(kRestPerCost * plot_->replotTime(true))));
    }
}

void RateDistortionView::sayWhatBestTakes() {
    const bool large = frame_ && std::any_of(frame_->latents.begin(), frame_->latents.end(),
                                             [](const LatentFrame& latent) { return latent.latentDim > 2; });
    best_->setEnabled(!large);
    best_->setToolTip(large ? QString("The best that any encoder could reach is measured for codes of one or two "
                                      "dimensions.")
                            : QString("Measure the best that any encoder could reach with the decoder and prior in "
                                      "force, on test examples: how far a model lies above that is the price of its "
                                      "encoder."));
}

void RateDistortionView::glide() {
    const double seconds = static_cast<double>(sinceGlide_.restart()) / 1000.0;
    const bool moreRates = rates_.advance(seconds);
    const bool moreHeights = heights_.advance(seconds);
    plot_->setWindow(rates_.current(), heights_.current());
    plot_->replot(QCustomPlot::rpQueuedReplot);
    if (!moreRates && !moreHeights) {
        glideTimer_.stop();
    }
}

bool RateDistortionView::eventFilter(QObject* watched, QEvent* event) {
    if (watched == plot_ && event->type() == QEvent::MouseButtonPress) {
        const auto* mouse = static_cast<QMouseEvent*>(event);
        if (mouse->button() == Qt::LeftButton) {
            const int member = drawing_.fleetSize > 1 ? plot_->memberAt(mouse->position()) : -1;
            const QString folder = sweepPoints_->folderAt(mouse->position());
            if (member < 0 && !folder.isEmpty()) {
                Q_EMIT sweepModelChosen(folder);
            } else if (drawing_.fleetSize > 1) {
                chooseMember(member, mouse->modifiers());
            }
        }
    }
    if (watched == plot_ && event->type() == QEvent::MouseMove) {
        const auto* mouse = static_cast<QMouseEvent*>(event);
        const bool onMember = plot_->memberAt(mouse->position()) >= 0;
        const QString swept = sweepPoints_->describe(mouse->position());
        const bool choosable = (drawing_.fleetSize > 1 && onMember) || !swept.isEmpty();
        plot_->setCursor(choosable ? Qt::PointingHandCursor : Qt::ArrowCursor);
        const QString text = onMember || swept.isEmpty() ? plot_->describe(mouse->position()) : swept;
        if (text.isEmpty()) {
            QToolTip::hideText();
        } else {
            QToolTip::showText(mouse->globalPosition().toPoint(), text, plot_);
        }
    }
    return View::eventFilter(watched, event);
}

QSizeF RateDistortionView::leastFigure(double width) const {
    // The legend stands below where it would hide something.
    constexpr double kLeastWidth = 150.0, kLeastHeight = 115.0, kPlane = 102.0;
    const Theme paper = Theme::paperTheme();
    if (showsFamilies()) {
        const Theme units = inPainterUnits(paper, this);
        const std::vector<LegendEntry> entries = sweepPlaneLegend(sweepPlane_, units);
        const double widest = std::max(kLeastWidth, std::ceil(widestEntry(entries, units, this)) + 4.0);
        const int rows = legendRows(entries, std::max(widest, width) - 4.0, 100, units, this);
        return {widest, kPlane + rows * lineHeight(units, this, 0.9)};
    }
    const int legend = heightInRows(planeKeys(drawing_, paper), paper, static_cast<int>(std::max(kLeastWidth, width)));
    return {kLeastWidth, std::max(kLeastHeight, kPlane + legend)};
}

void RateDistortionView::renderFigure(QCPPainter& painter, const QRectF& area, const Theme& theme) const {
    if (showsFamilies()) {
        const Theme units = inPainterUnits(theme, painter.device());
        paintPlane(painter,
                   placePlane(area.adjusted(2.0, 2.0, -2.0, -2.0), sweepPlane_, axes_, true, units, painter.device()),
                   sweepPlane_, units);
        return;
    }
    RateDistortionPlot figure;
    figure.setTheme(theme);
    figure.setDrawing(drawing_);
    auto* points = new SweepPoints(&figure);
    points->setTheme(theme);
    points->setDrawing(sweepDrawing_);
    figure.setWindow(rates_.target(), heights_.target());
    renderPlot(figure, painter, area);
}

QString RateDistortionView::csv() const {
    if (showsFamilies()) {
        return sweepPlaneCsv(sweepPlane_);
    }
    const char* split = drawing_.runningAverages ? "" : split_ == Split::Test ? "_test" : "_train";
    const std::vector<const KnobName*> weights = knobsInPlay(frame_ ? frame_->knobs : std::vector<Knobs>{});
    QString text = "# rate-distortion: path of every member\nstep,member";
    for (const KnobName* weight : weights) {
        text += QString(",") + weight->metric;
    }
    for (const char* column : {"rate", "distortion", "rate_error", "distortion_error", "examples"}) {
        text += QString(",") + column + split;
    }
    text += "\n";
    for (const MemberPath& path : drawing_.members) {
        const auto place = static_cast<std::size_t>(path.member);
        const Knobs knobs = frame_ && place < frame_->knobs.size() ? frame_->knobs[place] : Knobs{};
        for (const RatePoint& point : path.trail) {
            text += QString("%1,%2").arg(point.step).arg(path.member);
            for (const KnobName* weight : weights) {
                text += "," + csvNumber(knobs.*weight->value);
            }
            text += "," + csvNumbers({point.rate, point.distortion});
            const Report* report = reportWith("rate" + std::string(split), *frame_, point.step);
            for (const char* column : {"rate_error", "distortion_error", "examples"}) {
                // Averages over batches rest on no part of a split: nothing is known of their errors.
                const double value =
                    report != nullptr ? report->value(column + std::string(split), path.member) : std::nan("");
                text += std::isnan(value) ? QString(",") : "," + csvNumber(value);
            }
            text += "\n";
        }
    }
    const auto block = [&text](const char* name, const std::vector<RatePoint>& points) {
        if (!points.empty()) {
            text += QString("\n# %1\nrate,distortion,elbo\n").arg(name);
        }
        for (const RatePoint& point : points) {
            text +=
                csvNumbers({point.rate, point.distortion, planeHeight(PlaneAxes::Elbo, point.rate, point.distortion)}) +
                "\n";
        }
    };
    block("members on the Pareto front", drawing_.front);
    block("corners of the lower convex hull", drawing_.hull);
    if (!drawing_.optimum.empty()) {
        text += "\n# linear-Gaussian optimum\nbeta,rate,distortion\n";
        for (const CurvePoint& point : drawing_.optimum) {
            text += csvNumbers({point.beta, point.rate, point.distortion}) + "\n";
        }
    }
    if (bounds_ && frame_) {
        text += decoderBoundsCsv(*frame_);
    }
    return sweep_ ? text + sweepCsv(sweepDrawing_) : text;
}

}  // namespace elbo
