// What a figure says of itself, under it and in its metadata.
#pragma once

#include <QString>

#include "training/experiment/experiment.h"
#include "training/frame/frame.h"

namespace elbo {

/// "Ring, step 800".
QString figureTitle(const Experiment& experiment, const Frame& frame);

/// Title, seed, the objective by name and by its weights, divergence and kernel where they have a weight, on how many
/// examples the numbers rest, and what was moved by hand. `inside` is the experiment with the objective of the frame.
QString figureCaption(const Experiment& inside, const Frame& frame);

}  // namespace elbo
