// What fleet members are called on screen.
#pragma once

#include <QString>
#include <vector>

#include "models/spec/knobs.h"

namespace elbo {

/// The weights in which the member differs from the others, to three digits: "β 4, λ 1000"; "member 3" where it differs
/// in none or its weights are unknown. Pure.
QString memberName(const std::vector<Knobs>& knobs, int member);

/// The titles of panels that show these members of the fleet. Two of a larger fleet are a comparison: "A: β 4" and
/// "B: β 8", named by the weights in which these two differ. `brief`, for small panels: only the weight along which the
/// fleet is ordered. Pure.
std::vector<QString> panelTitles(const std::vector<Knobs>& knobs, const std::vector<int>& members, bool brief);

}  // namespace elbo
