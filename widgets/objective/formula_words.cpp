#include "widgets/objective/formula_words.h"

#include <QRegularExpression>
#include <algorithm>

namespace elbo {
namespace {

/// How a divergence is had, the end of a sentence.
QString divergenceWords(DivergenceKind kind, const Compared& compared, const QString& kernelName) {
    switch (kind) {
        case DivergenceKind::Mmd:
            return "the maximum mean discrepancy with the kernel " + kernelName;
        case DivergenceKind::Moments:
            return "the KL divergence of a normal distribution with their mean and covariance";
        case DivergenceKind::Stein:
            return "the squared kernelised Stein discrepancy; its weight multiplies the direction of Stein variational "
                   "descent";
        case DivergenceKind::Adversarial:
            return QString("by a network, the critic, that tells %1 from %2: 0 when it cannot")
                .arg(compared.q, compared.p);
        case DivergenceKind::Wasserstein:
            return "the Wasserstein distance as a network with bounded slope sees it";
        case DivergenceKind::RatioKl:
            return QString("the KL divergence from %1 to %2, by a network that estimates the ratio of their densities")
                .arg(compared.q, compared.p);
        case DivergenceKind::RatioReverseKl:
            return QString("the KL divergence from %2 to %1, by a network that estimates the ratio of their densities")
                .arg(compared.q, compared.p);
    }
    return {};
}

QString rateWords(const ObjectiveSpec& spec) {
    QString words;
    switch (spec.rateTerm) {
        case RateTerm::Rate:
            break;
        case RateTerm::Target:
            words = "The rate is led to its target rather than made small. ";
            break;
        case RateTerm::Information:
            words = QString::fromUtf8(
                "I\u00a0q: information between examples and codes, estimated within the batch and led to its target. ");
            break;
        case RateTerm::FreeBits:
            words = "Each latent dimension i may use its free bits without being punished. ";
            break;
        case RateTerm::SoftFreeBits:
            words = QString::fromUtf8(
                "\u03b3: a factor between 0 and 1 that falls until the rate has used its free bits. ");
            break;
        case RateTerm::Cap:
            words = QString::fromUtf8(
                "I\u00a0q: information between examples and codes; what it exceeds its cap by is no gain. ");
            break;
    }
    if (spec.rateEstimate == RateEstimate::LogRatio) {
        words += "R is estimated by the ratio of two densities at the sampled code. ";
    } else if (spec.rateEstimate == RateEstimate::Adversarial) {
        words +=
            "R is estimated by a network, since the codes of an example have no density that could be written "
            "down. ";
    }
    if (spec.importanceSamples > 1) {
        words += QString::fromUtf8(
                     "\u03a3: over %1 codes of an example, where those count most that explain it best; the "
                     "sum is closer to p(x) than exp(\u2212D \u2212 R) of one code. ")
                     .arg(spec.importanceSamples);
    }
    if (spec.weighsCodes()) {
        words += QString("The encoder learns %1. ").arg(findName(spec.gradient)->words);
    }
    return words;
}

/// The symbol of a divergence where there is little room: that of its critic's title.
QString legendSymbol(const TermRow& term) {
    return QString::fromUtf8(term.critic.title).section("Critic of ", 1);
}

/// For tooltips that are not rich text.
QString plainSymbol(const TermRow& term) {
    QString text = QString::fromUtf8(term.symbol).replace("<sub>2</sub>", QString::fromUtf8("\u2082"));
    static const QRegularExpression kTag("<[^>]*>");
    return text.remove(kTag).replace("&nbsp;", " ");
}

}  // namespace

QString divergenceName(DivergenceKind kind) {
    return labelOf(kind);
}

QString formulaTip(const Knobs& knobs, const FormulaSubject& subject, const QString& kernelName) {
    const ObjectiveSpec& spec = subject.spec;
    const KnobFlags shown = extraTerms(knobs, subject);
    QString tip =
        "What is being minimised, per example. D: distortion, the error of the reconstruction. R: rate, what "
        "the codes say beyond the prior. ";
    tip += rateWords(spec);
    tip += QString::fromUtf8("\u0394: divergence between all codes and the prior, ") +
           divergenceWords(spec.divergence, kComparesCodes, kernelName) + ". ";
    for (const TermRow& term : kTerms) {
        if (isShown(term, shown)) {
            const QString symbol = plainSymbol(term), words = QString::fromUtf8(term.words);
            tip += term.kind == nullptr
                       ? symbol + ": " + words + ". " + QString::fromUtf8(term.meaning) + " "
                       : symbol + ": divergence between " + term.compared.q + " and " + term.compared.p + ", " +
                             divergenceWords(spec.*term.kind, term.compared, kernelName) + ". ";
        }
    }
    if (subject.constraints.any()) {
        tip += QString::fromUtf8(
            "\u03bc: multipliers, which grow as long as their bound is broken and fall while it is kept. ");
    }
    return tip + "Terms in grey weigh nothing.";
}

QString termLegend(const Knobs& knobs, const FormulaSubject& subject) {
    const ObjectiveSpec& spec = subject.spec;
    const KnobFlags shown = extraTerms(knobs, subject);
    QStringList words;
    for (const TermRow& term : kTerms) {
        const bool further = isShown(term, shown);
        if (term.kind != nullptr && further) {
            words << legendSymbol(term) + ":&nbsp;" + divergenceName(spec.*term.kind);
        } else if (term.id == LossTerm::CodeDistortion && further) {
            words << QString::fromUtf8(
                "<i>C</i>&nbsp;=&nbsp;\u2212E<sub><i>p</i></sub>&nbsp;log&nbsp;<i>q</i>(<i>z</i>|<i>x</i>)");
        }
    }
    // One divergence alone needs no name beside it.
    const bool several = std::any_of(kTerms.begin(), kTerms.end(),
                                     [&](const TermRow& term) { return term.kind != nullptr && isShown(term, shown); });
    if (several && knobs.divergenceWeight() != 0.0) {
        words.prepend(legendSymbol(rowOf(LossTerm::MarginalDivergence)) + ":&nbsp;" + divergenceName(spec.divergence));
    }
    return words.join(QString::fromUtf8(" \u00b7 "));
}

}  // namespace elbo
