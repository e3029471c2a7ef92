// Data made by formula: points on a line, linear Gaussian data and sets in the plane.
#pragma once

#include <string>
#include <vector>

#include "training/data/dataset.h"

namespace elbo {

/// Name and title of one formula set.
struct FormulaEntry {
    std::string name;
    std::string title;
};

/// two-points, two-gaussians, linear-gaussian, then the plane sets.
const std::vector<FormulaEntry>& formulaEntries();

/// Makes the set that spec.name names, with all splits; sha256 is left empty. Every split is a stream of its own, and
/// example i of a split depends on (seed, split, i) alone, except in linear-gaussian (see there).
/// Throws InputError for a name that is not in formulaEntries().
Dataset makeFormulaSet(const DataSpec& spec);

/// Entropy in nats of 1/2 N(-separation, variance) + 1/2 N(separation, variance), by quadrature. variance > 0.
double twoGaussiansEntropy(double separation, double variance);

}  // namespace elbo
