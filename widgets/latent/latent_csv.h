// The numbers of the latent view as text.
#pragma once

#include <QString>

#include "training/frame/frame.h"

namespace elbo {

/// Per member: posterior moments of every code, then densities on the grid, or the curves of one-dimensional codes.
/// Pure.
QString latentCsv(const Frame& frame);

}  // namespace elbo
