// The numbers of the latent view as text.
#pragma once

#include <QString>

#include "training/frame/frame.h"

namespace elbo {

/// Two tables, as View::csv(): posterior moments of every code, and densities on the grid or the curves of
/// one-dimensional codes. Empty without codes. Pure.
QString latentCsv(const Frame& frame);

}  // namespace elbo
