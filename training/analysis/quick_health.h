// What the numbers of a frame already say about a model's health, before anything is measured for it.
#pragma once

#include "training/data/dataset.h"
#include "training/frame/frame.h"

namespace elbo {

class LatentModel;

/// Adds the findings that the frame gives grounds for, of all members: rate, active units, spread and the gap to new
/// examples from the newest evaluation in its history, the shape of q(z) where its latents are on show. Says nothing
/// about a model that has hardly begun.
void judgeQuickly(Frame& frame, const Dataset& dataset, const LatentModel& model);

}  // namespace elbo
