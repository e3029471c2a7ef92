#include "widgets/fleet/member_name.h"

#include <QStringList>
#include <algorithm>
#include <cmath>

#include "widgets/fleet/fleet_order.h"
#include "widgets/kit/numbers.h"
#include "widgets/kit/rich_symbol.h"

namespace elbo {
namespace {

/// Three significant digits name a member of a logarithmic sweep well enough.
QString shortWeight(double weight) {
    const double unit = weight == 0.0 ? 1.0 : std::pow(10.0, std::floor(std::log10(std::abs(weight))) - 2.0);
    return weightText(std::round(weight / unit) * unit);
}

}  // namespace

QString memberName(const std::vector<Knobs>& knobs, int member) {
    QStringList parts;
    if (member >= 0 && member < static_cast<int>(knobs.size())) {
        const Knobs& own = knobs[static_cast<std::size_t>(member)];
        const auto add = [&](double Knobs::*knob, const char* symbol) {
            const bool differs =
                std::any_of(knobs.begin(), knobs.end(), [&](const Knobs& k) { return k.*knob != own.*knob; });
            if (differs) {
                parts << plainSymbols(QString::fromUtf8(symbol)) + QChar(0x00a0) + shortWeight(own.*knob);
            }
        };
        for (const KnobName& knob : kKnobNames) {
            add(knob.value, knob.symbol);
        }
    }
    return parts.isEmpty() ? QString("member %1").arg(member + 1) : parts.join(", ");
}

std::vector<QString> panelTitles(const std::vector<Knobs>& knobs, const std::vector<int>& members, bool brief) {
    std::vector<QString> titles;
    const bool comparison = members.size() == 2 && knobs.size() > 2;
    std::vector<Knobs> pair;
    for (const int member : members) {
        if (comparison && member >= 0 && member < static_cast<int>(knobs.size())) {
            pair.push_back(knobs[static_cast<std::size_t>(member)]);
        }
    }
    const bool differ = pair.size() == 2 && pair[0] != pair[1];
    const FleetOrder order = orderFleet(knobs);
    for (std::size_t i = 0; i < members.size(); ++i) {
        const QString name = differ  ? memberName(pair, static_cast<int>(i))
                             : brief ? shortMemberName(knobs, order, members[i])
                                     : memberName(knobs, members[i]);
        titles.push_back(comparison ? QStringLiteral("%1: %2").arg(QChar(i == 0 ? 'A' : 'B')).arg(name) : name);
    }
    return titles;
}

}  // namespace elbo
