// Which examples stand for a whole split where looking at all of them would take too long.
#pragma once

#include <cstdint>
#include <vector>

#include "training/data/dataset.h"

namespace elbo {

/// A permutation of 0 ... n-1 of which every beginning is a random sample without replacement with the labels in
/// proportion: of each label at most about one example more or less than its share. So a longer part holds every
/// shorter one. Without labels it is a plain permutation. A function of labels, size and seed alone, on any machine.
std::vector<int> representativeOrder(const Examples& examples, std::uint64_t seed);

}  // namespace elbo
