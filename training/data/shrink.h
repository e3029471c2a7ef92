// Smaller images of the same things.
#pragma once

#include "training/data/dataset.h"

namespace elbo {

/// Replaces blocks of `factor` x `factor` pixels by their mean, in all splits. Throws InputError when the sides are no
/// multiples of it.
void shrinkImages(Dataset& set, int factor);

}  // namespace elbo
