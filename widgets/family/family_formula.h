// The family as Qt rich text: formulas with slanted letters and real subscripts, and the whole answer. Pure functions.
#pragma once

#include <QString>

#include "models/algebra/family_training.h"
#include "widgets/kit/theme.h"

namespace elbo {

/// A formula or sentence of models/algebra/family_text.h: letters slanted, braces as subscripts.
QString richFormula(const std::string& formula);

/// The answer in full: class, both forms with what their letters stand for, names and information.
QString familyAnswer(const Explanation& explanation, const Theme& theme);

/// What training would do with it, or what is in the way, up to three sentences.
QString trainingNote(const KnobsAnswer& answer);

/// Divergences that no multiplier holds, and a cap: "Besides: 999 MMD(q(z), p(z))"; empty where there are none.
QString besidesText(const std::vector<OtherDivergence>& others, const InformationExcess& excess);

}  // namespace elbo
