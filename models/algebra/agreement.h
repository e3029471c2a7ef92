// Whether an objective is the Lagrangian of "p and q agree", in whatever way it is written.
#pragma once

#include "models/algebra/family.h"

namespace elbo {

/// Reads the Lagrangian form and the other divergences of `explanation`.
Agreement agreementOf(const Explanation& explanation);

}  // namespace elbo
