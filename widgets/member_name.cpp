#include "widgets/member_name.h"

#include <QStringList>
#include <algorithm>
#include <cmath>

#include "widgets/numbers.h"

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
                parts << QString::fromUtf8(symbol) + QChar(0x00a0) + shortWeight(own.*knob);
            }
        };
        add(&Knobs::beta, "\u03b2");
        add(&Knobs::lambda, "\u03bb");
        add(&Knobs::alpha, "\u03b1");
    }
    return parts.isEmpty() ? QString("member %1").arg(member + 1) : parts.join(", ");
}

}  // namespace elbo
