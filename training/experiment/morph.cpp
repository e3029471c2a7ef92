#include "training/experiment/morph.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "training/experiment/experiment_text.h"
#include "training/experiment/input_error.h"
#include "training/experiment/objective_preset.h"

namespace elbo {

namespace {

/// Whether any fleet member gives this a weight, a member or a function of Knobs.
template <class Weight>
bool uses(const std::vector<Knobs>& knobs, Weight weight) {
    return std::any_of(knobs.begin(), knobs.end(),
                       [weight](const Knobs& member) { return std::invoke(weight, member) != 0.0; });
}

/// The kind that serves both, at a place that holds one divergence.
DivergenceKind common(DivergenceKind from, bool fromUses, DivergenceKind to, bool toUses, const std::string& where) {
    if (fromUses && toUses && from != to) {
        throw InputError(fmt::format(
            "there is no way between these objectives: one compares {} by {}, the other by {}, and only one of "
            "them can be had there",
            where, keyOf(from), keyOf(to)));
    }
    return toUses ? to : from;
}

/// Whether two forms of the rate are the same term.
bool sameRate(const ObjectiveSpec& a, const ObjectiveSpec& b) {
    return a.rateTerm == b.rateTerm && a.rateEstimate == b.rateEstimate && a.rateTarget == b.rateTarget &&
           a.freeBits == b.freeBits;
}

/// The weight of Delta moved to Delta_2.
void moveToSecond(std::vector<Knobs>& knobs) {
    for (Knobs& member : knobs) {
        member.secondDivergence = member.divergenceWeight();
        member.lambda = 1.0 - member.alpha;
    }
}

/// Places the divergences between codes and prior of both objectives in the two places there are.
void placeCodeDivergences(Morph& morph, const ObjectiveSpec& from, const ObjectiveSpec& to) {
    const bool fromFirst = uses(morph.from, &Knobs::divergenceWeight),
               fromSecond = uses(morph.from, &Knobs::secondDivergence);
    const bool toFirst = uses(morph.to, &Knobs::divergenceWeight), toSecond = uses(morph.to, &Knobs::secondDivergence);
    if (toSecond) {
        throw InputError(
            "there is no way to an objective that weighs a second divergence between codes and prior; "
            "choose one with a single divergence");
    }
    if (!toFirst || (fromFirst && from.divergence == to.divergence)) {
        return;  // the way out alone, or the same divergence with another weight
    }
    if (!fromFirst) {
        morph.objective.divergence = to.divergence;  // nobody's place
        return;
    }
    if (fromSecond && from.second != to.divergence) {
        throw InputError(fmt::format(
            "there is no way between these objectives: {} and {} are in force already, and {} would be a third "
            "divergence between codes and prior; go to the end of the way begun first",
            keyOf(from.divergence), keyOf(from.second), keyOf(to.divergence)));
    }
    morph.objective.second = to.divergence;
    moveToSecond(morph.to);
}

}  // namespace

std::vector<Knobs> Morph::at(double share) const {
    std::vector<Knobs> knobs = share < 1.0 ? from : to;
    if (share > 0.0 && share < 1.0) {
        for (std::size_t member = 0; member < knobs.size(); ++member) {
            for (const KnobName& knob : kKnobNames) {
                knobs[member].*knob.value = (1.0 - share) * from[member].*knob.value + share * to[member].*knob.value;
            }
        }
    }
    return knobs;
}

Morph planMorph(const Experiment& from, const Experiment& to) {
    if (!objectiveOnlyDiffers(from, to)) {
        throw InputError(
            "there is no way between these objectives: they ask for other models, optimisers or "
            "constraints; choose the objective from the menu, which starts a new run");
    }
    const ObjectiveSpec &a = from.objective, &b = to.objective;
    if (a.importanceSamples != b.importanceSamples || a.gradient != b.gradient) {
        throw InputError(
            "there is no way between these objectives: they weigh different numbers of codes, or learn from them in "
            "different ways; choose the objective from the menu, which acts at the next step");
    }
    Morph morph{a, from.knobs, to.knobs};
    const bool fromRate = uses(from.knobs, &Knobs::rateWeight), toRate = uses(to.knobs, &Knobs::rateWeight);
    if (fromRate && toRate && !sameRate(a, b)) {
        throw InputError("there is no way between these objectives: they weigh two different forms of the rate");
    }
    if (toRate) {
        morph.objective.rateTerm = b.rateTerm;
        morph.objective.rateEstimate = b.rateEstimate;
        morph.objective.rateTarget = b.rateTarget;
        morph.objective.freeBits = b.freeBits;
    }
    const bool fromCodes = uses(from.knobs, &Knobs::divergenceWeight) || uses(from.knobs, &Knobs::secondDivergence);
    const bool toCodes = uses(to.knobs, &Knobs::divergenceWeight);
    if (fromCodes && toCodes && a.kernel != b.kernel && a.divergence == DivergenceKind::Mmd &&
        b.divergence == DivergenceKind::Mmd) {
        throw InputError(
            "there is no way between these objectives: their maximum mean discrepancies have different "
            "kernels");
    }
    morph.objective.kernel = toCodes && b.divergence == DivergenceKind::Mmd ? b.kernel : a.kernel;
    placeCodeDivergences(morph, a, b);
    morph.objective.dataDivergence =
        common(a.dataDivergence, uses(from.knobs, &Knobs::dataDivergence), b.dataDivergence,
               uses(to.knobs, &Knobs::dataDivergence), "samples with data");
    morph.objective.jointDivergence =
        common(a.jointDivergence, uses(from.knobs, &Knobs::jointDivergence), b.jointDivergence,
               uses(to.knobs, &Knobs::jointDivergence), "pairs of example and code");
    // Critics that are at work keep their size; new ones are built as the target says.
    const bool criticsAtWork = (uses(from.knobs, &Knobs::divergenceWeight) && usesCritic(a.divergence)) ||
                               uses(from.knobs, &Knobs::secondDivergence) || uses(from.knobs, &Knobs::dataDivergence) ||
                               uses(from.knobs, &Knobs::jointDivergence) || a.rateEstimate == RateEstimate::Adversarial;
    if (!criticsAtWork) {
        morph.objective.critic = b.critic;
        morph.objective.criticSteps = b.criticSteps;
        morph.objective.criticLearningRate = b.criticLearningRate;
        morph.objective.gradientPenalty = b.gradientPenalty;
    }
    return morph;
}

}  // namespace elbo
