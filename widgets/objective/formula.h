// The objective as formulas with today's numbers, as Qt rich text (MATH: sections 2 and 3). Pure functions.
#pragma once

#include <QString>
#include <QStringList>
#include <limits>

#include "models/spec/terms.h"
#include "training/experiment/experiment.h"
#include "training/frame/frame.h"
#include "widgets/kit/theme.h"

namespace elbo {

/// What the terms of the objective are worth at this step, nats per example. Not-a-number: not measured.
struct FormulaNumbers {
    static constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

    FormulaNumbers() { terms.values.fill(kUnknown); }
    double& operator[](LossTerm term) { return terms[term]; }
    double operator[](LossTerm term) const { return terms[term]; }

    PerTerm<double> terms;
    double rateTerm = kUnknown;           ///< what the rate's weight multiplies
    double importanceTerm = kUnknown;     ///< what stands for D and R where codes are weighed
    double rateFactor = kUnknown;         ///< gamma of soft free bits
    double multiplierRate = kUnknown;     ///< of R >= R*
    double multiplierElbo = kUnknown;     ///< of D + R <= e
    double multiplierDelta = kUnknown;    ///< of Delta <= e
    double mutualInformation = kUnknown;  ///< I_q
    double marginalKl = kUnknown;         ///< KL(q(z) || p(z))
    double dataEntropy = kUnknown;        ///< H
};

/// The numbers of one member: running averages, or evaluations where there are none.
FormulaNumbers formulaNumbers(const Frame& frame, int member);

/// What decides, beside the weights, which terms a formula has.
struct FormulaSubject {
    ObjectiveSpec spec{};
    ConstraintSpec constraints{};
    KnobFlags kept{};  ///< weights whose terms are shown though they are out of force just now
};

/// The weights whose terms are beyond D, R and Delta and in force, or kept. For D: when its weight is not 1.
KnobFlags extraTerms(const Knobs& knobs, const FormulaSubject& subject = {});

/// Whether a term beyond D, R and Delta has its weight among these.
bool isShown(const TermRow& term, const KnobFlags& shown);

/// J = D + (beta - alpha) R + (alpha + lambda - 1) Delta and all further terms in force, the same with numbers, and the
/// sum. In place of R stands what the rate term is, in place of D and R the weighed codes where there are several.
QString lagrangianFormula(const Knobs& knobs, const FormulaNumbers& numbers, const Theme& theme,
                          const FormulaSubject& subject = {});

/// How many lines that takes: it changes with the set of terms, never with their numbers.
int lagrangianLines(const Knobs& knobs, const FormulaSubject& subject = {});

/// Whether the objective has the second form: D, the rate itself, and one divergence, with one code of each example.
bool hasInformationForm(const Knobs& knobs, const FormulaSubject& subject = {});

/// Four lines: the form that says what is fitted, J = E KL(q(x|z) || p(x|z)) + (beta - alpha - 1) I_q + (beta + lambda
/// - 1) KL(q(z) || p(z)) + H, valid where Delta is the KL divergence, and the same with the weights (and values) filled
/// in.
QString informationFormula(const Knobs& knobs, const FormulaNumbers& numbers, const Theme& theme);

/// Which conditions of [InfoVAE] Proposition 2 the weights break, one sentence each; empty when it covers them.
QStringList proposition2Failures(const Knobs& knobs);

/// The mark shown under the formulas: one line of rich text, empty when the proposition covers the weights.
QString proposition2Mark(const Knobs& knobs, const Theme& theme);

}  // namespace elbo
