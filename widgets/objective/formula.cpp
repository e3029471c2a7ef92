#include "widgets/objective/formula.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "widgets/kit/numbers.h"
#include "widgets/kit/rich_symbol.h"

namespace elbo {
namespace {

constexpr double kZero = 1e-9;

// Symbols, with no-break spaces inside a term so that a narrow panel breaks lines between terms only.
const QString kD = "<i>D</i>";
const QString kR = "<i>R</i>";
const QString kDelta = QString::fromUtf8("\u0394");
const QString kIq = "<i>I<sub>q</sub></i>";
const QString kH = "<i>H</i>";
const QString kDecoderKl = QString::fromUtf8(
    "E<sub><i>q</i>(<i>z</i>)</sub>&nbsp;KL(<i>q</i>(<i>x</i>|<i>z</i>)&nbsp;\u2016&nbsp;"
    "<i>p</i>(<i>x</i>|<i>z</i>))");
const QString kMarginalKl = QString::fromUtf8("KL(<i>q</i>(<i>z</i>)&nbsp;\u2016&nbsp;<i>p</i>(<i>z</i>))");
const QString kRateWeight = QString::fromUtf8("(<i>\u03b2</i>&nbsp;\u2212&nbsp;<i>\u03b1</i>)");
const QString kDivergenceWeight = QString::fromUtf8("(<i>\u03b1</i>&nbsp;+&nbsp;<i>\u03bb</i>&nbsp;\u2212&nbsp;1)");
const QString kInformationWeight =
    QString::fromUtf8("(<i>\u03b2</i>&nbsp;\u2212&nbsp;<i>\u03b1</i>&nbsp;\u2212&nbsp;1)");
const QString kMarginalWeight = QString::fromUtf8("(<i>\u03b2</i>&nbsp;+&nbsp;<i>\u03bb</i>&nbsp;\u2212&nbsp;1)");

bool vanishes(double weight) {
    return std::abs(weight) < kZero;
}

/// A term with its leading sign, greyed where its weight is zero.
QString term(const QString& body, double weight, bool signFromWeight, const Theme& theme, bool first = false) {
    const bool negative = signFromWeight && weight < -kZero;
    const QString sign = negative ? QString(QChar(0x2212)) : first ? QString() : QString("+");
    const QString text = sign.isEmpty() ? body : sign + "&nbsp;" + body;
    return vanishes(weight) ? "<span style=\"color:" + theme.mutedText.name() + "\">" + text + "</span>" : text;
}

/// "1.00 x 5.31", or "1.00 R" where the value is not measured; what weighs nothing is worth 0, whatever its value. The
/// sign of the weight is the term's, not repeated here.
QString product(double weight, double value, const QString& symbol) {
    if (vanishes(weight)) {
        return "0";
    }
    const QString factor = numberText(std::abs(weight));
    if (std::isnan(value)) {
        return factor + "&nbsp;" + symbol;
    }
    const QString number = value < 0.0 ? "(" + numberText(value) + ")" : numberText(value);
    return factor + QString::fromUtf8("&nbsp;\u00d7&nbsp;") + number;
}

double contribution(double weight, double value) {
    return vanishes(weight) ? 0.0 : weight * value;
}

QString orSymbol(double value, const QString& symbol) {
    return std::isnan(value) ? symbol : numberText(value);
}

QString sumText(double value) {
    return std::isnan(value) ? QString(QChar(0x2013)) : "<b>" + numberText(value) + "</b>";
}

QString rateTermSymbol(const ObjectiveSpec& spec) {
    const QString distance = QString::fromUtf8("|%1&nbsp;\u2212&nbsp;%2|");
    switch (spec.rateTerm) {
        case RateTerm::Rate:
        case RateTerm::Cap:
        case RateTerm::SoftFreeBits:
            break;
        case RateTerm::Target:
            return distance.arg(kR, numberText(spec.rateTarget));
        case RateTerm::Information:
            return distance.arg(kIq, numberText(spec.rateTarget));
        case RateTerm::FreeBits:
            return QString::fromUtf8("\u03a3<sub><i>i</i></sub>&nbsp;max(<i>R<sub>i</sub></i>,&nbsp;%1)")
                .arg(numberText(spec.freeBits));
    }
    return kR;
}

/// One term of J: what is written for its weight and for itself, and what both are worth.
struct Summand {
    QString weight;  ///< empty: the term stands alone
    QString body;
    double coefficient = 1.0;
    double value = FormulaNumbers::kUnknown;
    bool wide = false;  ///< needs a line of its own
};

QString symbolOf(LossTerm term) {
    return QString::fromUtf8(rowOf(term).symbol);
}

/// The symbol of the knob that is the weight of a term.
QString weightSymbol(const TermRow& term) {
    const auto knob = std::find_if(kKnobNames.begin(), kKnobNames.end(),
                                   [&](const KnobName& each) { return each.value == term.knob; });
    return richSymbol(knob->symbol);
}

/// The terms that every objective shows: D, what the weight of the rate multiplies, and Delta.
std::vector<Summand> mainTerms(const Knobs& knobs, const FormulaNumbers& numbers, const FormulaSubject& subject) {
    const bool weighed = extraTerms(knobs, subject)[Knob::Distortion];
    Summand rate{kRateWeight, rateTermSymbol(subject.spec), knobs.rateWeight(), numbers.rateTerm};
    if (subject.spec.rateTerm == RateTerm::SoftFreeBits) {
        rate.weight = QString::fromUtf8("<i>\u03b3</i>&nbsp;") + kRateWeight;
        rate.coefficient *= std::isnan(numbers.rateFactor) ? 1.0 : numbers.rateFactor;
    }
    return {{weighed ? weightSymbol(rowOf(LossTerm::Distortion)) : QString(), kD, knobs.distortion,
             numbers[LossTerm::Distortion]},
            rate,
            {kDivergenceWeight, kDelta, knobs.divergenceWeight(), numbers[LossTerm::MarginalDivergence]}};
}

/// What stands for D and R where several codes of each example are weighed.
Summand weighedCodes(const Knobs& knobs, const FormulaNumbers& numbers, const FormulaSubject& subject) {
    const QString minus = QString(QChar(0x2212)), space = "&nbsp;";
    const bool weighed = extraTerms(knobs, subject)[Knob::Distortion];
    const QString factor = subject.spec.rateTerm == RateTerm::SoftFreeBits ? QString::fromUtf8("<i>\u03b3</i>") : "";
    const QString exponent = minus + (weighed ? weightSymbol(rowOf(LossTerm::Distortion)) + space : QString()) +
                             "<i>D<sub>k</sub></i>" + space + minus + space + factor + kRateWeight + space +
                             "<i>R<sub>k</sub></i>";
    return {QString(),
            minus + "log" + space + QString("1/%1").arg(subject.spec.importanceSamples) + space +
                QString::fromUtf8("\u03a3<sub><i>k</i></sub>") + space + "exp(" + exponent + ")",
            1.0, numbers.importanceTerm, true};
}

/// The others in force.
std::vector<Summand> furtherTerms(const Knobs& knobs, const FormulaNumbers& numbers, const FormulaSubject& subject) {
    const KnobFlags shown = extraTerms(knobs, subject);
    std::vector<Summand> terms;
    if (subject.spec.rateTerm == RateTerm::Cap) {
        terms.push_back(
            {QString::fromUtf8("max(0,&nbsp;1&nbsp;\u2212&nbsp;<i>\u03b2</i>&nbsp;+&nbsp;<i>\u03b1</i>)&nbsp;\u00b7"),
             QString::fromUtf8("max(0,&nbsp;%1&nbsp;\u2212&nbsp;%2)").arg(kIq, numberText(subject.spec.rateTarget)),
             rowOf(LossTerm::InformationExcess).weight(knobs, subject.spec), numbers[LossTerm::InformationExcess],
             true});
    }
    for (const TermRow& term : kTerms) {
        if (isShown(term, shown)) {
            terms.push_back({weightSymbol(term), symbolOf(term.id), knobs.*term.knob, numbers[term.id]});
        }
    }
    const auto constrain = [&](const QString& index, const QString& body, double multiplier, double violation) {
        terms.push_back({QString::fromUtf8("<i>\u03bc</i><sub>") + index + "</sub>", "(" + body + ")",
                         std::isnan(multiplier) ? 0.0 : multiplier, violation});
    };
    const QString minus = QString::fromUtf8("&nbsp;\u2212&nbsp;");
    const ConstraintSpec& bounds = subject.constraints;
    if (bounds.rateAtLeast) {
        constrain(kR, weightText(*bounds.rateAtLeast) + minus + kR, numbers.multiplierRate,
                  *bounds.rateAtLeast - numbers[LossTerm::Rate]);
    }
    if (bounds.negativeElboAtMost) {
        constrain("<i>e</i>", kD + "&nbsp;+&nbsp;" + kR + minus + weightText(*bounds.negativeElboAtMost),
                  numbers.multiplierElbo,
                  numbers[LossTerm::Distortion] + numbers[LossTerm::Rate] - *bounds.negativeElboAtMost);
    }
    if (bounds.divergenceAtMost) {
        constrain(kDelta, kDelta + minus + weightText(*bounds.divergenceAtMost), numbers.multiplierDelta,
                  numbers[LossTerm::MarginalDivergence] - *bounds.divergenceAtMost);
    }
    return terms;
}

/// The terms line by line: D, R and Delta on the first, or on two where codes are weighed, then two to a line.
std::vector<std::vector<Summand>> linesOf(const Knobs& knobs, const FormulaNumbers& numbers,
                                          const FormulaSubject& subject) {
    std::vector<std::vector<Summand>> lines{mainTerms(knobs, numbers, subject)};
    if (subject.spec.importanceSamples > 1) {
        lines = {{weighedCodes(knobs, numbers, subject)}, {lines.front().back()}};
    }
    bool open = false;  // whether the last line has room
    for (Summand& summand : furtherTerms(knobs, numbers, subject)) {
        if (!open || summand.wide) {
            lines.emplace_back();
        }
        open = !summand.wide && lines.back().empty();
        lines.back().push_back(std::move(summand));
    }
    return lines;
}

const QString kFirst = "<i>J</i>&nbsp;=&nbsp;";
const QString kNext = "&nbsp;&nbsp;&nbsp;=&nbsp;";
const QString kIndent = "&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;";

}  // namespace

FormulaNumbers formulaNumbers(const Frame& frame, int member) {
    const Report& report = frame.report;
    FormulaNumbers numbers;
    const auto measured = [&](const char* name) { return measuredValue(report, name, member); };
    for (const TermRow& row : kTerms) {
        numbers[row.id] = measured(row.metric);
    }
    // Not reported where the rate itself, in closed form, is what the weight multiplies.
    numbers.rateTerm = measured("rate_term");
    const RateTerm term = frame.objective.rateTerm;
    if (std::isnan(numbers.rateTerm) &&
        (term == RateTerm::Rate || term == RateTerm::SoftFreeBits || term == RateTerm::Cap)) {
        numbers.rateTerm = numbers[LossTerm::Rate];
    }
    numbers.importanceTerm = measured("importance_term");
    numbers.rateFactor = measured("rate_weight_factor");
    numbers.multiplierRate = measured("multiplier_rate");
    numbers.multiplierElbo = measured("multiplier_elbo");
    numbers.multiplierDelta = measured("multiplier_divergence");
    numbers.mutualInformation = measured("mi_q");
    numbers.marginalKl = measured("kl_marginal");
    if (frame.dataEntropy) {
        numbers.dataEntropy = *frame.dataEntropy;
    }
    return numbers;
}

KnobFlags extraTerms(const Knobs& knobs, const FormulaSubject& subject) {
    KnobFlags shown = subject.kept;
    for (std::size_t place = 0; place < kKnobCount; ++place) {
        shown[place] = place >= kMainKnobs && (shown[place] || !atInitialValue(knobs, kKnobNames[place]));
    }
    return shown;
}

bool isShown(const TermRow& term, const KnobFlags& shown) {
    for (std::size_t place = 0; place < kKnobCount; ++place) {
        if (shown[place] && term.knob == kKnobNames[place].value && term.id > LossTerm::MarginalDivergence) {
            return true;
        }
    }
    return false;
}

QString lagrangianFormula(const Knobs& knobs, const FormulaNumbers& numbers, const Theme& theme,
                          const FormulaSubject& subject) {
    QString symbols = kFirst, values = kNext;
    double sum = 0.0;
    bool first = true;
    for (const std::vector<Summand>& line : linesOf(knobs, numbers, subject)) {
        if (!first) {
            symbols += "<br>" + kIndent;
            values += "<br>" + kIndent;
        }
        for (const Summand& summand : line) {
            const bool alone = summand.weight.isEmpty();
            const QString space = first ? "" : " ";
            const QString written = alone ? summand.body : summand.weight + "&nbsp;" + summand.body;
            const QString worth = alone ? orSymbol(summand.value, summand.body)
                                        : product(summand.coefficient, summand.value, summand.body);
            symbols += space + term(written, summand.coefficient, false, theme, first);
            values += space + term(worth, summand.coefficient, true, theme, first);
            sum += contribution(summand.coefficient, summand.value);
            first = false;
        }
    }
    return symbols + "<br>" + values + "<br>" + kNext + sumText(sum);
}

int lagrangianLines(const Knobs& knobs, const FormulaSubject& subject) {
    return 2 * static_cast<int>(linesOf(knobs, {}, subject).size()) + 1;
}

bool hasInformationForm(const Knobs& knobs, const FormulaSubject& subject) {
    return !any(extraTerms(knobs, subject)) && subject.spec.rateTerm == RateTerm::Rate &&
           subject.spec.importanceSamples == 1 && !subject.constraints.any();
}

QString informationFormula(const Knobs& knobs, const FormulaNumbers& numbers, const Theme& theme) {
    const double informationWeight = knobs.informationWeight();
    const double marginalWeight = knobs.marginalWeight();
    // D = E KL(q(x|z) || p(x|z)) + H - I_q, so the first term is known where D, I_q and H are.
    const double decoderKl = numbers[LossTerm::Distortion] + numbers.mutualInformation - numbers.dataEntropy;
    const QString symbols = kFirst + kDecoderKl + " " +
                            term(kInformationWeight + "&nbsp;" + kIq, informationWeight, false, theme) + "<br>" +
                            kIndent + term(kMarginalWeight + "&nbsp;" + kMarginalKl, marginalWeight, false, theme) +
                            " +&nbsp;" + kH;
    const QString values =
        kNext + orSymbol(decoderKl, kDecoderKl) + " " +
        term(product(informationWeight, numbers.mutualInformation, kIq), informationWeight, true, theme) + "<br>" +
        kIndent + term(product(marginalWeight, numbers.marginalKl, kMarginalKl), marginalWeight, true, theme) +
        (numbers.dataEntropy < 0.0 ? QString::fromUtf8(" \u2212&nbsp;") : QString(" +&nbsp;")) +
        orSymbol(std::abs(numbers.dataEntropy), kH);
    return symbols + "<br>" + values;
}

QStringList proposition2Failures(const Knobs& knobs) {
    QStringList failures;
    if (!(knobs.alpha < 1.0)) {
        failures << QString::fromUtf8("it asks for \u03b1\u00a0<\u00a01, and \u03b1 is\u00a0%1")
                        .arg(weightText(knobs.alpha));
    }
    if (!(knobs.lambda > 0.0)) {
        failures << QString::fromUtf8("it asks for \u03bb\u00a0>\u00a00, and \u03bb is\u00a0%1")
                        .arg(weightText(knobs.lambda));
    }
    if (!(knobs.rateWeight() >= 0.0)) {
        failures << QString::fromUtf8("\u03b2\u00a0\u2212\u00a0\u03b1 is\u00a0%1, so a larger rate is rewarded")
                        .arg(weightText(knobs.rateWeight()));
    }
    if (!(knobs.divergenceWeight() >= 0.0)) {
        failures << QString::fromUtf8(
                        "\u03b1\u00a0+\u00a0\u03bb\u00a0\u2212\u00a01 is\u00a0%1, so a larger divergence is rewarded")
                        .arg(weightText(knobs.divergenceWeight()));
    }
    if (!knobs.threeSliders()) {
        failures << "it covers D, R and one divergence alone";
    }
    return failures;
}

QString proposition2Mark(const Knobs& knobs, const Theme& theme) {
    const QStringList failures = proposition2Failures(knobs);
    if (failures.isEmpty()) {
        return {};
    }
    QString reason = failures.first().toHtmlEscaped();
    if (failures.size() > 1) {
        reason += QString(" (and %1 more)").arg(failures.size() - 1);
    }
    return "<span style=\"color:" + theme.warning.name() + "\">" +
           QString::fromUtf8("\u26a0&nbsp;Outside Proposition&nbsp;2 of&nbsp;InfoVAE: ") + reason + ".</span>";
}

}  // namespace elbo
