// Digits by pen: labelled 28x28 digits drawn by strokes, endless, seeded and without a download.
#pragma once

#include <cstdint>
#include <vector>

#include "training/data/data_reader.h"

namespace elbo {

inline constexpr int kDigitSide = 28;  ///< pixels
inline constexpr int kDigitPixels = kDigitSide * kDigitSide;

/// Draws example `index` of `seed` into out[kDigitPixels] as grey values in [0, 1] (ink is 1) and returns its label 0
/// ... 9. A pure function of its arguments. Every ten consecutive examples hold each digit once, in an order of their
/// own.
int drawDigit(std::uint64_t seed, std::uint64_t index, float* out);

/// The examples 0 ... count-1 of `seed`: [count, 784] with labels. About 20 microseconds each.
Examples drawDigits(std::uint64_t seed, int count);

/// The whole set: train, validation and test are separate endless streams of DataSpec::seed, so that asking for more
/// training examples changes neither those already there nor the test set.
Dataset makeDigitsByPen(const DataSpec& spec);

/// The row of "digits".
std::vector<DataReader> digitReaders();

}  // namespace elbo
