// Which published models an objective is, and at which parameters.
#pragma once

#include <vector>

#include "models/algebra/family.h"

namespace elbo {

/// The models whose objective is a positive multiple of the one explained, up to a constant: most specific first, the
/// families of Theorems 2 and 3 last. Reads the two forms only.
std::vector<ModelName> modelNames(const Explanation& explanation);

}  // namespace elbo
