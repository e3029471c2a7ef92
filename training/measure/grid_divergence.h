// How far two densities on one grid are apart, as far as that can be told without a closer look.
#pragma once

#include "training/frame/grid_density.h"

namespace elbo {

/// A lower bound of KL(q || p) in nats, for a glance: both densities as masses of coarse cells about half a unit wide,
/// with what lies beyond the grid as one cell more. `codes` is how many codes q is a mixture of: what so few of them
/// add by chance is taken off. Both on the same grid; 0 where there is none. Pure; any thread.
double coarseDivergence(const GridDensity& q, const GridDensity& p, std::size_t codes);

}  // namespace elbo
