// A density on a regular grid: plain data.
#pragma once

#include <vector>

#include "training/frame/view_request.h"

namespace elbo {

/// A density on a regular grid, row-major [rows, columns], row 0 at window.yMin; values at cell centres, per unit area.
/// rows == 1 for one-dimensional latents (per unit length).
struct GridDensity {
    int columns = 0;
    int rows = 0;
    LatentWindow window;
    std::vector<float> values;
};

}  // namespace elbo
