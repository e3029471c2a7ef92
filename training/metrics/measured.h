// A number and how far it can be off.
#pragma once

#include <limits>

namespace elbo {

/// `error` is an estimate in the units of the value: of quadratures what halving the resolution changes, of Monte Carlo
/// estimates one standard error, of closed forms 0. NaN: not measured.
struct Measured {
    double value = std::numeric_limits<double>::quiet_NaN();
    double error = std::numeric_limits<double>::quiet_NaN();
};

}  // namespace elbo
