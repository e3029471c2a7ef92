// What the symbols of the objective's formula stand for, in words. Pure functions.
#pragma once

#include <QString>
#include <QStringList>

#include "widgets/objective/formula.h"

namespace elbo {

/// What every term in force is, one sentence each, for a tooltip.
QString formulaTip(const Knobs& knobs, const FormulaSubject& subject, const QString& kernelName);

/// How the terms beyond D, R and one divergence are had, as a few rich-text words: for a caption under the formula.
/// Empty without such terms.
QString termLegend(const Knobs& knobs, const FormulaSubject& subject);

/// "adversarial critic", "MMD": a kind of divergence as a caption has it.
QString divergenceName(DivergenceKind kind);

}  // namespace elbo
