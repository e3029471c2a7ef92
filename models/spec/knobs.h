// The weights of an objective, the part of an experiment that may change between two steps (MATH: sections 2 and 3):
// J = w_D D + (beta - alpha) R + (alpha + lambda - 1) Delta + w_2 Delta_2 + w_C C + w_x Delta_x + w_xz Delta_xz.
// At the initial values of all but the three sliders this is [InfoVAE] Eq. 6.
#pragma once

#include <array>
#include <cstddef>
#include <utility>

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

constexpr std::size_t kKnobCount = 8;

/// A knob as files, messages and captions name it.
struct KnobName {
    const char* name;    ///< "code_distortion": the leaf of its field
    const char* symbol;  ///< UTF-8; for captions
    double Knobs::*value;
};

inline constexpr std::array<KnobName, kKnobCount> kKnobNames{{
    {"beta", "\u03b2", &Knobs::beta},
    {"lambda", "\u03bb", &Knobs::lambda},
    {"alpha", "\u03b1", &Knobs::alpha},
    {"distortion", "w_D", &Knobs::distortion},
    {"code_distortion", "w_C", &Knobs::codeDistortion},
    {"second_divergence", "w_2", &Knobs::secondDivergence},
    {"data_divergence", "w_x", &Knobs::dataDivergence},
    {"joint_divergence", "w_xz", &Knobs::jointDivergence},
}};

/// Something there is one of for each knob; places are those of kKnobNames.
template <class T>
struct PerKnob {
    T beta{};
    T lambda{};
    T alpha{};
    T distortion{};
    T codeDistortion{};
    T secondDivergence{};
    T dataDivergence{};
    T jointDivergence{};

    bool operator==(const PerKnob&) const = default;

    T& operator[](std::size_t place) { return this->*kPlaces[place]; }
    const T& operator[](std::size_t place) const { return this->*kPlaces[place]; }

  private:
    static constexpr std::array<T PerKnob::*, kKnobCount> kPlaces{
        &PerKnob::beta,           &PerKnob::lambda,           &PerKnob::alpha,          &PerKnob::distortion,
        &PerKnob::codeDistortion, &PerKnob::secondDivergence, &PerKnob::dataDivergence, &PerKnob::jointDivergence};
};

}  // namespace elbo
