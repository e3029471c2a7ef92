#include "models/algebra/agreement.h"

#include <algorithm>
#include <cmath>

namespace elbo {

namespace {

/// The KL divergences of one direction, with `inner` and `outer` for the atom of the conditional that stands in the
/// Lagrangian form and for the other one: x|z with z, and x, under q; z|x with x, and z, under p.
struct Direction {
    bool possible = false;  ///< with no negative weight
    // Which divergences can have a positive weight then, all at once.
    bool joint = false, conditional = false, inner = false, otherConditional = false, outer = false;
};

/// `conditional`, `inner` and `outer` are weights of the Lagrangian form. KL on pairs is conditional + inner, and also
/// other conditional + outer, so with weights t of the joint and u of the other conditional the three become
/// conditional - t - u, inner - t - u and outer + u. The set of such t, u >= 0 is convex: what can be positive alone
/// can be so together.
Direction direction(double conditional, double inner, double outer) {
    const double size = 1e-9 * (std::abs(conditional) + std::abs(inner) + std::abs(outer));
    const double room = std::min(conditional, inner);
    const double least = std::max(0.0, -outer);  // of t + u
    Direction found;
    found.possible = room >= least - size;
    found.joint = room - least > size;
    found.conditional = conditional - least > size;
    found.inner = inner - least > size;
    found.otherConditional = room > size;
    found.outer = room + outer > size;
    return found;
}

}  // namespace

Agreement agreementOf(const Explanation& explanation) {
    const MultiplierWeights& form = explanation.lagrangian;
    const Direction p = direction(form[Multiplier::ZGivenXPq], form[Multiplier::XPq], form[Multiplier::ZPq]);
    const Direction q = direction(form[Multiplier::XGivenZQp], form[Multiplier::ZQp], form[Multiplier::XQp]);
    bool x = p.inner || q.outer, z = q.inner || p.outer, joint = p.joint || q.joint;
    for (const OtherDivergence& other : explanation.others) {
        if (other.weight < 0.0) {
            return Agreement::Rewarded;
        }
        if (other.kind == "moments") {
            continue;  // equal moments do not make equal distributions
        }
        (other.place == Place::X ? x : other.place == Place::Z ? z : joint) = true;
    }
    if (!p.possible || !q.possible) {
        return Agreement::Rewarded;
    }
    const bool zGivenX = p.conditional || q.otherConditional, xGivenZ = q.conditional || p.otherConditional;
    return joint || (x && zGivenX) || (z && xGivenZ) ? Agreement::Enforced : Agreement::Partial;
}

}  // namespace elbo
