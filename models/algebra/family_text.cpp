#include "models/algebra/family_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <utility>

#include "models/spec/number_text.h"

namespace elbo {

namespace {

const char* const kMinus = "\u2212";
const char* const kDataEntropy = "H(x)";
const char* const kPriorEntropy = "H(z)";
constexpr std::string_view kSpace = "\u00a0";  ///< inside a term, so that lines break between terms only

std::string weightOf(double value) {
    return shortNumber(std::abs(value));
}

std::string signedWeight(double value) {
    return (value < 0.0 ? kMinus : "") + weightOf(value);
}

/// KL(p || q) on an atom: "KL(p(z) ‖ q(z))".
std::string divergence(const char* first, const char* second, const char* atom) {
    return fmt::format("KL({0}({2})\u00a0\u2016\u00a0{1}({2}))", first, second, atom);
}

/// A sum of weighted symbols, each with its sign.
class Sum {
  public:
    void add(double weight, const std::string& symbol) {
        if (weight == 0.0) {
            return;
        }
        const std::string factor = std::abs(weight) == 1.0 ? "" : fmt::format("{}\u00a0", weightOf(weight));
        if (text_.empty()) {
            text_ = fmt::format("{}{}{}", weight < 0.0 ? kMinus : "", factor, symbol);
        } else {
            text_ += fmt::format(" {}\u00a0{}{}", weight < 0.0 ? kMinus : "+", factor, symbol);
        }
    }
    void add(const std::vector<OtherDivergence>& others) {
        for (const OtherDivergence& other : others) {
            add(other.weight, symbolOf(other));
        }
    }
    void add(const MultiplierWeights& multipliers) {
        for (int i = 0; i < kMultiplierCount; ++i) {
            const auto multiplier = static_cast<Multiplier>(i);
            add(multipliers[multiplier], symbolOf(multiplier));
        }
    }
    void add(const InformationExcess& excess) { add(excess.weight, symbolOf(excess)); }
    void add(const Constants& constants) {
        add(constants.dataEntropy, kDataEntropy);
        add(constants.priorEntropy, kPriorEntropy);
    }
    std::string text() const { return text_.empty() ? "0" : text_; }

  private:
    std::string text_;
};

bool compares(const Explanation& explanation, Place place) {
    const TermWeights& terms = explanation.tractable;
    const bool kl = place == Place::Z   ? terms[Term::ZQp] != 0.0 || terms[Term::ZPq] != 0.0
                    : place == Place::X ? terms[Term::XQp] != 0.0 || terms[Term::XPq] != 0.0
                                        : terms[Term::JointPq] != 0.0;
    return kl || std::any_of(explanation.others.begin(), explanation.others.end(),
                             [place](const OtherDivergence& other) { return other.place == place; });
}

}  // namespace

std::string symbolOf(Multiplier multiplier) {
    const int index = static_cast<int>(multiplier);
    const bool underP = index % 2 == 0;
    const char* first = underP ? "p" : "q";
    const char* second = underP ? "q" : "p";
    switch (multiplier) {
        case Multiplier::Ip:
        case Multiplier::Iq:
            return fmt::format("I_{{{}}}", first);
        case Multiplier::JointPq:
        case Multiplier::JointQp:
            return divergence(first, second, "x,\u00a0z");
        case Multiplier::ZGivenXPq:
        case Multiplier::ZGivenXQp:
            return fmt::format("E_{{{}(x)}}\u00a0{}", first, divergence(first, second, "z|x"));
        case Multiplier::XGivenZPq:
        case Multiplier::XGivenZQp:
            return fmt::format("E_{{{}(z)}}\u00a0{}", first, divergence(first, second, "x|z"));
        case Multiplier::XPq:
        case Multiplier::XQp:
            return divergence(first, second, "x");
        case Multiplier::ZPq:
        case Multiplier::ZQp:
            break;
    }
    return divergence(first, second, "z");
}

std::string symbolOf(Term term) {
    switch (term) {
        case Term::Distortion:
            return "D";
        case Term::Rate:
            return "R";
        case Term::CodeDistortion:
            return "C";
        case Term::ZQp:
            return symbolOf(Multiplier::ZQp);
        case Term::ZPq:
            return symbolOf(Multiplier::ZPq);
        case Term::XQp:
            return symbolOf(Multiplier::XQp);
        case Term::XPq:
            return symbolOf(Multiplier::XPq);
        case Term::JointPq:
            return symbolOf(Multiplier::JointPq);
        case Term::JointQp:
            break;
    }
    return symbolOf(Multiplier::JointQp);
}

std::string symbolOf(const OtherDivergence& other) {
    const char* const atom = other.place == Place::Z ? "z" : other.place == Place::X ? "x" : "x,\u00a0z";
    static const std::pair<const char*, const char*> kNames[] = {
        {"mmd", "MMD"},          {"js", "JS"},       {"adversarial", "Adversary"},
        {"wgan", "Wasserstein"}, {"stein", "Stein"}, {"moments", "Moments"},
    };
    std::string name = other.kind;
    for (const auto& [key, written] : kNames) {
        name = other.kind == key ? written : name;
    }
    return fmt::format("{0}(q({1}),\u00a0p({1}))", name, atom);
}

std::string symbolOf(const InformationExcess& excess) {
    return fmt::format("max(0,\u00a0I_{{q}}\u00a0\u2212\u00a0{})", weightOf(excess.above));
}

std::string othersFormula(const std::vector<OtherDivergence>& others, const InformationExcess& excess) {
    Sum sum;
    sum.add(others);
    sum.add(excess);
    return sum.text();
}

std::string multiplierFormula(const MultiplierWeights& multipliers) {
    Sum sum;
    sum.add(multipliers);
    return sum.text();
}

std::string lagrangianFormula(const Explanation& explanation) {
    Sum sum;
    sum.add(explanation.lagrangian);
    sum.add(explanation.others);
    sum.add(explanation.excess);
    sum.add(explanation.lagrangianConstants);
    return sum.text();
}

std::string tractableFormula(const Explanation& explanation) {
    Sum sum;
    for (int i = 0; i < kFamilyTermCount; ++i) {
        const auto term = static_cast<Term>(i);
        sum.add(explanation.tractable[term], symbolOf(term));
    }
    sum.add(explanation.others);
    sum.add(explanation.excess);
    sum.add(explanation.tractableConstants);
    return sum.text();
}

std::vector<Legend> legendOf(const Explanation& explanation) {
    const TermWeights& terms = explanation.tractable;
    std::vector<Legend> legend;
    const auto add = [&legend](double weight, const std::string& symbol, const std::string& formula,
                               const char* meaning) {
        if (weight != 0.0) {
            legend.push_back({symbol, formula, meaning});
        }
    };
    add(terms[Term::Distortion], "D", "\u2212E_{q}\u00a0log\u00a0p(x|z)",
        "distortion: the error of the reconstruction");
    add(terms[Term::Rate], "R", "E_{q(x)}\u00a0KL(q(z|x)\u00a0\u2016\u00a0p(z))",
        "rate: what a code says beyond the prior");
    add(terms[Term::CodeDistortion], "C", "\u2212E_{p}\u00a0log\u00a0q(z|x)",
        "code distortion: how badly the code of a sample is read back");
    const Constants& first = explanation.tractableConstants;
    const Constants& second = explanation.lagrangianConstants;
    add(first.dataEntropy != 0.0 ? first.dataEntropy : second.dataEntropy, kDataEntropy,
        "\u2212E_{q}\u00a0log\u00a0q(x)", "entropy of the data, which no training changes");
    add(first.priorEntropy != 0.0 ? first.priorEntropy : second.priorEntropy, kPriorEntropy,
        "\u2212E_{p}\u00a0log\u00a0p(z)", "entropy of the prior, which no training changes");
    return legend;
}

std::string plainFormula(const std::string& formula) {
    std::string text;
    for (std::size_t i = 0; i < formula.size(); ++i) {
        if (formula.compare(i, kSpace.size(), kSpace) == 0) {
            text += ' ';
            i += kSpace.size() - 1;
        } else if (formula[i] != '{' && formula[i] != '}') {
            text += formula[i];
        }
    }
    return text;
}

std::string meaningOf(Multiplier multiplier) {
    switch (multiplier) {
        case Multiplier::Ip:
            return "Information that samples of the model carry about their codes; a negative weight asks for more.";
        case Multiplier::Iq:
            return "Information that codes carry about the data; a negative weight asks for more.";
        case Multiplier::JointPq:
            return "Pairs (x, z) that the model makes must also come from data and encoder.";
        case Multiplier::JointQp:
            return "Pairs (x, z) of data and encoder must also come from the model; the ELBO without its constant.";
        case Multiplier::ZGivenXPq:
            return "The encoder must give every code from which the model could have made an example.";
        case Multiplier::ZGivenXQp:
            return "The encoder must give only codes from which the model could have made the example.";
        case Multiplier::XGivenZPq:
            return "The decoder must give only examples that the encoder puts at a code.";
        case Multiplier::XGivenZQp:
            return "The decoder must give every example that the encoder puts at a code.";
        case Multiplier::XPq:
            return "Samples of the model must look like data.";
        case Multiplier::XQp:
            return "Every example of the data must be likely under the model: maximum likelihood.";
        case Multiplier::ZPq:
            return "Every code that the prior draws must be in use.";
        case Multiplier::ZQp:
            break;
    }
    return "Codes, taken as one cloud, must lie where the prior is.";
}

std::string classSentence(const Explanation& explanation) {
    if (explanation.constant()) {
        return "Likelihood based: nothing is left to estimate, the objective is a constant.";
    }
    if (explanation.tractability == Tractability::Likelihood) {
        return fmt::format("Likelihood based: densities that encoder and decoder give {}.",
                           explanation.adversarialRate ? "would be enough" : "are enough, no adversary is needed");
    }
    if (explanation.tractability == Tractability::Binary) {
        return "Binary likelihood free: pairs (x, z) of q and p must be compared by samples, with an adversary.";
    }
    const bool z = compares(explanation, Place::Z), x = compares(explanation, Place::X);
    const char* const what = z && x ? "q(z) must be compared with p(z), and q(x) with p(x),"
                             : z    ? "q(z) must be compared with p(z)"
                                    : "q(x) must be compared with p(x)";
    return fmt::format("Unary likelihood free: {} by samples, with an adversary or a kernel.", what);
}

std::string informationSentence(const Explanation& explanation) {
    const double ip = explanation.lagrangian[Multiplier::Ip], iq = explanation.lagrangian[Multiplier::Iq];
    const char* const word = explanation.information == Information::Maximised   ? "Maximised"
                             : explanation.information == Information::Minimised ? "Minimised"
                                                                                 : "Neutral";
    if (ip == 0.0 && iq == 0.0) {
        return fmt::format("{}: information between x and z is neither rewarded nor punished.", word);
    }
    if (ip != 0.0 && iq != 0.0) {
        const double both = explanation.information == Information::Neutral ? 0.0 : ip + iq;
        return fmt::format(
            "{}: I_{{p}} has the weight {} and I_{{q}} the weight {}; where p and q agree they are one "
            "number, of weight {}.",
            word, signedWeight(ip), signedWeight(iq), signedWeight(both));
    }
    const bool underQ = iq != 0.0;
    const double weight = underQ ? iq : ip;
    return fmt::format("{}: I_{{{}}} has the weight {}, so {} are {}.", word, underQ ? "q" : "p", signedWeight(weight),
                       underQ ? "codes that say more about the data" : "samples that say more about their codes",
                       weight < 0.0 ? "rewarded" : "punished");
}

std::vector<std::string> circumstanceSentences(const Explanation& explanation) {
    std::vector<std::string> sentences;
    const InformationExcess& excess = explanation.excess;
    if (excess.weight != 0.0) {
        const double above = explanation.lagrangian[Multiplier::Iq] + excess.weight;
        const bool level = std::abs(above) <= 1e-9 * excess.weight;
        const std::string below = signedWeight(explanation.lagrangian[Multiplier::Iq]);
        sentences.push_back(fmt::format(
            "Above {} nats I_{{q}} has the weight {}{}.", weightOf(excess.above), signedWeight(level ? 0.0 : above),
            level ? ", so more information is no gain" : fmt::format(" in place of {}", below)));
    }
    if (explanation.adversarialRate) {
        sentences.push_back("R is estimated by an adversary on pairs (x, z), so the encoder needs no density.");
    }
    return sentences;
}

std::string agreementSentence(const Explanation& explanation) {
    switch (explanation.agreement) {
        case Agreement::Enforced:
            return "Enforced: where its divergences vanish, p(x, z) and q(x, z) are the same.";
        case Agreement::Partial:
            return "Not enforced: its divergences can vanish while p(x, z) and q(x, z) differ.";
        case Agreement::Rewarded:
            break;
    }
    return "Opposed: however it is written, some divergence between p and q is rewarded for growing.";
}

std::string namesSentence(const Explanation& explanation) {
    if (explanation.constant()) {
        return "No model: the objective is a constant.";
    }
    if (explanation.names.empty()) {
        static const std::array<const char*, 3> sums{"Theorem 1 it is a sum of beta-VAE and VMI",
                                                     "Theorem 2 it is a sum of InfoVAE and InfoGAN",
                                                     "Theorem 3 it is a sum of InfoVAE and InfoBiGAN"};
        return fmt::format("No single published model has this form; by {}.",
                           sums[static_cast<std::size_t>(explanation.tractability)]);
    }
    std::vector<std::string> names;
    for (const ModelName& name : explanation.names) {
        names.push_back(fmt::format("{} [{}]", name.text(), name.citation));
    }
    return fmt::format("{}.", fmt::join(names, "; "));
}

std::string familyCitation() {
    return "Zhao, Song and Ermon: The Information-Autoencoding Family. UAI 2018. arXiv 1806.06514";
}

}  // namespace elbo
