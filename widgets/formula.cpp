#include "widgets/formula.h"

#include <cmath>

#include "widgets/numbers.h"

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

double orElse(double value, double other) {
    return std::isfinite(value) ? value : other;
}

double measured(const Report& report, const char* name, int member) {
    const std::string plain = name;
    return orElse(report.value(plain, member),
                  orElse(report.value(plain + "_train", member), report.value(plain + "_test", member)));
}

bool vanishes(double weight) {
    return std::abs(weight) < kZero;
}

/// A term with its leading sign, greyed where its weight is zero.
QString term(const QString& body, double weight, bool signFromWeight, const Theme& theme) {
    const QString sign = signFromWeight && weight < -kZero ? QString(QChar(0x2212)) : QString("+");
    const QString text = sign + "&nbsp;" + body;
    return vanishes(weight) ? "<span style=\"color:" + theme.mutedText.name() + "\">" + text + "</span>" : text;
}

/// "1.00 x 5.31", or "1.00 R" where the value is not measured. The sign of the weight is the term's, not repeated here.
QString product(double weight, double value, const QString& symbol) {
    const QString factor = numberText(vanishes(weight) ? 0.0 : std::abs(weight));
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

const QString kFirst = "<i>J</i>&nbsp;=&nbsp;";
const QString kNext = "&nbsp;&nbsp;&nbsp;=&nbsp;";

}  // namespace

FormulaNumbers formulaNumbers(const Frame& frame, int member) {
    const Report& report = frame.report;
    FormulaNumbers numbers;
    numbers.distortion = measured(report, "distortion", member);
    numbers.rate = measured(report, "rate", member);
    numbers.rateTerm =
        frame.objective.rateTerm == RateTerm::Rate ? numbers.rate : measured(report, "rate_term", member);
    numbers.divergence = measured(report, "marginal_divergence", member);
    numbers.mutualInformation = measured(report, "mi_q", member);
    numbers.marginalKl = measured(report, "kl_marginal", member);
    if (frame.dataEntropy) {
        numbers.dataEntropy = *frame.dataEntropy;
    }
    return numbers;
}

QString lagrangianFormula(const Knobs& knobs, const FormulaNumbers& numbers, const Theme& theme,
                          const ObjectiveSpec& spec) {
    const QString rate = rateTermSymbol(spec);
    const double rateWeight = knobs.rateWeight();
    const double divergenceWeight = knobs.divergenceWeight();
    const QString symbols = kFirst + kD + " " + term(kRateWeight + "&nbsp;" + rate, rateWeight, false, theme) + " " +
                            term(kDivergenceWeight + "&nbsp;" + kDelta, divergenceWeight, false, theme);
    const QString values = kNext + orSymbol(numbers.distortion, kD) + " " +
                           term(product(rateWeight, numbers.rateTerm, rate), rateWeight, true, theme) + " " +
                           term(product(divergenceWeight, numbers.divergence, kDelta), divergenceWeight, true, theme);
    const double sum = numbers.distortion + contribution(rateWeight, numbers.rateTerm) +
                       contribution(divergenceWeight, numbers.divergence);
    return symbols + "<br>" + values + "<br>" + kNext + sumText(sum);
}

QString formulaTip(const ObjectiveSpec& spec, const QString& kernelName) {
    QString tip = QString::fromUtf8(
        "What is being minimised, per example. D: distortion, the error of the reconstruction. R: rate, what the codes "
        "say beyond the prior. ");
    switch (spec.rateTerm) {
        case RateTerm::Rate:
            break;
        case RateTerm::Target:
            tip += "The rate is led to its target rather than made small. ";
            break;
        case RateTerm::Information:
            tip += QString::fromUtf8(
                "I\u00a0q: information between examples and codes, estimated within the batch and led to its target. ");
            break;
        case RateTerm::FreeBits:
            tip += "Each latent dimension i may use its free bits without being punished. ";
            break;
    }
    tip += QString::fromUtf8("\u0394: divergence between all codes and the prior, ");
    switch (spec.divergence) {
        case DivergenceKind::Mmd:
            tip += "the maximum mean discrepancy with the kernel " + kernelName;
            break;
        case DivergenceKind::Moments:
            tip += "the KL divergence of a normal distribution with their mean and covariance";
            break;
        case DivergenceKind::Stein:
            tip +=
                "the squared kernelised Stein discrepancy; its weight multiplies the direction of Stein variational "
                "descent";
            break;
        case DivergenceKind::Adversarial:
            tip += "the logistic loss of codes that a network takes for codes, less log 2";
            break;
        case DivergenceKind::Wasserstein:
            tip += "the Wasserstein distance as a network with bounded slope sees it";
            break;
    }
    return tip + ". Terms in grey weigh nothing.";
}

QString informationFormula(const Knobs& knobs, const FormulaNumbers& numbers, const Theme& theme) {
    const double informationWeight = knobs.informationWeight();
    const double marginalWeight = knobs.marginalWeight();
    // D = E KL(q(x|z) || p(x|z)) + H - I_q, so the first term is known where D, I_q and H are.
    const double decoderKl = numbers.distortion + numbers.mutualInformation - numbers.dataEntropy;
    const QString indent = "&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;";
    const QString symbols = kFirst + kDecoderKl + " " +
                            term(kInformationWeight + "&nbsp;" + kIq, informationWeight, false, theme) + "<br>" +
                            indent + term(kMarginalWeight + "&nbsp;" + kMarginalKl, marginalWeight, false, theme) +
                            " +&nbsp;" + kH;
    const QString values =
        kNext + orSymbol(decoderKl, kDecoderKl) + " " +
        term(product(informationWeight, numbers.mutualInformation, kIq), informationWeight, true, theme) + "<br>" +
        indent + term(product(marginalWeight, numbers.marginalKl, kMarginalKl), marginalWeight, true, theme) +
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
