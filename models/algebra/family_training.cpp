#include "models/algebra/family_training.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

namespace elbo {

namespace {

constexpr double kZero = 1e-9;  ///< of what was added up: the rest of 0.1 + 0.2 - 0.3

bool same(double a, double b) {
    return std::abs(a - b) <= kZero * (std::abs(a) + std::abs(b));
}

/// Zero where the weights that make it up cancel.
double tidy(double sum, double size) {
    return std::abs(sum) > kZero * size ? sum : 0.0;
}

double tidyRate(const Knobs& knobs) {
    return tidy(knobs.rateWeight(), std::abs(knobs.alpha) + std::abs(knobs.beta));
}

double tidyDivergence(const Knobs& knobs) {
    return tidy(knobs.divergenceWeight(), std::abs(knobs.alpha) + std::abs(knobs.lambda) + 1.0);
}

/// What RateTerm::Cap weighs max(0, I - I*) with.
double excessWeight(double rateWeight) {
    return std::max(0.0, 1.0 - rateWeight);
}

/// A divergence that wants a place in the engine.
struct Wanted {
    DivergenceKind kind;
    double weight;
};

/// One place of the engine for a divergence, and who else in the fleet uses it.
struct Slot {
    DivergenceKind ObjectiveSpec::*kind;
    bool taken;

    bool admits(const Wanted& wanted, const ObjectiveSpec& inForce) const {
        return !taken || inForce.*kind == wanted.kind;
    }
};

bool anyOf(const std::vector<Knobs>& members, double (*weight)(const Knobs&)) {
    return std::any_of(members.begin(), members.end(), [&](const Knobs& knobs) { return weight(knobs) != 0.0; });
}

/// The explanation as what wants a place, and the answer as it grows.
class Search {
  public:
    Search(const Explanation& explanation, const ObjectiveSpec& inForce, const std::vector<Knobs>& others)
        : explanation_(explanation), inForce_(inForce), others_(others) {
        answer_.objective = inForce;
    }

    KnobsAnswer answer() {
        if (explanation_.constant()) {
            refuse("Nothing is left that training could change.");
            return answer_;
        }
        collect();
        answer_.knobs.distortion = explanation_.tractable[Term::Distortion];
        answer_.knobs.codeDistortion = explanation_.tractable[Term::CodeDistortion];
        placeRate();
        placeCodes();
        placeOne(data_, {&ObjectiveSpec::dataDivergence, weighed([](const Knobs& k) { return k.dataDivergence; })},
                 &Knobs::dataDivergence, "between data and samples");
        placeOne(joint_, {&ObjectiveSpec::jointDivergence, weighed([](const Knobs& k) { return k.jointDivergence; })},
                 &Knobs::jointDivergence, "on pairs (x, z)");
        answer_.possible = answer_.reason.empty();
        if (!answer_.possible) {
            answer_.standIn.clear();
        }
        return answer_;
    }

  private:
    /// The first thing in the way is said.
    void refuse(const std::string& reason) {
        if (answer_.reason.empty()) {
            answer_.reason = reason;
        }
    }
    void refuseForFleet(const std::string& what) {
        refuse(
            fmt::format("The other models of the fleet use another {}, and a fleet has one kind of it: "
                        "train this in a fleet of one.",
                        what));
    }
    bool weighed(double (*weight)(const Knobs&)) const { return anyOf(others_, weight); }

    void collect() {
        const TermWeights& terms = explanation_.tractable;
        const auto take = [](std::vector<Wanted>& place, DivergenceKind kind, double weight) {
            if (weight != 0.0) {
                place.push_back({kind, weight});
            }
        };
        take(codes_, DivergenceKind::RatioKl, terms[Term::ZQp]);
        take(codes_, DivergenceKind::RatioReverseKl, terms[Term::ZPq]);
        take(joint_, DivergenceKind::RatioReverseKl, terms[Term::JointPq]);
        const double forward = terms[Term::XQp], backward = terms[Term::XPq];
        if (forward > 0.0 && same(forward, backward)) {
            // What GAN, InfoGAN and CycleGAN are trained with: one critic that looks from both sides.
            take(data_, DivergenceKind::Adversarial, forward);
            answer_.standIn = "An adversary stands for KL between data and samples in both directions, as in GAN.";
        } else {
            take(data_, DivergenceKind::RatioKl, forward);
            take(data_, DivergenceKind::RatioReverseKl, backward);
        }
        for (const OtherDivergence& other : explanation_.others) {
            const auto kind = valueOf<DivergenceKind>(other.kind);
            if (!kind) {
                refuse(fmt::format("The engine has no divergence \"{}\".", other.kind));
                return;
            }
            take(other.place == Place::Z ? codes_ : other.place == Place::X ? data_ : joint_, *kind, other.weight);
        }
    }

    /// The rate and what there is of a cap; others that weigh another form of the rate keep it.
    void placeRate() {
        rate_ = explanation_.tractable[Term::Rate];
        const InformationExcess& excess = explanation_.excess;
        if (excess.weight < 0.0) {
            refuse("The engine punishes information above a cap only.");
            return;
        }
        if (excess.weight > 0.0 && !same(excess.weight, excessWeight(rate_))) {
            // The cap goes with the weight of the rate: what is missing there is had as KL on pairs, D + R.
            const double missing = rate_ - (1.0 - excess.weight);
            joint_.push_back({DivergenceKind::RatioKl, missing});
            answer_.knobs.distortion -= missing;
            rate_ -= missing;
        }
        const RateTerm wanted = excess.weight != 0.0 ? RateTerm::Cap : RateTerm::Rate;
        const auto matters = [](RateTerm term, double weight) {
            return term == RateTerm::Cap ? excessWeight(weight) != 0.0 || weight != 0.0 : weight != 0.0;
        };
        const bool here = wanted == RateTerm::Cap || matters(inForce_.rateTerm, rate_);
        if (!here ||
            (wanted == inForce_.rateTerm && (wanted == RateTerm::Rate || inForce_.rateTarget == excess.above))) {
            return;
        }
        if (std::any_of(others_.begin(), others_.end(), [&](const Knobs& knobs) {
                return matters(wanted, tidyRate(knobs)) || matters(inForce_.rateTerm, tidyRate(knobs));
            })) {
            refuseForFleet("form of the rate");
            return;
        }
        answer_.objective.rateTerm = wanted;
        answer_.objective.rateTarget = wanted == RateTerm::Cap ? excess.above : inForce_.rateTarget;
    }

    /// Up to two divergences in the two places between codes and prior.
    void placeCodes() {
        if (codes_.size() > 2) {
            refuse("It has more than two divergences between codes and prior, and the engine trains two at once.");
            return;
        }
        const Slot slots[] = {{&ObjectiveSpec::divergence, weighed(&tidyDivergence)},
                              {&ObjectiveSpec::second, weighed([](const Knobs& k) { return k.secondDivergence; })}};
        for (const bool swapped : {false, true}) {
            bool admitted = true;
            for (std::size_t i = 0; i < codes_.size(); ++i) {
                admitted = admitted && slots[i == 0 ? swapped : !swapped].admits(codes_[i], inForce_);
            }
            if (admitted) {
                double first = 0.0;
                for (std::size_t i = 0; i < codes_.size(); ++i) {
                    const bool second = i == 0 ? swapped : !swapped;
                    answer_.objective.*slots[second].kind = codes_[i].kind;
                    (second ? answer_.knobs.secondDivergence : first) = codes_[i].weight;
                }
                setSliders(first);
                return;
            }
        }
        refuseForFleet("divergence between codes and prior");
    }

    /// beta is 1 where there is a divergence, as in Eq. 6 of InfoVAE; lambda is 1 and alpha is 0 where there is none.
    void setSliders(double divergence) {
        Knobs& knobs = answer_.knobs;
        knobs.beta = divergence != 0.0 ? 1.0 : rate_;
        knobs.lambda = divergence != 0.0 ? rate_ + divergence : 1.0;
        knobs.alpha = divergence != 0.0 ? 1.0 - rate_ : 0.0;
    }

    void placeOne(const std::vector<Wanted>& wanted, const Slot& slot, double Knobs::*weight,
                  const std::string& where) {
        if (wanted.size() > 1) {
            refuse(fmt::format("It has more than one divergence {}, and the engine trains one there.", where));
        } else if (wanted.size() == 1 && !slot.admits(wanted.front(), inForce_)) {
            refuseForFleet(fmt::format("divergence {}", where));
        } else if (wanted.size() == 1 &&
                   (wanted.front().kind == DivergenceKind::Moments || wanted.front().kind == DivergenceKind::Stein)) {
            refuse("Moments and Stein compare codes with the prior only.");
        } else if (wanted.size() == 1) {
            answer_.objective.*slot.kind = wanted.front().kind;
            answer_.knobs.*weight = wanted.front().weight;
        }
    }

    const Explanation& explanation_;
    const ObjectiveSpec& inForce_;
    const std::vector<Knobs>& others_;
    double rate_ = 0.0;
    std::vector<Wanted> codes_, data_, joint_;
    KnobsAnswer answer_;
};

}  // namespace

bool insideFamily(const ObjectiveSpec& spec) {
    return spec.rateTerm == RateTerm::Rate || spec.rateTerm == RateTerm::Cap;
}

FamilyObjective objectiveOf(const Knobs& knobs, const ObjectiveSpec& spec) {
    TermWeights terms;
    std::vector<OtherDivergence> others;
    const auto add = [&](Place place, DivergenceKind kind, double weight) {
        constexpr Term kForward[] = {Term::ZQp, Term::XQp, Term::JointQp};
        constexpr Term kBackward[] = {Term::ZPq, Term::XPq, Term::JointPq};
        const auto at = static_cast<std::size_t>(place);
        if (weight == 0.0) {
            return;
        }
        if (kind == DivergenceKind::RatioKl || kind == DivergenceKind::RatioReverseKl) {
            terms[kind == DivergenceKind::RatioKl ? kForward[at] : kBackward[at]] += weight;
            return;
        }
        const char* name = keyOf(kind);
        const auto twin = std::find_if(others.begin(), others.end(), [&](const OtherDivergence& other) {
            return other.place == place && other.kind == name;
        });
        if (twin == others.end()) {
            others.push_back({place, name, weight});
        } else {
            twin->weight = tidy(twin->weight + weight, std::abs(twin->weight) + std::abs(weight));
        }
    };
    terms[Term::Distortion] = knobs.distortion;
    terms[Term::Rate] = tidyRate(knobs);
    terms[Term::CodeDistortion] = knobs.codeDistortion;
    add(Place::Z, spec.divergence, tidyDivergence(knobs));
    add(Place::Z, spec.second, knobs.secondDivergence);
    add(Place::X, spec.dataDivergence, knobs.dataDivergence);
    add(Place::Joint, spec.jointDivergence, knobs.jointDivergence);
    FamilyObjective objective = objectiveOf(terms, others);
    if (spec.rateTerm == RateTerm::Cap) {
        objective.excess = {excessWeight(terms[Term::Rate]), spec.rateTarget};
    }
    objective.adversarialRate = spec.rateEstimate == RateEstimate::Adversarial && terms[Term::Rate] != 0.0;
    return objective;
}

KnobsAnswer knobsOf(const Explanation& explanation, const ObjectiveSpec& inForce, const std::vector<Knobs>& others) {
    return Search(explanation, inForce, others).answer();
}

}  // namespace elbo
