// How the members of a fleet follow each other along the weight in which they differ: joins, colours, small titles.
#pragma once

#include <QColor>
#include <QString>
#include <vector>

#include "models/spec/knobs.h"
#include "widgets/kit/theme.h"

namespace elbo {

/// The order along the weight that takes the most values in the fleet (beta before lambda before alpha when equal).
struct FleetOrder {
    QString symbol;  ///< of that weight: "β"; empty where all members have the same weights
    double low = 0.0, high = 0.0;
    std::vector<std::vector<int>> families;  ///< members that agree in the other weights, by rising weight
    std::vector<double> places;              ///< [M] in [0, 1]: ranks, so that any spacing gives even steps of colour

    /// Whether the fleet is so large that its colours run along the weight instead of naming single members.
    bool ramped() const;
    bool operator==(const FleetOrder&) const = default;
};

/// Pure.
FleetOrder orderFleet(const std::vector<Knobs>& knobs);

/// The colour of every member, [M]: single hues in a small fleet, a ramp along the weight in a larger one.
std::vector<QColor> memberColors(const Theme& theme, const FleetOrder& order);

/// That of one member; grey for one that the order does not know.
QColor memberColor(const Theme& theme, const FleetOrder& order, int member);

/// The weight of the order alone, for titles too small for a name: "β 4"; the name where there is no such weight.
QString shortMemberName(const std::vector<Knobs>& knobs, const FleetOrder& order, int member);

}  // namespace elbo
