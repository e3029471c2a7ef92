#include "widgets/fleet/fleet_order.h"

#include <algorithm>
#include <set>

#include "widgets/fleet/member_name.h"
#include "widgets/kit/rich_symbol.h"

namespace elbo {
namespace {

constexpr std::size_t kMostHues = 5;  ///< more single hues than this have to be looked up in a legend

std::set<double> valuesOf(const std::vector<Knobs>& knobs, const KnobName& weight) {
    std::set<double> values;
    for (const Knobs& own : knobs) {
        values.insert(own.*weight.value);
    }
    return values;
}

bool sameOtherwise(const Knobs& a, const Knobs& b, const KnobName& varying) {
    return std::all_of(kKnobNames.begin(), kKnobNames.end(), [&](const KnobName& weight) {
        return weight.value == varying.value || a.*weight.value == b.*weight.value;
    });
}

const KnobName* varyingWeight(const std::vector<Knobs>& knobs) {
    const KnobName* best = nullptr;
    std::size_t most = 1;
    for (const KnobName& weight : kKnobNames) {
        if (const std::size_t count = valuesOf(knobs, weight).size(); count > most) {
            most = count;
            best = &weight;
        }
    }
    return best;
}

}  // namespace

bool FleetOrder::ramped() const {
    return !symbol.isEmpty() && places.size() > kMostHues;
}

FleetOrder orderFleet(const std::vector<Knobs>& knobs) {
    FleetOrder order;
    order.places.assign(knobs.size(), 0.0);
    const KnobName* weight = varyingWeight(knobs);
    if (weight == nullptr) {
        return order;
    }
    const std::set<double> values = valuesOf(knobs, *weight);
    order.symbol = plainSymbols(QString::fromUtf8(weight->symbol));
    order.low = *values.begin();
    order.high = *values.rbegin();
    for (std::size_t i = 0; i < knobs.size(); ++i) {
        const auto rank = std::distance(values.begin(), values.find(knobs[i].*weight->value));
        order.places[i] = static_cast<double>(rank) / static_cast<double>(values.size() - 1);
        const auto family = std::find_if(order.families.begin(), order.families.end(), [&](const auto& members) {
            return sameOtherwise(knobs[static_cast<std::size_t>(members.front())], knobs[i], *weight);
        });
        if (family == order.families.end()) {
            order.families.push_back({static_cast<int>(i)});
        } else {
            family->push_back(static_cast<int>(i));
        }
    }
    for (auto& family : order.families) {
        std::stable_sort(family.begin(), family.end(), [&](int a, int b) {
            return order.places[static_cast<std::size_t>(a)] < order.places[static_cast<std::size_t>(b)];
        });
    }
    return order;
}

QColor memberColor(const Theme& theme, const FleetOrder& order, int member) {
    const auto at = static_cast<std::size_t>(std::max(0, member));
    if (!order.ramped()) {
        return theme.members[at % theme.members.size()];
    }
    return at < order.places.size() ? theme.sweep(order.places[at]) : theme.mutedText;
}

std::vector<QColor> memberColors(const Theme& theme, const FleetOrder& order) {
    std::vector<QColor> colors;
    for (std::size_t i = 0; i < order.places.size(); ++i) {
        colors.push_back(memberColor(theme, order, static_cast<int>(i)));
    }
    return colors;
}

QString shortMemberName(const std::vector<Knobs>& knobs, const FleetOrder& order, int member) {
    const QString name = memberName(knobs, member);
    for (const QString& part : name.split(QStringLiteral(", "))) {
        if (!order.symbol.isEmpty() && part.startsWith(order.symbol)) {
            return part;
        }
    }
    return name;
}

}  // namespace elbo
