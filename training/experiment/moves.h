// What was moved by hand while a run went on: the way from the objective it began with to the one in force.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "models/spec/objective_spec.h"

namespace elbo {

/// The objective, whole, as it was from one step on.
struct Move {
    std::int64_t step = 0;  ///< steps taken before it was in force
    Objective objective;

    bool operator==(const Move&) const = default;
};

/// Empty while nothing was moved; otherwise first what the run began with, at step 0, then every change in the order in
/// which they came into force.
using Moves = std::vector<Move>;

/// The past of a run as an experiment carries it: trained anew, the run takes the same way.
struct MoveHistory {
    std::int64_t step = 0;  ///< at which a figure was made; 0: not said
    Moves moves;

    bool operator==(const MoveHistory&) const = default;
};

/// How many moves are kept, and how many weights they may set in all (one that is the same for a whole fleet counts
/// once): an experiment stays a text of less than 1 MiB.
constexpr std::size_t kMostMoves = 10'000;
constexpr std::size_t kMostMovedWeights = 16'000;

/// Whether the moves keep within these bounds.
bool withinBounds(const Moves& moves);

/// Puts down what is in force after `step` steps; `before` is what was in force till then. Consecutive settings of the
/// weights at one step are one move when `merge`. Beyond the bounds it takes the place of the last move, so that
/// what is in force stays right and the way there is no longer exact.
void recordMove(Moves& moves, std::int64_t step, const Objective& before, const Objective& after, bool merge);

}  // namespace elbo
