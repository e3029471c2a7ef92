// From grey values to what the likelihood sees.
#pragma once

#include <cstdint>

#include "training/data/dataset.h"

namespace elbo {

/// Static and threshold binarisation of a whole set, done once; None and Stochastic return the grey values unchanged
/// (stochastic draws happen per batch). Same (values, seed): same result.
Examples binariseOnce(const Examples& grey, Binarisation kind, std::uint64_t seed);

/// The examples of `epoch` in training order: a permutation of 0 ... n-1 by (seed, epoch).
void drawEpochOrder(int n, std::uint64_t seed, std::int64_t epoch, std::vector<int>& order);

/// Draws x ~ Ber(grey) for example `index` in `epoch` into out[dim]; a pure function of its arguments, so that a
/// resumed run sees the same draws. Real: float or double.
template <class Real>
void binariseExample(const float* grey, int dim, std::uint64_t seed, std::int64_t epoch, int index, Real* out);

extern template void binariseExample<float>(const float*, int, std::uint64_t, std::int64_t, int, float*);
extern template void binariseExample<double>(const float*, int, std::uint64_t, std::int64_t, int, double*);

}  // namespace elbo
