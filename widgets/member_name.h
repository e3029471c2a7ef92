// What a fleet member is called on screen.
#pragma once

#include <QString>
#include <vector>

#include "models/objective/knobs.h"

namespace elbo {

/// The weights in which the member differs from the others, to three digits: "β 4, λ 1000"; "member 3" where it differs
/// in none or its weights are unknown. Pure.
QString memberName(const std::vector<Knobs>& knobs, int member);

}  // namespace elbo
