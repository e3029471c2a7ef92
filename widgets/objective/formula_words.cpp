#include "widgets/objective/formula_words.h"

namespace elbo {
namespace {

/// What is compared: "all codes" with "the prior".
struct Compared {
    QString q;
    QString p;
};
const Compared kCodes{"codes", "draws of the prior"};
const Compared kData{"data", "samples of the model"};
const Compared kPairs{"examples with their codes", "samples with the codes they were made of"};

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
    return words;
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
           divergenceWords(spec.divergence, kCodes, kernelName) + ". ";
    if (shown.secondDivergence) {
        tip += QString::fromUtf8("\u0394\u2082: another divergence between all codes and the prior, ") +
               divergenceWords(spec.second, kCodes, kernelName) + ". ";
    }
    if (shown.codeDistortion) {
        tip += QString::fromUtf8(
            "C: code distortion, \u2212log q(z|x) averaged over codes z of the prior and what is decoded from them. ");
    }
    if (shown.dataDivergence) {
        tip += QString::fromUtf8("\u0394(p*(x), p(x)): divergence between data and samples of the model, ") +
               divergenceWords(spec.dataDivergence, kData, kernelName) + ". ";
    }
    if (shown.jointDivergence) {
        tip +=
            QString::fromUtf8("\u0394(x, z): divergence between examples with their codes and samples with theirs, ") +
            divergenceWords(spec.jointDivergence, kPairs, kernelName) + ". ";
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
    const QString delta = QString::fromUtf8("\u0394");
    QStringList words;
    const bool first = knobs.divergenceWeight() != 0.0;
    if (first && (shown.secondDivergence || shown.dataDivergence || shown.jointDivergence)) {
        words << delta + ":&nbsp;" + divergenceName(spec.divergence);
    }
    if (shown.secondDivergence) {
        words << delta + "<sub>2</sub>:&nbsp;" + divergenceName(spec.second);
    }
    if (shown.dataDivergence) {
        words << delta + "(<i>p</i>*,&nbsp;<i>p</i>):&nbsp;" + divergenceName(spec.dataDivergence);
    }
    if (shown.jointDivergence) {
        words << delta + "(<i>x</i>,&nbsp;<i>z</i>):&nbsp;" + divergenceName(spec.jointDivergence);
    }
    if (shown.codeDistortion) {
        words << QString::fromUtf8(
            "<i>C</i>&nbsp;=&nbsp;\u2212E<sub><i>p</i></sub>&nbsp;log&nbsp;<i>q</i>(<i>z</i>|<i>x</i>)");
    }
    return words.join(QString::fromUtf8(" \u00b7 "));
}

}  // namespace elbo
