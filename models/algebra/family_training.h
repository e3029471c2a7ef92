// Between the family and the engine: the objective of an experiment as a member of the family, and back. Plain data:
// views include this header.
#pragma once

#include <string>
#include <vector>

#include "models/algebra/family.h"
#include "models/spec/knobs.h"
#include "models/spec/objective_spec.h"

namespace elbo {

/// J as knobs.h writes it, with the divergences of `spec`. The two density ratios are KL at their place and become
/// multipliers; all others stay other divergences. Of the forms of the rate, RateTerm::Rate and RateTerm::Cap belong to
/// the family: with any other the rate is taken as it is.
FamilyObjective objectiveOf(const Knobs& knobs, const ObjectiveSpec& spec);

/// Whether `spec` weighs the rate in a way that the family holds.
bool insideFamily(const ObjectiveSpec& spec);

/// How the engine trains an objective, or what is in the way.
struct KnobsAnswer {
    bool possible = false;
    std::string reason;  ///< one sentence; empty where possible
    Knobs knobs;
    ObjectiveSpec objective;
    std::string standIn;  ///< one sentence on what stands for something else; empty: J is the objective exactly
};

/// Any weights, as long as the engine has a place for each divergence: two on z, one on x and one on pairs (of which
/// KL(q || p) needs none, being D + R). Begins from the objective in force; the kinds of divergence that `others`, the
/// other members of its fleet, weigh are kept.
KnobsAnswer knobsOf(const Explanation& explanation, const ObjectiveSpec& inForce = {},
                    const std::vector<Knobs>& others = {});

}  // namespace elbo
