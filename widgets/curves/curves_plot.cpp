#include "widgets/curves/curves_plot.h"

#include <algorithm>
#include <cmath>

#include "widgets/fleet/member_name.h"
#include "widgets/kit/numbers.h"

namespace elbo {
namespace {

constexpr int kMostInLegend = 5;
constexpr std::size_t kMostSmooth = 16;  ///< curves of one chart drawn with smooth edges on screen
constexpr double kPale = 0.5;            ///< opacity of training curves beside test curves
constexpr double kFocusWidth = 1.8;      ///< of the focused member's curves
constexpr double kSmallTitle = 0.7;      ///< of the type of the theme: a title that has little room
constexpr double kMarksApart = 3.0;      ///< pixels: marks of moves that lie closer are one
constexpr double kMarkReach = 4.0;       ///< pixels from a mark in which it is pointed at, at type of 10 points
constexpr double kMostLegend = 0.45;     ///< of the height of the plot on screen

QPen movePen(const Theme& theme) {
    QPen pen(theme.mutedText, theme.paper ? 0.7 : 1.2, Qt::CustomDashLine, Qt::FlatCap);
    pen.setDashPattern({2.0, 2.5});
    return pen;
}

}  // namespace

std::vector<Key> curveKeys(const CurvesKey& key, const std::vector<Knobs>& knobs, const FleetOrder& order,
                           const Theme& theme) {
    std::vector<Key> keys;
    const auto stroke = [&keys](const QPen& pen, const QString& text, const QString& explanation, int member = -1) {
        keys.push_back({Key::Mark::Stroke, pen, {}, text, explanation, member});
    };
    if (order.ramped() && key.members > 1) {
        keys.push_back(rampKey(theme, order));
    } else if (key.members > 1 && key.members <= kMostInLegend) {
        for (int member = 0; member < key.members; ++member) {
            stroke(curvePen(theme, memberColor(theme, order, member)), memberName(knobs, member),
                   "This member of the fleet; click it to give it the sliders.", member);
        }
    }
    if (key.splits) {
        QColor pale = theme.text;
        pale.setAlphaF(kPale);
        stroke(curvePen(theme, theme.text), "test",
               "Strong lines: measured on examples that the model has never seen.");
        stroke(curvePen(theme, pale, 0.7), "training", "Pale lines: averages over the training batches.");
    }
    if (key.moved) {
        stroke(movePen(theme), "moved by hand",
               "Dotted lines: here something of the objective was moved by hand; point at one to read what.");
    }
    return keys;
}

CurvesPlot::CurvesPlot(QWidget* parent) : LaidOutPlot(parent) {
    setAutoAddPlottableToLegend(false);
    plotLayout()->clear();
    setQuantities(overviewQuantities());
}

void CurvesPlot::setTheme(const Theme& theme) {
    theme_ = theme;
    style();
}

void CurvesPlot::setQuantities(const std::vector<int>& quantities) {
    if (quantities != quantities_) {
        quantities_ = quantities;
        layOut();
        style();
    }
}

void CurvesPlot::setLogSteps(bool logSteps) {
    if (logSteps != logSteps_) {
        logSteps_ = logSteps;
        style();
    }
}

void CurvesPlot::setKnobs(const std::vector<Knobs>& knobs) {
    if (knobs != knobs_) {
        knobs_ = knobs;
        order_ = orderFleet(knobs);
        for (Chart& chart : charts_) {
            styleLines(chart);
        }
        listLegend();
    }
}

void CurvesPlot::layOut() {
    for (Chart& chart : charts_) {
        for (const Line& line : chart.lines) {
            removeGraph(line.graph);
        }
        removeItem(chart.moves);
    }
    charts_.clear();
    plotLayout()->clear();
    key_ = nullptr;
    listed_.reset();

    auto* grid = new QCPLayoutGrid;
    const int columns = quantities_.size() > 1 ? 2 : 1;
    for (int i = 0; i < static_cast<int>(quantities_.size()); ++i) {
        Chart chart;
        chart.title = new QCPTextElement(this);
        chart.rect = new QCPAxisRect(this);
        // Where room is scarce the chart gives way, not the letters of its title, its legend and its axis.
        chart.rect->setMinimumSize(10, 10);
        // Before the graphs, which lie upon it.
        chart.moves = new PaintedItem(this, "main",
                                      [this, rect = chart.rect](QCPPainter* painter) { paintMoves(painter, *rect); });
        chart.moves->setClipAxisRect(chart.rect);
        setMeasured(chart, false);
        grid->addElement(2 * (i / columns), i % columns, chart.title);
        grid->addElement(2 * (i / columns) + 1, i % columns, chart.rect);
        grid->setRowStretchFactor(2 * (i / columns), 1e-4);
        charts_.push_back(chart);
    }
    grid->setRowSpacing(0);
    grid->setColumnSpacing(0);
    plotLayout()->addElement(0, 0, grid);
    key_ = addLegendBelow(*this);
}

void CurvesPlot::style() {
    setBackground(QBrush(theme_.panel));
    const std::size_t columns = charts_.size() > 1 ? 2 : 1;
    for (std::size_t i = 0; i < charts_.size(); ++i) {
        Chart& chart = charts_[i];
        chart.title->setTextColor(theme_.text);
        chart.title->setTextFlags(Qt::AlignCenter | Qt::TextDontClip);  // small type is higher than whole pixels say
        chart.title->setMargins(theme_.paper ? QMargins(2, 2, 2, 0) : QMargins(4, 4, 4, 0));

        QCPAxis* steps = chart.rect->axis(QCPAxis::atBottom);
        const QSharedPointer<QCPAxisTicker> ticker =
            logSteps_ ? decadeTicker(*steps, 4) : linearTicker(*steps, 2, true);
        ticker->setTickStepStrategy(QCPAxisTicker::tssMeetTickCount);
        const bool lowest = i + columns >= charts_.size();
        styleAxes(*chart.rect, theme_, lowest, false);
        // After the common style, which leaves a logarithmic ticker in place but not the way back.
        steps->setTicker(ticker);
        steps->setScaleType(logSteps_ ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
        steps->setNumberFormat("f");
        steps->setNumberPrecision(0);
        steps->setLabel(lowest ? "step" : "");
        styleLines(chart);
    }
    fitTicks();
    listed_.reset();
    fitTitles();
    listLegend();
}

void CurvesPlot::fitTicks() {
    const std::size_t columns = charts_.size() > 1 ? 2 : 1;
    const std::size_t rows = std::max<std::size_t>(1, (charts_.size() + columns - 1) / columns);
    const double line = QFontMetricsF(theme_.font(0.85)).height();
    // Beside the curve a chart has its title above and the steps below.
    const double room = viewport().height() / static_cast<double>(rows) - 3.5 * line;
    const int count = std::clamp(static_cast<int>(room / (2.0 * line)), 2, 4);
    for (Chart& chart : charts_) {
        chart.rect->axis(QCPAxis::atLeft)->ticker()->setTickCount(count);
    }
}

void CurvesPlot::fitTitles() {
    const double usual = theme_.paper ? 1.0 : 0.9;
    for (std::size_t i = 0; i < charts_.size(); ++i) {
        const CurveQuantity& quantity = curveQuantities()[static_cast<std::size_t>(quantities_[i])];
        // The unit gives way first, then the size of the type, at last the end of the name.
        QString text = quantity.unit.isEmpty() ? quantity.title : quantity.title + " (" + quantity.unit + ")";
        QFont font = theme_.font(usual);
        const int room = chartWidth() - QFontMetrics(font).height();
        const auto fits = [&] { return QFontMetrics(font).horizontalAdvance(text) <= room; };
        if (!fits()) {
            text = quantity.title;
        }
        for (double scale = usual; !fits() && scale > kSmallTitle; scale -= 0.05) {
            font = theme_.font(scale - 0.05);
        }
        charts_[i].title->setFont(font);
        charts_[i].title->setText(QFontMetrics(font).elidedText(text, Qt::ElideRight, room));
    }
}

/// Numbers along axes that measure nothing would only be those of a range nobody chose.
void CurvesPlot::setMeasured(const Chart& chart, bool measured) {
    for (const auto side : {QCPAxis::atBottom, QCPAxis::atLeft}) {
        chart.rect->axis(side)->setTicks(measured);
        chart.rect->axis(side)->setTickLabels(measured);
    }
}

void CurvesPlot::styleLines(Chart& chart) {
    const bool tested =
        std::any_of(chart.lines.begin(), chart.lines.end(), [](const Line& l) { return l.split == Split::Test; });
    // Smooth strokes of a large fleet would take the GUI thread longer than a frame; paper has the time.
    const bool hasty = chart.lines.size() > kMostSmooth && !theme_.paper;
    for (const Line& line : chart.lines) {
        QColor colour = memberColor(theme_, order_, line.member);
        const bool pale = tested && line.split == Split::Train;
        const bool focused = line.member == focus_ && knobs_.size() > 1;
        if (pale) {
            colour.setAlphaF(kPale);
        }
        QPen pen = curvePen(theme_, colour, pale ? 0.7 : 1.0);
        if (focused) {
            pen.setWidthF(kFocusWidth * pen.widthF());
        } else if (hasty) {
            pen.setWidthF(1.0);
        }
        line.graph->setLayer(focused ? "axes" : "main");  // above the others
        line.graph->setPen(pen);
        line.graph->setAntialiased(!hasty);
        line.graph->setAdaptiveSampling(false);  // thinned already, and paper wants every vertex
    }
}

void CurvesPlot::setDrawings(const std::vector<CurveDrawing>& drawings) {
    for (std::size_t i = 0; i < std::min(drawings.size(), charts_.size()); ++i) {
        Chart& chart = charts_[i];
        const auto& lines = drawings[i].lines;
        const bool same =
            lines.size() == chart.lines.size() &&
            std::equal(lines.begin(), lines.end(), chart.lines.begin(),
                       [](const CurveLine& a, const Line& b) { return a.member == b.member && a.split == b.split; });
        if (!same) {
            for (const Line& line : chart.lines) {
                removeGraph(line.graph);
            }
            chart.lines.clear();
            for (const CurveLine& line : lines) {
                QCPGraph* graph = addGraph(chart.rect->axis(QCPAxis::atBottom), chart.rect->axis(QCPAxis::atLeft));
                chart.lines.push_back({graph, line.member, line.split});
            }
            styleLines(chart);
        }
        for (std::size_t k = 0; k < lines.size(); ++k) {
            QVector<QCPGraphData> data(static_cast<qsizetype>(lines[k].steps.size()));
            for (qsizetype n = 0; n < data.size(); ++n) {
                data[n] = QCPGraphData(lines[k].steps[static_cast<std::size_t>(n)],
                                       lines[k].values[static_cast<std::size_t>(n)]);
            }
            chart.lines[k].graph->data()->set(data, true);
        }
        setMeasured(chart, !lines.empty());
    }
    listLegend();
}

void CurvesPlot::setStepWindow(const Interval& steps) {
    for (Chart& chart : charts_) {
        chart.rect->axis(QCPAxis::atBottom)->setRange(steps.low, steps.high);
    }
}

void CurvesPlot::setValueWindow(std::size_t chart, const Interval& values) {
    if (chart < charts_.size()) {
        charts_[chart].rect->axis(QCPAxis::atLeft)->setRange(values.low, values.high);
    }
}

int CurvesPlot::chartWidth() const {
    return std::max(60, viewport().width() / (charts_.size() > 1 ? 2 : 1));
}

QString CurvesPlot::memberText(int member) const {
    return memberName(knobs_, member);
}

void CurvesPlot::listLegend() {
    CurvesKey what;
    bool trained = false;
    bool tested = false;
    for (const Chart& chart : charts_) {
        for (const Line& line : chart.lines) {
            what.members = std::max(what.members, line.member + 1);
            (line.split == Split::Test ? tested : trained) = true;
        }
    }
    what.splits = trained && tested;
    what.moved = !moves_->empty();
    const std::vector<Key> keys = curveKeys(what, knobs_, order_, theme_);
    if (listed_ != keys) {
        listed_ = keys;
        // On paper the figure is as high as all of it needs.
        const double most = (theme_.paper ? 1.0 : kMostLegend) * viewport().height();
        listInRows(*key_, keys, theme_, viewport().width(), static_cast<int>(most));
    }
}

void CurvesPlot::setMoves(const MoveStretches& moves) {
    if (moves != moves_) {
        moves_ = moves;
        listLegend();
    }
}

std::vector<MoveGroup> CurvesPlot::movesOn(const QCPAxisRect& rect) const {
    std::vector<double> places;
    for (const MoveStretch& stretch : *moves_) {
        const auto step = static_cast<double>(stretch.first);
        places.push_back(rect.axis(QCPAxis::atBottom)->coordToPixel(logSteps_ ? std::max(step, 1.0) : step));
    }
    return groupMoves(places, kMarksApart);
}

void CurvesPlot::paintMoves(QCPPainter* painter, const QCPAxisRect& rect) const {
    painter->setAntialiasing(theme_.paper);
    painter->setPen(movePen(theme_));
    for (const MoveGroup& group : movesOn(rect)) {
        if (group.place >= rect.left() && group.place <= rect.right() + 1) {
            painter->drawLine(QLineF(group.place, rect.top(), group.place, rect.bottom()));
        }
    }
}

int CurvesPlot::memberAt(const QPointF& position) const {
    if (const Key* key = keyAt(*key_, position)) {
        return key->member;
    }
    int best = -1;
    double nearest = 12.0 * theme_.fontPoints / 10.0;
    for (const Chart& chart : charts_) {
        if (!chart.rect->rect().contains(position.toPoint())) {
            continue;
        }
        for (const Line& line : chart.lines) {
            const double distance = line.graph->selectTest(position, false);
            if (distance >= 0.0 && distance < nearest) {
                nearest = distance;
                best = line.member;
            }
        }
    }
    return best;
}

void CurvesPlot::setFocusMember(int member) {
    if (member != focus_) {
        focus_ = member;
        for (Chart& chart : charts_) {
            styleLines(chart);
        }
    }
}

QString CurvesPlot::describe(const QPointF& position) const {
    if (const Key* key = keyAt(*key_, position)) {
        return key->explanation.toHtmlEscaped();
    }
    const QString curve = describeCurve(position);
    const QString moves = describeMoves(position);
    return curve + (curve.isEmpty() || moves.isEmpty() ? "" : "<br>") + moves;
}

QString CurvesPlot::describeMoves(const QPointF& position) const {
    double nearest = kMarkReach * theme_.fontPoints / 10.0;
    QString best;
    for (const Chart& chart : charts_) {
        if (!chart.rect->rect().contains(position.toPoint())) {
            continue;
        }
        for (const MoveGroup& group : movesOn(*chart.rect)) {
            if (const double distance = std::abs(group.place - position.x()); distance <= nearest) {
                nearest = distance;
                best = "<b>moved by hand</b><br>" + moveLines(*moves_, group.first, group.count);
            }
        }
    }
    return best;
}

QString CurvesPlot::describeCurve(const QPointF& position) const {
    QString best;
    double nearest = 12.0 * theme_.fontPoints / 10.0;
    for (std::size_t i = 0; i < charts_.size(); ++i) {
        if (!charts_[i].rect->rect().contains(position.toPoint())) {
            continue;
        }
        for (const Line& line : charts_[i].lines) {
            QVariant details;
            const double distance = line.graph->selectTest(position, false, &details);
            const auto selection = details.value<QCPDataSelection>();
            if (distance < 0.0 || distance >= nearest || selection.isEmpty()) {
                continue;
            }
            const auto point = line.graph->data()->at(selection.dataRange().begin());
            if (point == line.graph->data()->constEnd()) {
                continue;
            }
            nearest = distance;
            const CurveQuantity& quantity = curveQuantities()[static_cast<std::size_t>(quantities_[i])];
            const QString head = knobs_.size() > 1 ? memberText(line.member).toHtmlEscaped() + ", " : QString();
            best = QString("<b>%1%2</b><br>%3 = %4<br>step %5")
                       .arg(head, line.split == Split::Test ? "test" : "training", quantity.title.toHtmlEscaped(),
                            numberText(point->value), countText(std::llround(point->key)));
            const QString note = note_ ? note_(quantity, line.split, line.member, std::llround(point->key)) : QString();
            if (!note.isEmpty()) {
                best += "<br>" + note.toHtmlEscaped();
            }
        }
    }
    return best;
}

void CurvesPlot::updateLayout() {
    if (viewport().size() != fitted_) {
        fitted_ = viewport().size();
        listed_.reset();
        fitTicks();
        fitTitles();
        listLegend();
    }
    LaidOutPlot::updateLayout();
}

}  // namespace elbo
