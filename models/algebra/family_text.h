// The family in words and formulas, UTF-8. One place for terminal and window. Plain data: views include this header.
//
// A formula is text with subscripts in braces and no-break spaces inside a term: "E_{q(z)} KL(q(x|z) ‖ p(x|z))".
#pragma once

#include <string>
#include <vector>

#include "models/algebra/family.h"

namespace elbo {

std::string symbolOf(Multiplier multiplier);
std::string symbolOf(Term term);
std::string symbolOf(const OtherDivergence& divergence);
std::string symbolOf(const InformationExcess& excess);

/// The sum of what has a weight, "0" where nothing has: "−I_{q} + 4 KL(q(z) ‖ p(z))".
std::string multiplierFormula(const MultiplierWeights& multipliers);
/// The divergences that are no KL and the excess, as they stand in both forms; "0" where there are none.
std::string othersFormula(const std::vector<OtherDivergence>& others, const InformationExcess& excess);
/// The Lagrangian form, with its constants.
std::string lagrangianFormula(const Explanation& explanation);
/// The tractable form, with constants that make it the same number: "D + R − H(x)".
std::string tractableFormula(const Explanation& explanation);
/// What the letters of both forms stand for: {"D", "−E_{q} log p(x|z)", "distortion: ..."}.
struct Legend {
    std::string symbol;
    std::string formula;
    std::string meaning;
};
std::vector<Legend> legendOf(const Explanation& explanation);
/// For a terminal: without braces and no-break spaces.
std::string plainFormula(const std::string& formula);

/// What a multiplier weighs, one sentence.
std::string meaningOf(Multiplier multiplier);
/// Which tool box is needed and because of what.
std::string classSentence(const Explanation& explanation);
/// What happens to mutual information and why.
std::string informationSentence(const Explanation& explanation);
/// What no weight shows, one sentence each: a capped information, a rate that an adversary estimates.
std::vector<std::string> circumstanceSentences(const Explanation& explanation);
/// Whether p and q are made to agree.
std::string agreementSentence(const Explanation& explanation);
/// The models with their citations; or which families it is a sum of, by which theorem.
std::string namesSentence(const Explanation& explanation);
/// The paper all of this is from.
std::string familyCitation();

}  // namespace elbo
