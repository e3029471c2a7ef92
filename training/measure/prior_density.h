// The density of a prior on a grid.
#pragma once

#include <torch/types.h>

#include <functional>

#include "models/fleet/fleet_parameters.h"
#include "models/prior/prior.h"
#include "training/frame/grid_density.h"

namespace elbo {

/// p(z) of a fleet of one at the cell centres of a columns x rows grid; rows == 1: of an interval. `toCodes` makes
/// codes [n, Z] of points of the grid, [n, 1] or [n, 2] in float64.
GridDensity priorDensity(const Prior& prior, const FleetParameters& parameters,
                         const std::function<torch::Tensor(const torch::Tensor& points)>& toCodes,
                         const LatentWindow& window, int columns, int rows);

}  // namespace elbo
