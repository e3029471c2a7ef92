// What was moved by hand, in words for captions, marks and summaries.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "training/experiment/moves.h"

namespace elbo {

/// Moves of the same weights or terms that follow each other closely, as one drag of a slider makes them.
struct MoveStretch {
    std::int64_t first = 0;  ///< step of the first of them
    std::int64_t last = 0;   ///< of the last
    std::string words;       ///< what came of it: "β 1 → 4"
};

/// The moves that were made by step `until`, in order. Those of the same weights whose steps are at most `near` apart
/// are one stretch.
std::vector<MoveStretch> stretchesOf(const Moves& moves, std::int64_t until, std::int64_t near);

/// "β 1 → 4 (step 600), λ 1 → 10 (steps 812 to 860), and 3 more"; empty when nothing was. Names at most
/// `most` stretches; `near` as above.
std::string movesInWords(const Moves& moves, std::int64_t until, std::int64_t near, std::size_t most);

/// How close moves of a run of so many steps are one stretch.
std::int64_t nearMoves(std::int64_t totalSteps);

}  // namespace elbo
