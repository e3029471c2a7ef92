// The objective as formulas with today's numbers, as Qt rich text (MATH: section 2). Pure functions.
#pragma once

#include <QString>
#include <QStringList>
#include <limits>

#include "training/frame.h"
#include "widgets/theme.h"

namespace elbo {

/// What the terms of the objective are worth at this step, nats per example. Not-a-number: not measured.
struct FormulaNumbers {
    double distortion = std::numeric_limits<double>::quiet_NaN();
    double rate = std::numeric_limits<double>::quiet_NaN();
    double rateTerm = std::numeric_limits<double>::quiet_NaN();           ///< what the rate's weight multiplies
    double divergence = std::numeric_limits<double>::quiet_NaN();         ///< Delta(q(z) || p(z)), in its own unit
    double mutualInformation = std::numeric_limits<double>::quiet_NaN();  ///< I_q
    double marginalKl = std::numeric_limits<double>::quiet_NaN();         ///< KL(q(z) || p(z))
    double dataEntropy = std::numeric_limits<double>::quiet_NaN();        ///< H
};

/// The numbers of one member: running averages, or evaluations where there are none.
FormulaNumbers formulaNumbers(const Frame& frame, int member);

/// Three lines: J = D + (beta - alpha) R + (alpha + lambda - 1) Delta, the same with numbers, and the sum. In place of
/// R stands what the rate term of `spec` is.
QString lagrangianFormula(const Knobs& knobs, const FormulaNumbers& numbers, const Theme& theme,
                          const ObjectiveSpec& spec = {});

/// What D, R and Delta are, in words: one sentence each.
QString formulaTip(const ObjectiveSpec& spec, const QString& kernelName);

/// Four lines: the form that says what is fitted, J = E KL(q(x|z) || p(x|z)) + (beta - alpha - 1) I_q + (beta + lambda
/// - 1) KL(q(z) || p(z)) + H, valid where Delta is the KL divergence, and the same with the weights (and values) filled
/// in.
QString informationFormula(const Knobs& knobs, const FormulaNumbers& numbers, const Theme& theme);

/// Which conditions of [InfoVAE] Proposition 2 the weights break, one sentence each; empty when it covers them.
QStringList proposition2Failures(const Knobs& knobs);

/// The mark shown under the formulas: one line of rich text, empty when the proposition covers the weights.
QString proposition2Mark(const Knobs& knobs, const Theme& theme);

}  // namespace elbo
