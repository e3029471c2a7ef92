#include "widgets/rate_distortion/plane_keys.h"

#include <algorithm>

#include "widgets/chart/plot_style.h"

namespace elbo {
namespace {

constexpr std::size_t kMostInLegend = 5;  ///< a longer legend is no help

}  // namespace

QPen optimumPen(const Theme& theme) {
    return curvePen(theme, theme.text);
}

QPen stepPen(const Theme& theme) {
    return QPen(theme.mutedText, theme.paper ? 0.6 : 1.2);
}

QPen hullPen(const Theme& theme) {
    QPen pen = curvePen(theme, theme.text, 1.1, Qt::DashLine);
    pen.setDashPattern({2.5, 2.0});
    return pen;
}

QPen boundPen(const Theme& theme, const QColor& colour) {
    return curvePen(theme, colour, 0.8, Qt::DashLine);
}

QPen tickPen(const Theme& theme) {
    return QPen(theme.text, theme.paper ? 0.8 : 1.6, Qt::SolidLine, Qt::FlatCap);
}

bool namedInLegend(const RateDistortionDrawing& drawing) {
    return drawing.fleetSize > 1 && !drawing.order.ramped() && drawing.members.size() <= kMostInLegend;
}

std::vector<Key> planeKeys(const RateDistortionDrawing& drawing, const Theme& theme) {
    std::vector<Key> keys;
    const auto stroke = [&keys](const QPen& pen, const QString& text, const QString& explanation) {
        keys.push_back({Key::Mark::Stroke, pen, {}, text, explanation});
    };
    const auto any = [&drawing](auto holds) {
        return std::any_of(drawing.members.begin(), drawing.members.end(), holds);
    };
    if (namedInLegend(drawing)) {
        for (const MemberPath& path : drawing.members) {
            keys.push_back({Key::Mark::Dot,
                            QPen(memberColor(theme, drawing.order, path.member)),
                            {},
                            path.name,
                            "This member of the fleet; click it to give it the sliders.",
                            path.member});
        }
    } else if (drawing.order.ramped()) {
        Key key = rampKey(theme, drawing.order);
        key.explanation = QString("The members of the fleet, joined in the order of %1 and coloured by it.")
                              .arg(drawing.order.symbol);
        keys.push_back(key);
    }
    if (!drawing.front.empty()) {
        stroke(stepPen(theme), "Pareto steps",
               "No member has both a lower rate and a lower distortion than a member on these steps.");
        stroke(hullPen(theme), "convex hull",
               QString::fromUtf8("The best that choosing at random between two members could reach: a member above "
                                 "it is the best one at no weight \u03b2."));
    }
    if (!drawing.optimum.empty()) {
        stroke(optimumPen(theme), "linear-Gaussian optimum",
               "No linear model lies below this curve, known in closed form.");
    }
    if (!drawing.bounds.empty()) {
        const bool several = drawing.fleetSize > 1;
        stroke(
            boundPen(theme, several ? theme.mutedText : memberColor(theme, drawing.order, 0)), "best for this decoder",
            QString::fromUtf8("No encoder, however flexible, gets below this curve with the decoder and prior in "
                              "force. How far a point lies above it, measured at the slope \u2212\u03b2, is what its "
                              "encoder costs."));
    }
    if (any([](const MemberPath& path) { return path.aim.has_value(); })) {
        const bool several = drawing.fleetSize > 1;
        const QColor colour = several ? theme.mutedText : memberColor(theme, drawing.order, 0);
        keys.push_back({Key::Mark::Diamond,
                        QPen(colour, theme.paper ? 0.8 : 1.6),
                        {},
                        "optimum at these weights",
                        "A hollow diamond marks where a member should end at its weights."});
    }
    if (any([](const MemberPath& path) { return !path.moves.empty(); })) {
        keys.push_back({Key::Mark::Tick,
                        tickPen(theme),
                        {},
                        "moved by hand",
                        "A tick across a trail: here something of the objective was moved by hand; point at it to read "
                        "what."});
    }
    return keys;
}

}  // namespace elbo
