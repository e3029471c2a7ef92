#include "widgets/rate_distortion_plot.h"

#include <algorithm>
#include <cmath>

#include "widgets/numbers.h"
#include "widgets/plot_style.h"

namespace elbo {
namespace {

constexpr int kMostLevels = 6;
constexpr std::size_t kMostInLegend = 6;  ///< a longer legend hides what it explains
constexpr int kFades = 10;                ///< steps of transparency along a trail

double levelStep(const std::vector<double>& levels) {
    return levels.size() > 1 ? levels[1] - levels[0] : 1.0;
}

QString nats(double value) {
    return numberText(value) + " nats";
}

/// Where a text goes along a line.
struct LineLabel {
    QPointF anchor;
    double angle = 0.0;  ///< degrees
    QRectF box;          ///< in the rotated system around the anchor
    QRectF bounds;       ///< upright, in pixels
};

LineLabel labelAt(const QLineF& line, double share, const QSizeF& text, bool above) {
    LineLabel label;
    label.anchor = line.pointAt(share);
    label.angle = -line.angle();
    if (label.angle < -90.0) {
        label.angle += 360.0;
    }
    label.box = QRectF(-0.5 * text.width(), (above ? -1.1 : 0.1) * text.height(), text.width(), text.height());
    QTransform turn;
    turn.translate(label.anchor.x(), label.anchor.y());
    turn.rotate(label.angle);
    label.bounds = turn.mapRect(label.box);
    return label;
}

/// The place nearest to the line's right end that lies inside `frame` and touches nothing in `taken`.
std::optional<LineLabel> placeAlong(const QLineF& line, const QSizeF& text, bool above, const QRectF& frame,
                                    const std::vector<QRectF>& taken) {
    constexpr int kPlaces = 12;
    if (line.length() < text.width() * 1.2) {
        return std::nullopt;
    }
    const double half = 0.55 * text.width() / line.length();
    for (int place = 0; place <= kPlaces; ++place) {
        const double share = 1.0 - half - (1.0 - 2.0 * half) * place / kPlaces;
        const LineLabel label = labelAt(line, share, text, above);
        const bool free =
            std::none_of(taken.begin(), taken.end(), [&](const QRectF& r) { return r.intersects(label.bounds); });
        if (free && frame.contains(label.bounds)) {
            return label;
        }
    }
    return std::nullopt;
}

void drawLabel(QCPPainter* painter, const LineLabel& label, const QString& text) {
    painter->save();
    painter->translate(label.anchor);
    painter->rotate(label.angle);
    painter->drawText(label.box, Qt::AlignCenter | Qt::TextDontClip, text);
    painter->restore();
}

}  // namespace

RateDistortionPlot::RateDistortionPlot(QWidget* parent) : QCustomPlot(parent) {
    setAutoAddPlottableToLegend(false);
    setNoAntialiasingOnDrag(false);
    new PaintedItem(this, "background", [this](QCPPainter* painter) { paintRegions(painter); });
    new PaintedItem(this, "main", [this](QCPPainter* painter) {
        paintLevels(painter);
        paintTrails(painter);
    });
    optimum_ = new QCPCurve(xAxis, yAxis);
    optimum_->setName("linear-Gaussian optimum");
    // Above the live points, which are created and removed with the fleet.
    new PaintedItem(this, "axes", [this](QCPPainter* painter) { paintNames(painter); });
    setTheme(theme_);
}

void RateDistortionPlot::setTheme(const Theme& theme) {
    theme_ = theme;
    setBackground(QBrush(theme.panel));
    styleAxes(*axisRect(), theme, true, true);
    xAxis->setLabel("rate R (nats)");
    yAxis->setLabel("distortion D (nats)");
    styleLegend(*legend, theme);
    axisRect()->insetLayout()->setInsetAlignment(0, Qt::AlignTop | Qt::AlignRight);
    axisRect()->insetLayout()->setMargins(theme.paper ? QMargins(2, 2, 2, 2) : QMargins(6, 6, 6, 6));
    optimum_->setPen(curvePen(theme, theme.text, 1.0));
    optimum_->setAntialiased(true);
    rebuildGraphs();
}

void RateDistortionPlot::setDrawing(const RateDistortionDrawing& drawing) {
    const bool sameFleet =
        drawing.members.size() == drawing_.members.size() &&
        std::equal(drawing.members.begin(), drawing.members.end(), drawing_.members.begin(),
                   [](const MemberPath& a, const MemberPath& b) { return a.member == b.member && a.name == b.name; });
    const bool sameOptimum = drawing.optimum.size() == drawing_.optimum.size();
    drawing_ = drawing;
    if (!sameFleet || !sameOptimum) {
        rebuildGraphs();
    } else {
        for (std::size_t i = 0; i < points_.size(); ++i) {
            const RatePoint& now = drawing_.members[i].trail.back();
            points_[i]->data()->clear();
            points_[i]->addData(now.rate, now.distortion);
        }
    }
    QVector<QCPCurveData> curve;
    for (const CurvePoint& point : drawing_.optimum) {
        curve.append(QCPCurveData(curve.size(), point.rate, point.distortion));
    }
    optimum_->data()->set(curve, true);
}

void RateDistortionPlot::setWindow(const Interval& rates, const Interval& distortions) {
    xAxis->setRange(rates.low, rates.high);
    yAxis->setRange(distortions.low, distortions.high);
}

bool RateDistortionPlot::namedInLegend() const {
    return drawing_.fleetSize > 1 && drawing_.members.size() <= kMostInLegend;
}

QColor RateDistortionPlot::colour(int member) const {
    return theme_.members[static_cast<std::size_t>(member) % theme_.members.size()];
}

QPointF RateDistortionPlot::pixel(double rate, double distortion) const {
    return {xAxis->coordToPixel(rate), yAxis->coordToPixel(distortion)};
}

void RateDistortionPlot::rebuildGraphs() {
    legend->clearItems();
    for (QCPGraph* graph : points_) {
        removeGraph(graph);
    }
    points_.clear();
    // A fleet longer than the palette is told apart by shape as well.
    constexpr QCPScatterStyle::ScatterShape kShapes[] = {QCPScatterStyle::ssDisc, QCPScatterStyle::ssSquare,
                                                         QCPScatterStyle::ssDiamond, QCPScatterStyle::ssTriangle};
    const double size = theme_.paper ? 4.5 : 10.0 * theme_.fontPoints / 10.0;
    for (const MemberPath& path : drawing_.members) {
        QCPGraph* graph = addGraph(xAxis, yAxis);
        const auto round = static_cast<std::size_t>(path.member) / theme_.members.size();
        const auto shape = kShapes[std::min<std::size_t>(round, 3)];
        // ssDisc has no outline of its own; a circle with a brush does, and the outline parts overlapping points.
        graph->setScatterStyle(QCPScatterStyle(shape == QCPScatterStyle::ssDisc ? QCPScatterStyle::ssCircle : shape,
                                               QPen(theme_.panel, theme_.paper ? 0.5 : 1.5), colour(path.member),
                                               size));
        graph->setLineStyle(QCPGraph::lsNone);
        graph->setName(path.name);
        graph->setAntialiasedScatters(true);
        graph->addData(path.trail.back().rate, path.trail.back().distortion);
        if (namedInLegend()) {
            graph->addToLegend();
        }
        points_.push_back(graph);
    }
    if (!drawing_.optimum.empty()) {
        optimum_->addToLegend();
    }
    legend->setVisible(legend->itemCount() > 0);
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
    if (drawing_.discrete && origin.y() < frame.bottom()) {
        shade(QRectF(QPointF(frame.left(), std::max(origin.y(), frame.top())), frame.bottomRight()));
    }
    if (drawing_.entropy) {
        const double h = *drawing_.entropy;
        const double low = xAxis->range().lower;
        const double high = xAxis->range().upper;
        const QPointF left = pixel(low, h - low);
        const QPointF right = pixel(high, h - high);
        const double below = std::max({frame.bottom(), left.y(), right.y()}) + 1.0;
        painter->save();
        painter->setClipRect(frame);
        painter->setAntialiasing(true);
        shade(QPolygonF({left, right, QPointF(right.x(), below), QPointF(left.x(), below)}));
        painter->setPen(QPen(theme_.mutedText, theme_.paper ? 0.5 : 1.0));
        painter->drawLine(QLineF(left, right));
        painter->restore();
    }
}

void RateDistortionPlot::paintLevels(QCPPainter* painter) const {
    const Interval rates{xAxis->range().lower, xAxis->range().upper};
    const Interval distortions{yAxis->range().lower, yAxis->range().upper};
    const auto levels = elboLevels(rates, distortions, kMostLevels);
    const QFont font = theme_.font(0.8);
    const QFontMetrics metrics(font);
    const QRectF frame = axisRect()->rect();
    std::vector<QRectF> taken = occupied();
    painter->setFont(font);
    painter->setAntialiasing(true);
    const auto label = [&](const QLineF& line, const QString& text, bool above) {
        const QSizeF size(metrics.horizontalAdvance(text), metrics.height());
        if (const auto place = placeAlong(line, size, above, frame, taken)) {
            taken.push_back(place->bounds);
            painter->setPen(theme_.mutedText);
            drawLabel(painter, *place, text);
        }
    };
    /// The part of D + R = c inside the window and at R >= 0.
    const auto segment = [&](double c) {
        const double from = std::max({rates.low, 0.0, c - distortions.high});
        const double to = std::min(rates.high, c - distortions.low);
        return to > from ? QLineF(pixel(from, c - from), pixel(to, c - to)) : QLineF();
    };
    if (drawing_.entropy) {
        label(segment(*drawing_.entropy), QString::fromUtf8("D + R = H"), false);
    }
    QColor faint = theme_.mutedText;
    faint.setAlphaF(theme_.paper ? 0.6f : 0.45f);
    for (const double c : levels) {
        const QLineF line = segment(c);
        if (line.isNull() || (drawing_.entropy && c < *drawing_.entropy)) {
            continue;
        }
        painter->setPen(QPen(faint, theme_.paper ? 0.5 : 1.0, Qt::DashLine));
        painter->drawLine(line);
        label(line, elboLevelText(c, levelStep(levels)), true);
    }
}

void RateDistortionPlot::paintTrails(QCPPainter* painter) const {
    painter->setAntialiasing(true);
    painter->setBrush(Qt::NoBrush);
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
            QColor faded = colour(path.member);
            faded.setAlphaF(static_cast<float>(0.08 + 0.72 * (fade + 1) / kFades));
            painter->setPen(curvePen(theme_, faded, 0.9));
            painter->drawPolyline(piece);
        }
        if (path.aim) {
            const QPointF centre = pixel(path.aim->rate, path.aim->distortion);
            const double half = theme_.paper ? 3.0 : 7.0;
            painter->setPen(QPen(colour(path.member), theme_.paper ? 0.8 : 1.6));
            painter->drawPolygon(QPolygonF({centre + QPointF(half, 0), centre + QPointF(0, half),
                                            centre - QPointF(half, 0), centre - QPointF(0, half)}));
        }
    }
}

std::vector<RateDistortionPlot::NameBox> RateDistortionPlot::nameBoxes() const {
    std::vector<NameBox> boxes;
    if (namedInLegend() || drawing_.members.size() < 2) {
        return boxes;
    }
    const QFontMetrics metrics(theme_.font(0.75));
    const double gap = theme_.paper ? 4.0 : 8.0;
    const QRectF frame = axisRect()->rect();
    for (const MemberPath& path : drawing_.members) {
        const RatePoint& now = path.trail.back();
        const QPointF centre = pixel(now.rate, now.distortion);
        QRectF box(centre.x() + gap, centre.y() - metrics.height(), metrics.horizontalAdvance(path.name) + 1.0,
                   metrics.height());
        if (box.right() > frame.right()) {
            box.moveRight(centre.x() - gap);
        }
        if (std::none_of(boxes.begin(), boxes.end(), [&](const NameBox& b) { return b.box.intersects(box); })) {
            boxes.push_back({path.name, box});
        }
    }
    return boxes;
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
    painter->setFont(theme_.font(0.75));
    painter->setPen(theme_.text);
    for (const NameBox& name : nameBoxes()) {
        painter->drawText(name.box, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextDontClip, name.text);
    }
}

QString RateDistortionPlot::describe(const QPointF& position) const {
    const double scale = theme_.fontPoints / 10.0;
    const auto distance = [&](double rate, double distortion) {
        const QPointF d = pixel(rate, distortion) - position;
        return std::hypot(d.x(), d.y());
    };
    const auto values = [](const QString& head, const RatePoint& p) {
        return QString("<b>%1</b><br>rate R = %2<br>distortion D = %3<br>ELBO = %4")
            .arg(head.toHtmlEscaped(), nats(p.rate), nats(p.distortion), nats(-(p.rate + p.distortion)));
    };
    QString best;
    double nearest = 14.0 * scale;
    for (const MemberPath& path : drawing_.members) {
        const QString name = drawing_.fleetSize > 1 ? path.name : QString("now");
        const RatePoint& now = path.trail.back();
        if (const double d = distance(now.rate, now.distortion); d < nearest) {
            nearest = d;
            best = values(name, now) + "<br>step " + countText(now.step);
            if (path.aim) {
                best += QString("<br>optimum at these weights: R = %1, D = %2")
                            .arg(nats(path.aim->rate), nats(path.aim->distortion));
            }
        }
    }
    if (!best.isEmpty()) {
        return best;
    }
    nearest = 10.0 * scale;
    for (const MemberPath& path : drawing_.members) {
        const QString name = drawing_.fleetSize > 1 ? path.name + ", then" : QString("then");
        for (const RatePoint& point : path.trail) {
            if (const double d = distance(point.rate, point.distortion); d < nearest) {
                nearest = d;
                best = values(name, point) + "<br>step " + countText(point.step);
            }
        }
    }
    for (const CurvePoint& point : drawing_.optimum) {
        if (const double d = distance(point.rate, point.distortion); d < nearest) {
            nearest = d;
            best = values(QString::fromUtf8("optimum at \u03b2 = %1").arg(numberText(point.beta)),
                          {point.rate, point.distortion, 0});
        }
    }
    return best.isEmpty() ? describeRegion(position) : best;
}

QString RateDistortionPlot::describeRegion(const QPointF& position) const {
    if (!axisRect()->rect().contains(position.toPoint())) {
        return {};
    }
    const double rate = xAxis->pixelToCoord(position.x());
    const double distortion = yAxis->pixelToCoord(position.y());
    if (rate < 0.0) {
        return "No model lies here: a rate is never negative.";
    }
    if (drawing_.discrete && distortion < 0.0) {
        return "No model lies here: the distortion of discrete data is never negative.";
    }
    if (drawing_.entropy && rate + distortion < *drawing_.entropy) {
        return QString("No model lies here: distortion and rate add up to at least the entropy of the data, H = %1.")
            .arg(nats(*drawing_.entropy));
    }
    return {};
}

}  // namespace elbo
