#include "widgets/rate_distortion/rate_distortion_plot.h"

#include <algorithm>
#include <cmath>

#include "widgets/paint/line_label.h"
#include "widgets/paint/plane_map.h"
#include "widgets/rate_distortion/plane_keys.h"

namespace elbo {
namespace {

constexpr int kMostLevels = 6;
constexpr int kFades = 10;            ///< steps of transparency along a trail
constexpr double kFocusSize = 1.5;    ///< of the focused member's point
constexpr double kBoldWidth = 1.15;   ///< of text against that of regular type, at most
constexpr double kQuietTrail = 0.35;  ///< opacity of the trails of a large fleet

double levelStep(const std::vector<double>& levels) {
    return levels.size() > 1 ? levels[1] - levels[0] : 1.0;
}

}  // namespace

RateDistortionPlot::RateDistortionPlot(QWidget* parent) : LaidOutPlot(parent) {
    setAutoAddPlottableToLegend(false);
    setNoAntialiasingOnDrag(false);
    new PaintedItem(this, "background", [this](QCPPainter* painter) { paintRegions(painter); });
    new PaintedItem(this, "main", [this](QCPPainter* painter) {
        paintLevels(painter);
        paintBounds(painter);
        paintTrails(painter);
        paintFleet(painter);
    });
    optimum_ = new QCPCurve(xAxis, yAxis);
    // The hull of good models lies along the optimum: it would not be seen below it.
    new PaintedItem(this, "main", [this](QCPPainter* painter) {
        paintHull(painter);
        paintAims(painter);
        paintTicks(painter);
    });
    axisRect()->setMinimumSize(30, 30);  // where room is scarce the plane gives way, not the letters around it
    below_ = addLegendBelow(*this);
    // Above the live points, which are created and removed with the fleet.
    new PaintedItem(this, "axes", [this](QCPPainter* painter) { paintNames(painter); });
    setTheme(theme_);
}

void RateDistortionPlot::setTheme(const Theme& theme) {
    theme_ = theme;
    setBackground(QBrush(theme.panel));
    styleAxes(*axisRect(), theme, true, true);
    xAxis->setLabel("rate R (nats)");
    axisRect()->insetLayout()->setMargins(theme.paper ? QMargins(2, 2, 2, 2) : QMargins(6, 6, 6, 6));
    optimum_->setPen(optimumPen(theme));
    optimum_->setAntialiased(true);
    rebuildGraphs();
}

void RateDistortionPlot::setDrawing(const RateDistortionDrawing& drawing) {
    const bool sameFleet =
        drawing.members.size() == drawing_.members.size() && drawing.order == drawing_.order &&
        drawing.axes == drawing_.axes &&
        std::equal(drawing.members.begin(), drawing.members.end(), drawing_.members.begin(),
                   [](const MemberPath& a, const MemberPath& b) { return a.member == b.member && a.name == b.name; });
    drawing_ = drawing;
    if (!sameFleet) {
        rebuildGraphs();
    } else {
        if (planeKeys(drawing_, theme_) != keys_) {
            listLegend();
        }
        for (std::size_t i = 0; i < points_.size(); ++i) {
            placePoint(i);
        }
    }
    QVector<QCPCurveData> curve;
    for (const CurvePoint& point : drawing_.optimum) {
        curve.append(QCPCurveData(curve.size(), point.rate, planeHeight(drawing_.axes, point.rate, point.distortion)));
    }
    optimum_->data()->set(curve, true);
}

void RateDistortionPlot::placePoint(std::size_t place) {
    const RatePoint& now = drawing_.members[place].trail.back();
    points_[place]->data()->clear();
    points_[place]->addData(now.rate, planeHeight(drawing_.axes, now.rate, now.distortion));
}

void RateDistortionPlot::setWindow(const Interval& rates, const Interval& heights) {
    xAxis->setRange(rates.low, rates.high);
    yAxis->setRange(heights.low, heights.high);
}

void RateDistortionPlot::setFocusMember(int member) {
    if (member != focus_) {
        focus_ = member;
        stylePoints();
    }
}

QColor RateDistortionPlot::colour(int member) const {
    return memberColor(theme_, drawing_.order, member);
}

QPointF RateDistortionPlot::pixel(double rate, double distortion) const {
    return {xAxis->coordToPixel(rate), yAxis->coordToPixel(planeHeight(drawing_.axes, rate, distortion))};
}

QPolygonF RateDistortionPlot::pixels(const std::vector<RatePoint>& points) const {
    QPolygonF line;
    for (const RatePoint& point : points) {
        line << pixel(point.rate, point.distortion);
    }
    return line;
}

QPolygonF RateDistortionPlot::pixels(const std::vector<CurvePoint>& points) const {
    QPolygonF line;
    for (const CurvePoint& point : points) {
        line << pixel(point.rate, point.distortion);
    }
    return line;
}

void RateDistortionPlot::rebuildGraphs() {
    yAxis->setLabel(drawing_.axes == PlaneAxes::Elbo ? "ELBO = \u2212(D + R) (nats)" : "distortion D (nats)");
    for (QCPGraph* graph : points_) {
        removeGraph(graph);
    }
    points_.clear();
    for (std::size_t i = 0; i < drawing_.members.size(); ++i) {
        QCPGraph* graph = addGraph(xAxis, yAxis);
        graph->setLineStyle(QCPGraph::lsNone);
        graph->setAntialiasedScatters(true);
        points_.push_back(graph);
        placePoint(i);
    }
    stylePoints();
    listLegend();
}

void RateDistortionPlot::stylePoints() {
    // A fleet longer than the palette is told apart by shape as well.
    constexpr QCPScatterStyle::ScatterShape kShapes[] = {QCPScatterStyle::ssCircle, QCPScatterStyle::ssSquare,
                                                         QCPScatterStyle::ssDiamond, QCPScatterStyle::ssTriangle};
    const double size = theme_.paper ? 4.5 : 10.0 * theme_.fontPoints / 10.0;
    for (std::size_t i = 0; i < points_.size(); ++i) {
        const int member = drawing_.members[i].member;
        const bool focused = member == focus_ && drawing_.fleetSize > 1;
        const auto round = static_cast<std::size_t>(member) / theme_.members.size();
        const auto shape = kShapes[drawing_.order.ramped() ? 0 : std::min<std::size_t>(round, 3)];
        // The outline parts overlapping points; that of the focused one is the strongest there is.
        const QPen outline(focused ? theme_.text : theme_.panel, theme_.paper ? 0.5 : focused ? 2.0 : 1.5);
        points_[i]->setLayer(focused ? "axes" : "main");  // above the others, where models start from one point
        points_[i]->setScatterStyle(
            QCPScatterStyle(shape, outline, colour(member), focused ? kFocusSize * size : size));
    }
}

void RateDistortionPlot::paintRegions(QCPPainter* painter) const {
    const QRectF frame = QRectF(axisRect()->rect()).adjusted(0.0, 0.0, 0.0, -1.0);  // up to the axis, not across it
    const auto shade = [&](const QPolygonF& region) {
        painter->setPen(Qt::NoPen);
        painter->setBrush(theme_.infeasible);
        painter->drawPolygon(region);
    };
    const QPointF origin = pixel(0.0, 0.0);
    if (origin.x() > frame.left()) {
        shade(QRectF(frame.topLeft(), QPointF(std::min(origin.x(), frame.right()), frame.bottom())));
    }
    // What lies beyond a straight line D = f(R), on the side of too small distortions: below it, on skewed axes above.
    const double low = xAxis->range().lower;
    const double high = xAxis->range().upper;
    const auto shadeBeyond = [&](double distortionAtLow, double distortionAtHigh, const QPen& edge) {
        const QPointF left = pixel(low, distortionAtLow);
        const QPointF right = pixel(high, distortionAtHigh);
        const double far = drawing_.axes == PlaneAxes::Distortion
                               ? std::max({frame.bottom(), left.y(), right.y()}) + 1.0
                               : std::min({frame.top(), left.y(), right.y()}) - 1.0;
        painter->save();
        painter->setClipRect(frame);
        painter->setAntialiasing(true);
        shade(QPolygonF({left, right, QPointF(right.x(), far), QPointF(left.x(), far)}));
        painter->setPen(edge);
        painter->drawLine(QLineF(left, right));
        painter->restore();
    };
    if (drawing_.discrete) {
        shadeBeyond(0.0, 0.0, Qt::NoPen);
    }
    if (drawing_.entropy) {
        const double h = *drawing_.entropy;
        shadeBeyond(h - low, h - high, QPen(theme_.mutedText, theme_.paper ? 0.5 : 1.0));
    }
}

std::vector<double> RateDistortionPlot::levels() const {
    const Interval rates{xAxis->range().lower, xAxis->range().upper};
    const Interval heights{yAxis->range().lower, yAxis->range().upper};
    if (drawing_.axes == PlaneAxes::Distortion) {
        return elboLevels(rates, heights, kMostLevels);
    }
    // Level lines: at the ticks of their axis, which names them.
    std::vector<double> levels;
    for (const double tick : yAxis->tickVector()) {
        levels.push_back(-tick);
    }
    return levels;
}

QLineF RateDistortionPlot::levelLine(double level) const {
    double from = std::max(xAxis->range().lower, 0.0);
    double to = xAxis->range().upper;
    if (drawing_.axes == PlaneAxes::Distortion) {
        from = std::max(from, level - yAxis->range().upper);
        to = std::min(to, level - yAxis->range().lower);
    }
    return to > from ? QLineF(pixel(from, level - from), pixel(to, level - to)) : QLineF();
}

void RateDistortionPlot::paintLevels(QCPPainter* painter) const {
    const bool skewed = drawing_.axes == PlaneAxes::Elbo;
    const std::vector<double> all = levels();
    const QFont font = theme_.font(0.8);
    const QFontMetrics metrics(font);
    const QRectF frame = axisRect()->rect();
    std::vector<QRectF> taken = occupied();
    painter->setFont(font);
    painter->setAntialiasing(!skewed);
    const auto label = [&](const QLineF& line, const QString& text, bool above) {
        const QSizeF size(metrics.horizontalAdvance(text), metrics.height());
        if (const auto place = placeAlong(line, size, above, frame, taken)) {
            taken.push_back(place->bounds);
            painter->setPen(theme_.mutedText);
            drawLabel(*painter, *place, text);
        }
    };
    if (drawing_.entropy) {
        label(levelLine(*drawing_.entropy), QString::fromUtf8("D + R = H"), skewed);
    }
    QColor faint = theme_.mutedText;
    faint.setAlphaF(theme_.paper ? 0.6f : 0.45f);
    for (const double c : all) {
        const QLineF line = levelLine(c);
        if (line.isNull() || (drawing_.entropy && c < *drawing_.entropy)) {
            continue;
        }
        painter->setPen(QPen(faint, theme_.paper ? 0.5 : 1.0, Qt::DashLine));
        painter->drawLine(line);
        if (!skewed) {
            label(line, elboLevelText(c, levelStep(all)), true);
        }
    }
}

void RateDistortionPlot::paintFleet(QCPPainter* painter) const {
    painter->setAntialiasing(true);
    painter->setBrush(Qt::NoBrush);
    if (!drawing_.front.empty()) {
        painter->setPen(stepPen(theme_));
        painter->drawPolyline(pixels(paretoSteps(drawing_.front)));
    }
    for (const std::vector<int>& join : drawing_.joins) {
        for (std::size_t i = 0; i + 1 < join.size(); ++i) {
            const MemberPath& a = drawing_.members[static_cast<std::size_t>(join[i])];
            const MemberPath& b = drawing_.members[static_cast<std::size_t>(join[i + 1])];
            const QLineF line(pixel(a.trail.back().rate, a.trail.back().distortion),
                              pixel(b.trail.back().rate, b.trail.back().distortion));
            // Half in the colour of either end: the line carries the ramp on.
            for (const auto& [half, member] : {std::pair{QLineF(line.p1(), line.center()), a.member},
                                               {QLineF(line.center(), line.p2()), b.member}}) {
                QColor color = drawing_.order.ramped() ? colour(member) : theme_.mutedText;
                painter->setPen(curvePen(theme_, color, drawing_.order.ramped() ? 1.5 : 0.8));
                painter->drawLine(half);
            }
        }
    }
}

void RateDistortionPlot::paintTrails(QCPPainter* painter) const {
    painter->setAntialiasing(true);
    painter->setBrush(Qt::NoBrush);
    const bool quiet = drawing_.order.ramped();  // there the curve is the news, not where each of many came from
    for (const MemberPath& path : drawing_.members) {
        const auto count = static_cast<int>(path.trail.size());
        // Pieces of one transparency each; they share their ends, so the line has no gaps.
        for (int fade = 0; fade < kFades; ++fade) {
            const int first = fade * (count - 1) / kFades;
            const int last = (fade + 1) * (count - 1) / kFades;
            if (last <= first) {
                continue;
            }
            QPolygonF piece;
            for (int i = first; i <= last; ++i) {
                piece << pixel(path.trail[i].rate, path.trail[i].distortion);
            }
            if (!hasLength(piece)) {
                continue;  // a model that rests
            }
            QColor faded = colour(path.member);
            const double strength = quiet && path.member != focus_ ? kQuietTrail : 1.0;
            faded.setAlphaF(static_cast<float>(strength * (0.08 + 0.72 * (fade + 1) / kFades)));
            painter->setPen(curvePen(theme_, faded, 0.9));
            painter->drawPolyline(piece);
        }
    }
}

std::vector<RateDistortionPlot::NameBox> RateDistortionPlot::nameBoxes() const {
    std::vector<NameBox> boxes;
    if (namedInLegend(drawing_) || drawing_.members.size() < 2) {
        return boxes;
    }
    const QFontMetrics metrics(theme_.font(0.75));
    const double gap = theme_.paper ? 4.0 : 8.0;
    const QRectF frame = axisRect()->rect();
    for (const MemberPath* path : namedMembers()) {
        const RatePoint& now = path->trail.back();
        const QPointF centre = pixel(now.rate, now.distortion);
        const double width = metrics.horizontalAdvance(path->name) * (path->member == focus_ ? kBoldWidth : 1.0) + 1.0;
        const QSizeF size(width, metrics.height());
        // To the right or the left, above or below: where nothing else is written.
        const QPointF corners[] = {centre + QPointF(gap, -size.height()),
                                   centre + QPointF(-gap - width, -size.height()), centre + QPointF(gap, 0.0),
                                   centre + QPointF(-gap - width, 0.0)};
        for (const QPointF& corner : corners) {
            const QRectF box(corner, size);
            const bool free =
                std::none_of(boxes.begin(), boxes.end(), [&](const NameBox& b) { return b.box.intersects(box); });
            const bool covered = legend->visible() && QRectF(legend->outerRect()).intersects(box);
            if (free && !covered && frame.contains(box)) {
                boxes.push_back({path->name, box, path->member == focus_});
                break;
            }
        }
    }
    return boxes;
}

std::vector<const MemberPath*> RateDistortionPlot::namedMembers() const {
    std::vector<const MemberPath*> named;
    for (const MemberPath& path : drawing_.members) {
        if (path.member == focus_) {
            named.push_back(&path);
        }
    }
    // A ramp is read from its ends; members without a common weight all need their names.
    for (const MemberPath& path : drawing_.members) {
        const auto place = static_cast<std::size_t>(path.member);
        const bool end = place < drawing_.order.places.size() &&
                         (drawing_.order.places[place] == 0.0 || drawing_.order.places[place] == 1.0);
        if (path.member != focus_ && (end || !drawing_.order.ramped())) {
            named.push_back(&path);
        }
    }
    return named;
}

std::vector<QRectF> RateDistortionPlot::occupied() const {
    std::vector<QRectF> taken;
    if (legend->visible()) {
        taken.push_back(legend->outerRect());
    }
    const double half = theme_.paper ? 3.0 : 8.0;
    for (const MemberPath& path : drawing_.members) {
        const RatePoint& now = path.trail.back();
        const QPointF centre = pixel(now.rate, now.distortion);
        taken.emplace_back(centre - QPointF(half, half), centre + QPointF(half, half));
    }
    for (const NameBox& name : nameBoxes()) {
        taken.push_back(name.box);
    }
    return taken;
}

void RateDistortionPlot::paintNames(QCPPainter* painter) const {
    painter->setPen(theme_.text);
    for (const NameBox& name : nameBoxes()) {
        QFont font = theme_.font(0.75);
        font.setBold(name.focused);
        painter->setFont(font);
        painter->drawText(name.box, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextDontClip, name.text);
    }
}

}  // namespace elbo
