// Data made by formula: points on a line, linear Gaussian data and sets in the plane.
#pragma once

#include <string>
#include <vector>

#include "training/data/data_reader.h"

namespace elbo {

/// two-points, two-gaussians, linear-gaussian, then the plane sets. Every split is a stream of its own, and example i
/// of a split depends on (seed, split, i) alone, except in linear-gaussian (see there).
std::vector<DataReader> formulaReaders();

/// Entropy in nats of 1/2 N(-separation, variance) + 1/2 N(separation, variance), by quadrature. variance > 0.
double twoGaussiansEntropy(double separation, double variance);

}  // namespace elbo
