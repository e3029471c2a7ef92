// Omniglot: handwritten characters of many alphabets (Lake, Salakhutdinov and Tenenbaum 2015), at 28 x 28 pixels.
#pragma once

#include <cstdint>
#include <vector>

#include "training/data/data_reader.h"

namespace elbo {

inline constexpr int kDrawnSide = 105;    ///< pixels of a drawing in the files
inline constexpr int kOmniglotSide = 28;  ///< and of an example

/// Makes an example of a drawing [kDrawnSide, kDrawnSide], black strokes (0) on white paper (255): into
/// out[kOmniglotSide * kOmniglotSide], strokes 1 and paper 0. Every pixel is the mean of the area that it covers, 3.75
/// drawn pixels wide, so that no ink is lost. Burda, Grosse and Salakhutdinov (2016), whose 28 x 28 images are the
/// usual ones, do not say how they made theirs.
void shrinkDrawing(const std::vector<std::uint8_t>& drawing, float* out);

/// The row of "omniglot". Reads the archives as published (images_background.zip and images_evaluation.zip, or else
/// images_background_small1.zip or ..._small2.zip) or the folders that they unpack to, in spec.path or else on the
/// search path in a folder "omniglot"; spec.path may be one archive too. A label is an alphabet. The order is random
/// with the alphabets in proportion, by spec.seed: first the test examples, then validation, then training; so a larger
/// training split leaves the others as they are. Where there are fewer drawings than the three sizes ask for, the
/// splits keep their proportions. Throws InputError.
std::vector<DataReader> omniglotReaders();

}  // namespace elbo
