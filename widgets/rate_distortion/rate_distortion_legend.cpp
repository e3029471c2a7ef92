// Where the legend of the rate-distortion plane stands: in a corner where it hides nothing, else below the plane.
#include <algorithm>

#include "widgets/rate_distortion/plane_keys.h"
#include "widgets/rate_distortion/rate_distortion_plot.h"
#include "widgets/rate_distortion/sweep_points.h"

namespace elbo {
namespace {

constexpr double kRoomAround = 3.0;   ///< pixels between the legend and what it must not hide
constexpr double kMostLegend = 0.45;  ///< of the height of the plot on screen

/// In the order in which they are tried. Curves fall to the right; on skewed axes they rise and fall again.
std::vector<Qt::Alignment> places(PlaneAxes axes) {
    if (axes == PlaneAxes::Elbo) {
        return {Qt::AlignBottom | Qt::AlignHCenter, Qt::AlignBottom | Qt::AlignRight, Qt::AlignBottom | Qt::AlignLeft,
                Qt::AlignTop | Qt::AlignLeft, Qt::AlignTop | Qt::AlignRight};
    }
    return {Qt::AlignTop | Qt::AlignRight, Qt::AlignBottom | Qt::AlignLeft, Qt::AlignBottom | Qt::AlignRight,
            Qt::AlignTop | Qt::AlignHCenter, Qt::AlignTop | Qt::AlignLeft};
}

QRectF boxAt(Qt::Alignment place, const QSizeF& size, const QRectF& room) {
    QRectF box(room.topLeft(), size);
    if (place.testFlag(Qt::AlignRight)) {
        box.moveRight(room.right());
    } else if (place.testFlag(Qt::AlignHCenter)) {
        box.moveLeft(room.center().x() - 0.5 * size.width());
    }
    if (place.testFlag(Qt::AlignBottom)) {
        box.moveBottom(room.bottom());
    }
    return box;
}

/// Whether any part of the line lies in the box: neither does a side of the box part them, nor does the line leave all
/// corners on one side.
bool crosses(const QLineF& line, const QRectF& box) {
    const auto [left, right] = std::minmax({line.x1(), line.x2()});
    const auto [top, bottom] = std::minmax({line.y1(), line.y2()});
    if (right < box.left() || left > box.right() || bottom < box.top() || top > box.bottom()) {
        return false;
    }
    bool above = false, below = false;
    for (const QPointF& corner : {box.topLeft(), box.topRight(), box.bottomLeft(), box.bottomRight()}) {
        const QPointF away = corner - line.p1();
        const double side = line.dx() * away.y() - line.dy() * away.x();
        above = above || side >= 0.0;
        below = below || side <= 0.0;
    }
    return above && below;
}

}  // namespace

void RateDistortionPlot::listLegend() {
    keys_ = planeKeys(drawing_, theme_);
    placed_ = false;  // the next layout finds out where
}

void RateDistortionPlot::listInside(bool inside) {
    inside_ = inside;
    const std::vector<Key> none;
    listInColumn(*legend, inside ? keys_ : none, theme_);
    if (theme_.paper) {
        legend->setBrush(Qt::NoBrush);  // there is nothing behind it
    }
    axisRect()->insetLayout()->setInsetAlignment(0, places(drawing_.axes).front());
    // On paper the figure is as high as all of it needs.
    const double most = (theme_.paper ? 1.0 : kMostLegend) * viewport().height();
    listInRows(*below_, inside ? none : keys_, theme_, viewport().width(), static_cast<int>(most));
}

void RateDistortionPlot::updateLayout() {
    if (!placed_ || placedIn_ != viewport().size()) {
        placed_ = true;
        placedIn_ = viewport().size();
        listInside(true);
    }
    LaidOutPlot::updateLayout();
    // Once below it stays there, so that a plane in motion does not change its size again and again.
    if (inside_ && !keys_.empty() && !placeInside()) {
        listInside(false);
        LaidOutPlot::updateLayout();
    }
}

bool RateDistortionPlot::placeInside() {
    QCPLayoutInset& inset = *axisRect()->insetLayout();
    if (hidesNothing(legend->outerRect())) {
        return true;
    }
    const QRectF room = QRectF(axisRect()->rect()).marginsRemoved(inset.margins());
    for (const Qt::Alignment place : places(drawing_.axes)) {
        if (hidesNothing(boxAt(place, legend->outerRect().size(), room))) {
            inset.setInsetAlignment(0, place);
            LaidOutPlot::updateLayout();
            return true;
        }
    }
    return false;
}

bool RateDistortionPlot::hidesNothing(const QRectF& box) const {
    const QRectF around = box.adjusted(-kRoomAround, -kRoomAround, kRoomAround, kRoomAround);
    if (!QRectF(axisRect()->rect()).contains(box)) {
        return false;
    }
    const std::vector<QLineF> lines = strokes();
    const std::vector<QRectF> spots = marks();
    return std::none_of(lines.begin(), lines.end(), [&](const QLineF& line) { return crosses(line, around); }) &&
           std::none_of(spots.begin(), spots.end(), [&](const QRectF& spot) { return spot.intersects(around); });
}

QRectF RateDistortionPlot::legendBox() const {
    return keys_.empty() ? QRectF() : QRectF(inside_ ? legend->outerRect() : below_->outerRect());
}

const Key* RateDistortionPlot::keyUnder(const QPointF& position) const {
    const Key* key = keyAt(*legend, position);
    return key != nullptr ? key : keyAt(*below_, position);
}

std::vector<QLineF> RateDistortionPlot::strokes() const {
    std::vector<QLineF> lines;
    for (const double level : levels()) {
        const QLineF line = levelLine(level);
        if (!line.isNull() && !(drawing_.entropy && level < *drawing_.entropy)) {
            lines.push_back(line);
        }
    }
    if (drawing_.entropy) {
        const double h = *drawing_.entropy, low = xAxis->range().lower, high = xAxis->range().upper;
        lines.emplace_back(pixel(low, h - low), pixel(high, h - high));
    }
    const auto add = [&lines](const QPolygonF& polyline) {
        for (qsizetype i = 1; i < polyline.size(); ++i) {
            lines.emplace_back(polyline[i - 1], polyline[i]);
        }
    };
    for (const MemberPath& path : drawing_.members) {
        add(pixels(path.trail));
    }
    add(pixels(drawing_.optimum));
    for (const DecoderBound& bound : drawing_.bounds) {
        add(pixels(bound.curve));
    }
    add(pixels(drawing_.hull));
    add(pixels(paretoSteps(drawing_.front)));
    for (const std::vector<int>& join : drawing_.joins) {
        QPolygonF joined;
        for (const int place : join) {
            const RatePoint& now = drawing_.members[static_cast<std::size_t>(place)].trail.back();
            joined << pixel(now.rate, now.distortion);
        }
        add(joined);
    }
    return lines;
}

std::vector<QRectF> RateDistortionPlot::marks() const {
    std::vector<QPointF> centres;
    for (const MemberPath& path : drawing_.members) {
        centres.push_back(pixel(path.trail.back().rate, path.trail.back().distortion));
        if (path.aim) {
            centres.push_back(pixel(path.aim->rate, path.aim->distortion));
        }
    }
    for (const auto* points : findChildren<SweepPoints*>(QString(), Qt::FindDirectChildrenOnly)) {
        const std::vector<QPointF> swept = points->places();
        centres.insert(centres.end(), swept.begin(), swept.end());
    }
    const double half = theme_.paper ? 3.0 : 8.0;
    std::vector<QRectF> boxes;
    for (const QPointF& centre : centres) {
        boxes.emplace_back(centre - QPointF(half, half), centre + QPointF(half, half));
    }
    return boxes;
}

}  // namespace elbo
