// Means of independent values with their standard errors.
#pragma once

#include <vector>

#include "training/metrics/measured.h"

namespace elbo {

/// At least two values.
Measured meanOf(const std::vector<double>& values);

/// Where only some examples of a split were used, their spread joins the error: `perExample` are the values of those
/// that were used, `whole` is the number of all.
Measured ofPart(Measured measured, const std::vector<double>& perExample, int whole);

}  // namespace elbo
