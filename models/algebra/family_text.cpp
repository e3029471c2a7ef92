#include "models/algebra/family_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <utility>

namespace elbo {

namespace {

const std::string kMinus = "\u2212";
const std::string kDataEntropy = "H(x)";
const std::string kPriorEntropy = "H(z)";
const std::string kSpace = "\u00a0";  ///< inside a term, so that lines break between terms only

std::string weightOf(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.6g", std::abs(value));
    return text;
}

std::string signedWeight(double value) {
    return (value < 0.0 ? kMinus : "") + weightOf(value);
}

/// KL(p || q) on an atom: "KL(p(z) ‖ q(z))".
std::string divergence(const char* first, const char* second, const std::string& atom) {
    return "KL(" + (first + ("(" + atom + ")")) + kSpace + "\u2016" + kSpace + second + "(" + atom + "))";
}

/// A sum of weighted symbols, each with its sign.
class Sum {
  public:
    void add(double weight, const std::string& symbol) {
        if (weight == 0.0) {
            return;
        }
        const std::string factor = std::abs(weight) == 1.0 ? "" : weightOf(weight) + kSpace;
        if (text_.empty()) {
            text_ = (weight < 0.0 ? kMinus : "") + factor + symbol;
        } else {
            text_ += " " + (weight < 0.0 ? kMinus : std::string("+")) + kSpace + factor + symbol;
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
            return std::string("I_{") + first + "}";
        case Multiplier::JointPq:
        case Multiplier::JointQp:
            return divergence(first, second, "x," + kSpace + "z");
        case Multiplier::ZGivenXPq:
        case Multiplier::ZGivenXQp:
            return std::string("E_{") + first + "(x)}" + kSpace + divergence(first, second, "z|x");
        case Multiplier::XGivenZPq:
        case Multiplier::XGivenZQp:
            return std::string("E_{") + first + "(z)}" + kSpace + divergence(first, second, "x|z");
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
    const std::string atom = other.place == Place::Z ? "z" : other.place == Place::X ? "x" : "x," + kSpace + "z";
    static const std::pair<const char*, const char*> kNames[] = {
        {"mmd", "MMD"},          {"js", "JS"},       {"adversarial", "Adversary"},
        {"wgan", "Wasserstein"}, {"stein", "Stein"}, {"moments", "Moments"},
    };
    std::string name = other.kind;
    for (const auto& [key, written] : kNames) {
        name = other.kind == key ? written : name;
    }
    return name + "(q(" + atom + ")," + kSpace + "p(" + atom + "))";
}

std::string symbolOf(const InformationExcess& excess) {
    return "max(0," + kSpace + "I_{q}" + kSpace + kMinus + kSpace + weightOf(excess.above) + ")";
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
    add(terms[Term::Distortion], "D", kMinus + "E_{q}" + kSpace + "log" + kSpace + "p(x|z)",
        "distortion: the error of the reconstruction");
    add(terms[Term::Rate], "R", "E_{q(x)}" + kSpace + "KL(q(z|x)" + kSpace + "\u2016" + kSpace + "p(z))",
        "rate: what a code says beyond the prior");
    add(terms[Term::CodeDistortion], "C", kMinus + "E_{p}" + kSpace + "log" + kSpace + "q(z|x)",
        "code distortion: how badly the code of a sample is read back");
    const Constants& first = explanation.tractableConstants;
    const Constants& second = explanation.lagrangianConstants;
    add(first.dataEntropy != 0.0 ? first.dataEntropy : second.dataEntropy, kDataEntropy,
        kMinus + "E_{q}" + kSpace + "log" + kSpace + "q(x)", "entropy of the data, which no training changes");
    add(first.priorEntropy != 0.0 ? first.priorEntropy : second.priorEntropy, kPriorEntropy,
        kMinus + "E_{p}" + kSpace + "log" + kSpace + "p(z)", "entropy of the prior, which no training changes");
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
        const std::string what = "Likelihood based: densities that encoder and decoder give ";
        return what + (explanation.adversarialRate ? "would be enough." : "are enough, no adversary is needed.");
    }
    if (explanation.tractability == Tractability::Binary) {
        return "Binary likelihood free: pairs (x, z) of q and p must be compared by samples, with an adversary.";
    }
    const bool z = compares(explanation, Place::Z), x = compares(explanation, Place::X);
    const std::string what = z && x ? "q(z) must be compared with p(z), and q(x) with p(x),"
                             : z    ? "q(z) must be compared with p(z)"
                                    : "q(x) must be compared with p(x)";
    return "Unary likelihood free: " + what + " by samples, with an adversary or a kernel.";
}

std::string informationSentence(const Explanation& explanation) {
    const double ip = explanation.lagrangian[Multiplier::Ip], iq = explanation.lagrangian[Multiplier::Iq];
    const std::string word = explanation.information == Information::Maximised   ? "Maximised"
                             : explanation.information == Information::Minimised ? "Minimised"
                                                                                 : "Neutral";
    if (ip == 0.0 && iq == 0.0) {
        return word + ": information between x and z is neither rewarded nor punished.";
    }
    if (ip != 0.0 && iq != 0.0) {
        return word + ": I_{p} has the weight " + signedWeight(ip) + " and I_{q} the weight " + signedWeight(iq) +
               "; where p and q agree they are one number, of weight " +
               signedWeight(explanation.information == Information::Neutral ? 0.0 : ip + iq) + ".";
    }
    const bool underQ = iq != 0.0;
    const double weight = underQ ? iq : ip;
    return word + ": " + (underQ ? "I_{q}" : "I_{p}") + " has the weight " + signedWeight(weight) + ", so " +
           (underQ ? "codes that say more about the data are " : "samples that say more about their codes are ") +
           (weight < 0.0 ? "rewarded." : "punished.");
}

std::vector<std::string> circumstanceSentences(const Explanation& explanation) {
    std::vector<std::string> sentences;
    const InformationExcess& excess = explanation.excess;
    if (excess.weight != 0.0) {
        const double above = explanation.lagrangian[Multiplier::Iq] + excess.weight;
        const bool level = std::abs(above) <= 1e-9 * excess.weight;
        sentences.push_back("Above " + weightOf(excess.above) + " nats I_{q} has the weight " +
                            signedWeight(level ? 0.0 : above) +
                            (level ? ", so more information is no gain."
                                   : " in place of " + signedWeight(explanation.lagrangian[Multiplier::Iq]) + "."));
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
        return std::string("No single published model has this form; by ") +
               sums[static_cast<std::size_t>(explanation.tractability)] + ".";
    }
    std::string text;
    for (const ModelName& name : explanation.names) {
        text += (text.empty() ? "" : "; ") + name.text() + " [" + name.citation + "]";
    }
    return text + ".";
}

std::string familyCitation() {
    return "Zhao, Song and Ermon: The Information-Autoencoding Family. UAI 2018. arXiv 1806.06514";
}

}  // namespace elbo
