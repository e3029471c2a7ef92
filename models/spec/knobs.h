// The weights of an objective, the part of an experiment that may change between two steps (MATH: sections 2 and 3):
// J = w_D D + (beta - alpha) R + (alpha + lambda - 1) Delta + w_2 Delta_2 + w_C C + w_x Delta_x + w_xz Delta_xz.
// At the initial values of all but the three sliders this is [InfoVAE] Eq. 6.
//
// To add one: 1. a member of Knobs; 2. a value of Knob and its row in kKnobNames, in the same place; 3. the term that
// it weighs (terms.h). Files, sliders, schedules, sweeps, reports and captions read the row.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

namespace elbo {

/// Weights of one fleet member.
struct Knobs {
    double beta = 1.0;
    double lambda = 1.0;
    double alpha = 0.0;
    double distortion = 1.0;        ///< of D
    double codeDistortion = 0.0;    ///< of C = -E_p log q(z|x), over codes of the prior and what is decoded from them
    double secondDivergence = 0.0;  ///< of another divergence between q(z) and p(z)
    double dataDivergence = 0.0;    ///< of a divergence between p*(x) and p(x)
    double jointDivergence = 0.0;   ///< of a divergence between p*(x) q(z|x) and p(z) p(x|z)

    bool operator==(const Knobs&) const = default;

    /// Coefficient of the rate R.
    double rateWeight() const { return beta - alpha; }
    /// Coefficient of the marginal divergence Delta(q(z) || p(z)).
    double divergenceWeight() const { return alpha + lambda - 1.0; }
    /// Coefficient of I_q in the second form of J (Delta = KL): beta - alpha - 1.
    double informationWeight() const { return beta - alpha - 1.0; }
    /// Coefficient of KL(q(z) || p(z)) in the second form of J: beta + lambda - 1.
    double marginalWeight() const { return beta + lambda - 1.0; }
    /// Whether J consists of D, R and one divergence, as on the first page of [InfoVAE].
    bool threeSliders() const {
        return distortion == 1.0 && codeDistortion == 0.0 && secondDivergence == 0.0 && dataDivergence == 0.0 &&
               jointDivergence == 0.0;
    }
    /// Whether [InfoVAE] Proposition 2 covers this setting: alpha < 1, lambda > 0, and no term rewarded for growing.
    bool insideProposition2() const {
        return alpha < 1.0 && lambda > 0.0 && rateWeight() >= 0.0 && divergenceWeight() >= 0.0 && threeSliders();
    }
};

enum class Knob {
    Beta,
    Lambda,
    Alpha,
    Distortion,
    CodeDistortion,
    SecondDivergence,
    DataDivergence,
    JointDivergence,
};
constexpr std::size_t kKnobCount = 8;
/// The first of them are sliders of every objective; the others are shown where they are in force.
constexpr std::size_t kMainKnobs = 3;

/// What a slider of a knob reaches, and what may be typed.
struct KnobRange {
    double low = 1e-2;
    double high = 1e2;
    int steps = 80;           ///< of the slider, from low to high
    bool logarithmic = true;  ///< even in the logarithm
    bool zero = true;         ///< with an exact zero below the logarithmic range
    double lowestEntry = -1e3;
    double highestEntry = 1e6;
};

/// A knob as files, messages, sliders and captions have it.
struct KnobName {
    Knob id;
    const char* name;    ///< "code_distortion": the leaf of its field
    const char* metric;  ///< "code_distortion_weight": in reports, where the name of a term is that of its value
    const char* symbol;  ///< UTF-8; for captions; what follows "_" is an index
    double Knobs::*value;
    const char* words;  ///< what it does, one sentence
    KnobRange range{};
};

inline constexpr std::array<KnobName, kKnobCount> kKnobNames{{
    {Knob::Beta,
     "beta",
     "beta",
     "\u03b2",
     &Knobs::beta,
     "Weight of the rate: above 1 codes are squeezed towards the prior, below 1 they may carry more information.",
     {1e-2, 1e2, 200, true, true, 0.0, 1e6}},
    {Knob::Lambda,
     "lambda",
     "lambda",
     "\u03bb",
     &Knobs::lambda,
     "Weight of the marginal divergence: large values pull all codes together, taken as one cloud, onto the prior.",
     {1e-2, 1e4, 120, true, false, -1e3, 1e6}},
    {Knob::Alpha,
     "alpha",
     "alpha",
     "\u03b1",
     &Knobs::alpha,
     "Preference for information: at 1 the rate of a single example is no longer punished, above 1 it is rewarded.",
     {-1.0, 2.0, 300, false, false, -1e3, 1e3}},
    {Knob::Distortion, "distortion", "distortion_weight", "w_D", &Knobs::distortion,
     "Weight of the distortion: at 0 nothing asks for reconstruction."},
    {Knob::CodeDistortion, "code_distortion", "code_distortion_weight", "w_C", &Knobs::codeDistortion,
     "Weight of the code distortion: codes of the prior, decoded, have to be recognised again."},
    {Knob::SecondDivergence, "second_divergence", "second_divergence_weight", "w_2", &Knobs::secondDivergence,
     "Weight of a second divergence between all codes and the prior."},
    {Knob::DataDivergence, "data_divergence", "data_divergence_weight", "w_x", &Knobs::dataDivergence,
     "Weight of the divergence between data and samples of the model."},
    {Knob::JointDivergence, "joint_divergence", "joint_divergence_weight", "w_xz", &Knobs::jointDivergence,
     "Weight of the divergence between examples with their codes and samples with theirs."},
}};

static_assert(
    [] {
        for (std::size_t i = 0; i < kKnobCount; ++i) {
            if (static_cast<std::size_t>(kKnobNames[i].id) != i) {
                return false;
            }
        }
        return true;
    }(),
    "the rows of kKnobNames stand in the order of Knob");

/// Whether the weight stands where it changes nothing: the value of a fresh Knobs.
constexpr bool atInitialValue(const Knobs& knobs, const KnobName& knob) {
    return knobs.*knob.value == Knobs{}.*knob.value;
}

/// The rows that a caption or a table of these members needs: the sliders of every objective, and whatever else does
/// not stand at its initial value in all of them.
inline std::vector<const KnobName*> knobsInPlay(const std::vector<Knobs>& members) {
    std::vector<const KnobName*> rows;
    for (const KnobName& knob : kKnobNames) {
        const bool moved = std::any_of(members.begin(), members.end(),
                                       [&](const Knobs& member) { return !atInitialValue(member, knob); });
        if (static_cast<std::size_t>(knob.id) < kMainKnobs || moved) {
            rows.push_back(&knob);
        }
    }
    return rows;
}

/// Something there is one of for each knob.
template <class T>
struct PerKnob {
    std::array<T, kKnobCount> values{};

    bool operator==(const PerKnob&) const = default;

    T& operator[](std::size_t place) { return values[place]; }
    const T& operator[](std::size_t place) const { return values[place]; }
    T& operator[](Knob knob) { return values[static_cast<std::size_t>(knob)]; }
    const T& operator[](Knob knob) const { return values[static_cast<std::size_t>(knob)]; }
};

/// The weights that differ between two fleets; all of them if the fleets have different sizes.
inline PerKnob<bool> movedKnobs(const std::vector<Knobs>& from, const std::vector<Knobs>& to) {
    PerKnob<bool> moved;
    for (const KnobName& knob : kKnobNames) {
        moved[knob.id] = !std::equal(from.begin(), from.end(), to.begin(), to.end(),
                                     [&](const Knobs& a, const Knobs& b) { return a.*knob.value == b.*knob.value; });
    }
    return moved;
}

}  // namespace elbo
