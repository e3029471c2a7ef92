#include "widgets/curves/curves_view.h"

#include <QAbstractItemView>
#include <QMouseEvent>
#include <QToolTip>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>
#include <set>

#include "widgets/chart/plot_style.h"
#include "widgets/curves/curves_plot.h"
#include "widgets/kit/csv.h"
#include "widgets/kit/evaluated_on.h"
#include "widgets/kit/flow_layout.h"
#include "widgets/kit/tips.h"
#include "widgets/kit/wheel_guard.h"

namespace elbo {
namespace {

constexpr int kRefreshMilliseconds = 33;
constexpr int kRestPerCost = 9;      ///< at most a tenth of the GUI thread goes into curves
constexpr int kFigurePoints = 1200;  ///< vertices of a curve on paper
constexpr double kRoomToGrow = 1.3;  ///< the axis of steps is this much longer than the run when it has to move

/// Less than any window leaves to the curves: they take what they get.
QSize leastPlot(const Theme& theme) {
    const int line = QFontMetrics(theme.font()).height();
    return {8 * line, 5 * line};
}

/// The smallest span of an axis: what differs by less is noise, as after a collapse.
double leastSpan(const CurveDrawing& drawing) {
    const Interval& values = drawing.values;
    const bool nats = curveQuantities()[static_cast<std::size_t>(drawing.quantity)].unit == "nats";
    return std::max(nats ? 0.1 : 0.02, 0.01 * std::max(std::abs(values.low), std::abs(values.high)));
}

}  // namespace

CurvesView::CurvesView(QWidget* parent) : View(parent) {
    choice_ = new QComboBox(this);
    choice_->setObjectName("quantity");
    choice_->setToolTip("Which quantity is followed through training.");
    choice_->addItem("Overview");
    for (const CurveQuantity& quantity : curveQuantities()) {
        choice_->addItem(quantity.title);
        choice_->setItemData(choice_->count() - 1, wrappedTip(quantity.explanation), Qt::ToolTipRole);
    }
    // The names are longer than the room for them: the list itself shows them whole.
    choice_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    choice_->setMinimumContentsLength(16);
    guardWheel(choice_);
    logBox_ = new QCheckBox("Log steps", this);
    logBox_->setObjectName("logSteps");
    logBox_->setToolTip("Spread out the first steps on a logarithmic axis.");
    plot_ = new CurvesPlot(this);
    plot_->setMouseTracking(true);
    plot_->installEventFilter(this);
    plot_->setAccessibleName("Training curves");
    plot_->setNote([this](const CurveQuantity& quantity, Split split, int member, qint64 step) {
        return noteOn(quantity, split, member, step);
    });

    auto* row = new FlowLayout;
    row->setContentsMargins(6, 2, 8, 2);
    row->addWidget(choice_);
    row->addWidget(logBox_);
    row->setRightFrom(1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(row);
    layout->addWidget(plot_, 1);

    timer_.setSingleShot(true);
    connect(&timer_, &QTimer::timeout, this, &CurvesView::refresh);
    connect(choice_, &QComboBox::activated, this, [this](int index) { setQuantity(index - 1); });
    connect(logBox_, &QCheckBox::toggled, this, &CurvesView::setLogSteps);
    startAfresh();
    setTheme(theme_);
}

CurvesView::~CurvesView() = default;

QString CurvesView::explanation() const {
    return "Every quantity against the number of training steps: strong lines are measured on test examples, pale ones "
           "are averages over the training batches. Click a curve to give its member the sliders.";
}

void CurvesView::showFrame(std::shared_ptr<const Frame> frame) {
    if (!frame) {
        return;
    }
    const bool restarted =
        table_.fleetSize() != frame->fleetSize || static_cast<double>(frame->report.step) < 0.5 * table_.lastStep();
    frame_ = std::move(frame);
    const bool moved = moves_.update(*frame_);
    const bool grown = table_.update(*frame_);
    if (grown && restarted) {
        startAfresh();
    }
    if (grown || moved) {
        schedule();
    }
}

void CurvesView::setTheme(const Theme& theme) {
    theme_ = theme;
    plot_->setTheme(theme);
    // What the plot itself asks for depends on what it drew last, and would push its neighbours at any later time.
    plot_->setMinimumSize(leastPlot(theme));
    choice_->setFont(theme.font(0.9));
    choice_->view()->setMinimumWidth(QFontMetrics(theme.font()).averageCharWidth() * 36);
    logBox_->setFont(theme.font(0.9));
    plot_->replot(QCustomPlot::rpQueuedReplot);
}

void CurvesView::setQuantity(int quantity) {
    if (quantity < -1 || quantity >= static_cast<int>(curveQuantities().size())) {
        return;
    }
    choice_->setCurrentIndex(quantity + 1);
    if (quantity != quantity_) {
        quantity_ = quantity;
        plot_->setQuantities(quantities());
        startAfresh();
        schedule();
    }
}

void CurvesView::setLogSteps(bool logSteps) {
    logBox_->setChecked(logSteps);
    if (logSteps != logSteps_) {
        logSteps_ = logSteps;
        plot_->setLogSteps(logSteps);
        startAfresh();
        schedule();
    }
}

QString CurvesView::noteOn(const CurveQuantity& quantity, Split split, int member, qint64 step) const {
    if (!frame_) {
        return {};
    }
    const auto report = std::find_if(frame_->history.begin(), frame_->history.end(),
                                     [step](const auto& each) { return each && each->step == step; });
    // Pale lines are running averages where those are kept, and rest on no part of a split.
    const bool average = split == Split::Train && report != frame_->history.end() &&
                         std::isfinite((*report)->value(quantity.metric, member));
    return report == frame_->history.end() || average ? QString()
                                                      : evaluatedOn(*frame_, **report, quantity.metric, split, member);
}

std::vector<int> CurvesView::quantities() const {
    return quantity_ < 0 ? overviewQuantities() : std::vector<int>{quantity_};
}

std::vector<CurveDrawing> CurvesView::drawings(int points) const {
    std::vector<CurveDrawing> made;
    for (const int quantity : quantities()) {
        made.push_back(table_.drawing(quantity, points, logSteps_));
    }
    return made;
}

Interval CurvesView::stepWindow() const {
    // Long enough to grow into, but not beyond the end that the experiment names.
    const double last = std::max(1.0, table_.lastStep());
    const double total = frame_ ? static_cast<double>(frame_->totalSteps) : 0.0;
    const double high = last <= total ? std::min(total, kRoomToGrow * last) : kRoomToGrow * last;
    return logSteps_ ? Interval{1.0, std::max(10.0, high)} : Interval{0.0, high};
}

void CurvesView::startAfresh() {
    steps_.reset();
    values_.assign(quantities().size(), EasedRange{});
    stale_ = true;
}

void CurvesView::schedule() {
    stale_ = true;
    if (isVisible() && !timer_.isActive()) {
        timer_.start(std::max<int>(kRefreshMilliseconds, static_cast<int>(kRestPerCost * costMilliseconds_)));
    }
}

void CurvesView::refresh() {
    const double seconds = sinceRefresh_.isValid() ? static_cast<double>(sinceRefresh_.elapsed()) / 1000.0 : 0.0;
    sinceRefresh_.start();
    QElapsedTimer clock;
    clock.start();
    if (stale_) {
        stale_ = false;
        plot_->setKnobs(frame_ ? frame_->knobs : std::vector<Knobs>{});
        const auto curves = drawings(2 * plot_->chartWidth());
        plot_->setDrawings(curves);
        plot_->setMoves(moves_.stretches());
        for (std::size_t i = 0; i < curves.size(); ++i) {
            values_[i].follow(curves[i].values, leastSpan(curves[i]));
        }
        const Interval wanted = stepWindow();
        const Interval logged = logSteps_ ? Interval{0.0, std::log10(wanted.high)} : wanted;
        const double last = logSteps_ ? std::log10(std::max(1.0, table_.lastStep())) : table_.lastStep();
        steps_.pinLow(0.0);
        if (steps_.target().high < last || steps_.target() == Interval{} || last < 0.4 * steps_.target().high) {
            steps_.pinHigh(logged.high);
            steps_.follow({0.0, last}, 0.0);
        }
    }
    bool moving = steps_.advance(seconds);
    const Interval steps = steps_.current();
    plot_->setStepWindow(logSteps_ ? Interval{1.0, std::pow(10.0, steps.high)} : steps);
    for (std::size_t i = 0; i < values_.size(); ++i) {
        moving = values_[i].advance(seconds) || moving;
        plot_->setValueWindow(i, values_[i].current());
    }
    plot_->replot(QCustomPlot::rpImmediateRefresh);
    costMilliseconds_ = clock.elapsed();
    if (moving) {
        timer_.start(std::max<int>(kRefreshMilliseconds, static_cast<int>(kRestPerCost * costMilliseconds_)));
    }
}

void CurvesView::setFocusMember(int member) {
    plot_->setFocusMember(member);
    plot_->replot(QCustomPlot::rpQueuedReplot);
}

void CurvesView::showEvent(QShowEvent* event) {
    View::showEvent(event);
    schedule();
}

void CurvesView::resizeEvent(QResizeEvent* event) {
    View::resizeEvent(event);
    schedule();
}

bool CurvesView::eventFilter(QObject* watched, QEvent* event) {
    if (watched == plot_ && event->type() == QEvent::MouseButtonPress && frame_ && frame_->fleetSize > 1) {
        const auto* mouse = static_cast<QMouseEvent*>(event);
        if (mouse->button() == Qt::LeftButton) {
            chooseMember(plot_->memberAt(mouse->position()), mouse->modifiers());
        }
    }
    if (watched == plot_ && event->type() == QEvent::MouseMove) {
        const auto* mouse = static_cast<QMouseEvent*>(event);
        const QString text = plot_->describe(mouse->position());
        if (text.isEmpty()) {
            QToolTip::hideText();
        } else {
            QToolTip::showText(mouse->globalPosition().toPoint(), text, plot_);
        }
    }
    return View::eventFilter(watched, event);
}

QSizeF CurvesView::leastFigure(double width) const {
    // A chart needs its title, its numbers and some room for the curve; below all stand the word "step" and the key.
    constexpr double kChart = 52.0, kOnlyChart = 68.0, kStep = 9.0;
    const auto charts = static_cast<double>(quantities().size());
    const double least = charts > 1.0 ? 175.0 : 120.0;
    const std::vector<Knobs> knobs = frame_ ? frame_->knobs : std::vector<Knobs>{};
    const CurvesKey key{frame_ ? frame_->fleetSize : 0, true, !moves_.stretches()->empty()};
    const Theme paper = Theme::paperTheme();
    const int rows =
        heightInRows(curveKeys(key, knobs, orderFleet(knobs), paper), paper, static_cast<int>(std::max(least, width)));
    return {least, kStep + (charts > 1.0 ? kChart * std::ceil(charts / 2.0) : kOnlyChart) + rows};
}

void CurvesView::renderFigure(QCPPainter& painter, const QRectF& area, const Theme& theme) const {
    CurvesPlot figure;
    figure.resize(area.size().toSize());
    figure.setQuantities(quantities());
    figure.setLogSteps(logSteps_);
    figure.setTheme(theme);
    figure.setKnobs(frame_ ? frame_->knobs : std::vector<Knobs>{});
    const auto curves = drawings(kFigurePoints);
    figure.setDrawings(curves);
    figure.setMoves(moves_.stretches());
    const double last = std::max(1.0, table_.lastStep());
    figure.setStepWindow(logSteps_ ? Interval{1.0, std::max(10.0, last)} : Interval{0.0, last});
    for (std::size_t i = 0; i < curves.size(); ++i) {
        EasedRange range;
        range.follow(curves[i].values, leastSpan(curves[i]));
        figure.setValueWindow(i, range.target());
    }
    renderPlot(figure, painter, area);
}

QString CurvesView::csv() const {
    QString text = "# training curves: one line per report and member\nstep,epoch,wall_s,member";
    if (!frame_) {
        return text + "\n";
    }
    std::set<std::string> names;
    for (const auto& report : frame_->history) {
        for (const auto& [name, values] : report->values) {
            names.insert(name);
        }
    }
    for (const auto& name : names) {
        text += "," + QString::fromStdString(name);
    }
    text += "\n";
    for (const auto& report : frame_->history) {
        for (int member = 0; member < frame_->fleetSize; ++member) {
            text += QString("%1,%2,%3,%4").arg(report->step).arg(report->epoch).arg(report->wallSeconds).arg(member);
            for (const auto& name : names) {
                const double value = report->value(name, member);
                text += std::isnan(value) ? QString(",") : "," + csvNumber(value);
            }
            text += "\n";
        }
    }
    return text + movesCsv(*moves_.stretches());
}

}  // namespace elbo
