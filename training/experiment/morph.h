// The way from one objective to another: one objective that holds the terms of both, and weights that change.
#pragma once

#include <vector>

#include "training/experiment/experiment.h"

namespace elbo {

/// What is in force all along the way, and the weights at its ends. J is linear in the weights, so that half the way
/// weighs every term with the mean of its two weights: nothing starts anew and nothing jumps.
struct Morph {
    ObjectiveSpec objective;
    std::vector<Knobs> from;  ///< [M], weights of the first objective in terms of `objective`
    std::vector<Knobs> to;    ///< [M], those of the second

    /// The weights at `share` of the way, 0 to 1.
    std::vector<Knobs> at(double share) const;
    /// What is in force at that place.
    Objective objectiveAt(double share) const { return {objective, at(share)}; }
};

/// Two objectives of one model. A divergence between codes and prior that only one of them weighs takes the place of
/// the other's unused one; two different ones stand side by side, the second as Delta_2. Throws InputError that says
/// which terms cannot be had at once: two forms of the rate, two divergences in the same other place, or other models.
Morph planMorph(const Experiment& from, const Experiment& to);

}  // namespace elbo
