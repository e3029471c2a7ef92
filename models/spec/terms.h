// The terms of an objective, once: J is the sum of what they weigh times what they are worth (MATH: section 3). Whoever
// lists terms loops over kTerms.
//
// To add one: 1. a value of LossTerm and its row in kTerms, in the same place; 2. its value in computeTerms()
// (models/objective/objective.cpp); 3. where readers are to weigh it, a knob (knobs.h). Reports, formulas, critics,
// health, captions and `elboroom list metrics` read the row.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

#include "models/spec/objective_spec.h"

namespace elbo {

/// Positions are those of weight tensors.
enum class LossTerm {
    Distortion,
    Rate,
    MarginalDivergence,
    SecondDivergence,
    CodeDistortion,
    DataDivergence,
    JointDivergence,
    InformationExcess,
};
constexpr std::size_t kTermCount = 8;

/// Something there is one of for each term.
template <class T>
struct PerTerm {
    std::array<T, kTermCount> values{};

    T& operator[](LossTerm term) { return values[static_cast<std::size_t>(term)]; }
    const T& operator[](LossTerm term) const { return values[static_cast<std::size_t>(term)]; }
};

/// What a divergence compares, in words, and on what a critic of it looks.
struct Compared {
    const char* q = nullptr;
    const char* p = nullptr;
    bool codes = false;  ///< looks at codes z
    bool data = false;   ///< looks at examples x
};

/// The network that a term may need: see TermRow::critic.
struct CriticPlace {
    /// Of "critic" in tensor names and of "critic_loss" in metrics; null: the term never needs a critic.
    const char* suffix = nullptr;
    int stream = 0;                ///< of its random numbers
    const char* title = nullptr;   ///< rich text
    const char* serves = nullptr;  ///< what labels of its metrics say after a comma; empty for the first
};

struct TermRow {
    LossTerm id;
    const char* metric;    ///< "second_divergence"
    const char* words;     ///< in messages: "second divergence"
    const char* label;     ///< on an axis; UTF-8
    const char* symbol;    ///< in formulas; Qt's rich text
    const char* letter;    ///< the same as plain UTF-8, for captions; what follows "_" is an index
    const char* unit;      ///< "nats", or empty
    const char* meaning;   ///< one sentence
    const char* equation;  ///< may be empty
    Compared compared;     ///< of a divergence, or of a rate that a critic estimates
    CriticPlace critic;
    /// Which divergence it is, and the field that says so; null where it is none.
    DivergenceKind ObjectiveSpec::*kind;
    const char* kindField;
    /// The weight of the term for a member.
    double (*weight)(const Knobs& knobs, const ObjectiveSpec& spec);
    /// The knob that is this weight; null where several make it.
    double Knobs::*knob;
};

inline constexpr Compared kComparesCodes{"codes", "draws of the prior", true, false};
inline constexpr Compared kComparesData{"data", "samples of the model", false, true};
inline constexpr Compared kComparesPairs{"examples with their codes", "samples with the codes they were made of", true,
                                         true};

inline constexpr std::array<TermRow, kTermCount> kTerms{{
    {LossTerm::Distortion,
     "distortion",
     "distortion",
     "distortion D",
     "<i>D</i>",
     "D",
     "nats",
     "How badly the decoder predicts an example from its code: the average of -log p(x|z), in nats.",
     "D = -E log p(x|z), z ~ q(z|x)",
     {},
     {},
     nullptr,
     nullptr,
     [](const Knobs& knobs, const ObjectiveSpec&) { return knobs.distortion; },
     &Knobs::distortion},
    {LossTerm::Rate,
     "rate",
     "rate",
     "rate R",
     "<i>R</i>",
     "R",
     "nats",
     "How much the code of an example tells beyond the prior: the average of KL(q(z|x) || p(z)), in nats.",
     "R = E KL(q(z|x) || p(z))",
     {"examples with their codes", "examples with codes of the prior", true, true},
     {"_rate", 4, "Critic of <i>R</i>", "rate"},
     nullptr,
     nullptr,
     [](const Knobs& knobs, const ObjectiveSpec&) { return knobs.rateWeight(); },
     nullptr},
    {LossTerm::MarginalDivergence,
     "marginal_divergence",
     "marginal divergence",
     "divergence \u0394(q(z) || p(z))",
     "\u0394",
     "\u0394",
     "",
     "How far the codes of the whole data set, taken together, lie from the prior, by the divergence that the "
     "experiment trains with.",
     "",
     kComparesCodes,
     {"", 0, "Critic of \u0394", ""},
     &ObjectiveSpec::divergence,
     "divergence",
     [](const Knobs& knobs, const ObjectiveSpec&) { return knobs.divergenceWeight(); },
     nullptr},
    {LossTerm::SecondDivergence,
     "second_divergence",
     "second divergence",
     "divergence \u0394\u2082(q(z) || p(z))",
     "\u0394<sub>2</sub>",
     "\u0394\u2082",
     "",
     "How far all codes lie from the prior by the second divergence of the objective.",
     "",
     kComparesCodes,
     {"_second", 1, "Critic of \u0394<sub>2</sub>", "second divergence"},
     &ObjectiveSpec::second,
     "divergence_2",
     [](const Knobs& knobs, const ObjectiveSpec&) { return knobs.secondDivergence; },
     &Knobs::secondDivergence},
    {LossTerm::CodeDistortion,
     "code_distortion",
     "code distortion",
     "code distortion C",
     "<i>C</i>",
     "C",
     "nats",
     "How badly the encoder recognises the code of a sample: -log q(z|x), averaged over codes z of the prior and what "
     "is decoded from them, in nats.",
     "C = -E log q(z|x), z ~ p(z), x ~ p(x|z)",
     {},
     {},
     nullptr,
     nullptr,
     [](const Knobs& knobs, const ObjectiveSpec&) { return knobs.codeDistortion; },
     &Knobs::codeDistortion},
    {LossTerm::DataDivergence,
     "data_divergence",
     "data divergence",
     "divergence \u0394(p*(x) || p(x))",
     "\u0394(<i>p</i>*(<i>x</i>),&nbsp;<i>p</i>(<i>x</i>))",
     "\u0394_x",
     "",
     "How far samples of the model lie from the data.",
     "",
     kComparesData,
     {"_data", 2, "Critic of \u0394(<i>p</i>*,&nbsp;<i>p</i>)", "data"},
     &ObjectiveSpec::dataDivergence,
     "divergence_x",
     [](const Knobs& knobs, const ObjectiveSpec&) { return knobs.dataDivergence; },
     &Knobs::dataDivergence},
    {LossTerm::JointDivergence,
     "joint_divergence",
     "joint divergence",
     "divergence \u0394(x, z)",
     "\u0394(<i>x</i>,&nbsp;<i>z</i>)",
     "\u0394_xz",
     "",
     "How far examples with their codes lie from samples with theirs.",
     "\u0394(p*(x) q(z|x) || p(z) p(x|z))",
     kComparesPairs,
     {"_joint", 3, "Critic of \u0394(<i>x</i>,&nbsp;<i>z</i>)", "pairs"},
     &ObjectiveSpec::jointDivergence,
     "divergence_xz",
     [](const Knobs& knobs, const ObjectiveSpec&) { return knobs.jointDivergence; },
     &Knobs::jointDivergence},
    {LossTerm::InformationExcess,
     "information_excess",
     "information excess",
     "information beyond I*",
     "max(0,&nbsp;<i>I<sub>q</sub></i>&nbsp;\u2212&nbsp;<i>I</i>*)",
     "",
     "nats",
     "What the information between examples and codes exceeds its cap by, in nats ([Family] 4.1).",
     "max(0, I - I*), [Family] 4.1",
     {},
     {},
     nullptr,
     nullptr,
     [](const Knobs& knobs, const ObjectiveSpec& spec) {
         return spec.rateTerm == RateTerm::Cap ? std::max(0.0, 1.0 - knobs.rateWeight()) : 0.0;
     },
     nullptr},
}};

static_assert(
    [] {
        for (std::size_t i = 0; i < kTermCount; ++i) {
            if (static_cast<std::size_t>(kTerms[i].id) != i) {
                return false;
            }
        }
        return true;
    }(),
    "the rows of kTerms stand in the order of LossTerm");

constexpr const TermRow& rowOf(LossTerm term) {
    return kTerms[static_cast<std::size_t>(term)];
}

}  // namespace elbo
