#include "training/experiment/moves.h"

#include <algorithm>

#include "models/spec/knobs.h"

namespace elbo {
namespace {

/// Weights that have to be said to get from one objective to another.
std::size_t weightsMoved(const Objective& from, const Objective& to) {
    constexpr std::size_t kSpec = 8;  // as long as so many weights
    const std::size_t members = to.knobs.size();
    std::size_t count = from.spec == to.spec ? 0 : kSpec;
    const PerKnob<bool> moved = movedKnobs(from.knobs, to.knobs);
    for (const KnobName& knob : kKnobNames) {
        const auto value = [&](const Knobs& member) { return member.*knob.value; };
        const bool same = std::all_of(to.knobs.begin(), to.knobs.end(),
                                      [&](const Knobs& member) { return value(member) == value(to.knobs.front()); });
        count += !moved[knob.id] ? 0 : same ? 1 : members;
    }
    return count;
}

}  // namespace

bool withinBounds(const Moves& moves) {
    if (moves.size() > kMostMoves) {
        return false;
    }
    std::size_t count = 0;
    for (std::size_t i = 0; i < moves.size(); ++i) {
        // The first is said by what differs from the objective in force, which is that of the last one.
        count += weightsMoved((i == 0 ? moves.back() : moves[i - 1]).objective, moves[i].objective);
    }
    return count <= kMostMovedWeights;
}

void recordMove(Moves& moves, std::int64_t step, const Objective& before, const Objective& after, bool merge) {
    if (moves.empty()) {
        moves.push_back({0, before});
    }
    const Move& last = moves.back();
    if (!(merge && moves.size() > 1 && last.step == step && last.objective.spec == after.spec)) {
        moves.push_back({step, after});
    }
    moves.back() = {step, after};
    if (!withinBounds(moves)) {
        moves.erase(moves.end() - 2);
    }
    if (moves.size() < 2 || !withinBounds(moves)) {
        moves.clear();  // a fleet of which a single move is more than a file holds
    }
}

}  // namespace elbo
