#include "training/metrics/metric_rows.h"

#include <fmt/format.h>

#include <iterator>
#include <utility>

#include "models/spec/terms.h"

namespace elbo {

namespace {

/// A term that every objective has: a running average, and evaluated on both splits.
MetricRow ofTerm(LossTerm id, Sense sense, LiveCurve curve) {
    const TermRow& term = rowOf(id);
    return {.name = term.metric,
            .label = term.label,
            .symbol = term.letter,
            .unit = term.unit,
            .sense = sense,
            .meaning = term.meaning,
            .equation = term.equation,
            .splits = Splits::AndPlain,
            .curve = curve};
}

/// The clock of a run and what the optimiser sees.
std::vector<MetricRow> ofTraining() {
    MetricRow divergence = ofTerm(LossTerm::MarginalDivergence, Sense::Lower, LiveCurve::Offered);
    divergence.shortLabel = "divergence \u0394";
    return {
        {.name = "step", .label = "step", .meaning = "Optimiser steps taken so far.", .perMember = false},
        {.name = "epoch", .label = "epoch", .meaning = "Passes over the training examples so far.", .perMember = false},
        {.name = "wall_s",
         .label = "time (s)",
         .unit = "s",
         .meaning = "Seconds spent on training, pauses left out.",
         .perMember = false},
        {.name = "steps_per_s",
         .label = "steps per second",
         .unit = "1/s",
         .sense = Sense::Higher,
         .meaning = "Training speed over the last second or so.",
         .perMember = false},
        {.name = "parameters",
         .label = "parameters",
         .meaning = "Numbers that training moves in one model: those of encoder and decoder, and what prior and "
                    "likelihood learn.",
         .perMember = false},
        {.name = "loss",
         .label = "loss J",
         .symbol = "J",
         .unit = "nats",
         .sense = Sense::Lower,
         .meaning =
             "What the optimiser makes small: distortion, rate and marginal divergence, weighted by the sliders.",
         .equation = "J = D + (\u03b2 - \u03b1) R + (\u03b1 + \u03bb - 1) \u0394, [InfoVAE] Eq. 6"},
        ofTerm(LossTerm::Distortion, Sense::Lower, LiveCurve::Overview),
        ofTerm(LossTerm::Rate, Sense::Neither, LiveCurve::Overview),
        {.name = "elbo",
         .label = "ELBO",
         .unit = "nats",
         .sense = Sense::Higher,
         .meaning =
             "The evidence lower bound -(D + R): the log-likelihood of the data is at least this large, in nats.",
         .equation = "ELBO = -(D + R)",
         .splits = Splits::AndPlain,
         .curve = LiveCurve::Overview},
        divergence,
        {.name = "rate_term",
         .label = "rate term",
         .unit = "nats",
         .sense = Sense::Lower,
         .meaning =
             "What stands in the loss in place of the rate, such as its distance from a target or its excess over "
             "free bits."},
        {.name = "importance_term",
         .label = "weighed codes",
         .unit = "nats",
         .sense = Sense::Lower,
         .meaning = "What stands in the loss in place of distortion and rate where several codes of each example are "
                    "weighed: with both weights at 1, minus the importance-weighted bound of the log-likelihood.",
         .equation = "-log 1/K \u03a3 exp(-w_D D_k - (\u03b2 - \u03b1) R_k), Burda et al. 2016"},
    };
}

/// Terms that an objective may add: they are reported while their weights are not zero.
std::vector<MetricRow> ofTerms() {
    std::vector<MetricRow> rows;
    for (const TermRow& term : kTerms) {
        if (term.id > LossTerm::MarginalDivergence) {
            rows.push_back({.name = term.metric,
                            .label = term.label,
                            .symbol = term.letter,
                            .unit = term.unit,
                            .sense = Sense::Lower,
                            .meaning = term.meaning,
                            .equation = term.equation});
        }
    }
    return rows;
}

std::vector<MetricRow> ofCritics() {
    std::vector<MetricRow> rows;
    for (const TermRow& term : kTerms) {
        if (term.critic.suffix == nullptr) {
            continue;
        }
        const std::string suffix = term.critic.suffix, serves = term.critic.serves;
        const std::string label = serves.empty() ? "" : ", " + serves;
        const std::string q = term.compared.q, p = term.compared.p;
        rows.push_back(
            {.name = fmt::format("critic_loss{}", suffix),
             .label = fmt::format("critic loss{}", label),
             .meaning = fmt::format(
                 "What the network that tells {} from {} makes small; 1.39 when it cannot tell them apart.", q, p)});
        rows.push_back({.name = fmt::format("critic_accuracy{}", suffix),
                        .label = fmt::format("critic accuracy{}", label),
                        .unit = "share",
                        .meaning = fmt::format("The share of {} and {} that this network puts on the right side: 0.5 "
                                               "when it cannot tell them apart.",
                                               q, p)});
    }
    return rows;
}

/// The weights in force: those that are learned, then those that are set.
std::vector<MetricRow> ofWeights() {
    std::vector<MetricRow> rows{
        {.name = "multiplier_rate",
         .label = "multiplier of R \u2265 R*",
         .symbol = "\u03bc_R",
         .meaning = "What a nat of rate that is missing costs: it grows while the rate is below its floor and shrinks "
                    "above.",
         .equation = "[Family] 4.1"},
        {.name = "multiplier_elbo",
         .label = "multiplier of D + R \u2264 e\u2081",
         .symbol = "\u03bc_e",
         .meaning = "What a nat of the ELBO that is missing costs: it grows while the ELBO is worse than its bound and "
                    "shrinks beyond.",
         .equation = "[Family] 4.1"},
        {.name = "multiplier_divergence",
         .label = "multiplier of \u0394 \u2264 e\u2082",
         .symbol = "\u03bc_\u0394",
         .meaning =
             "What divergence from the prior costs: it grows while the codes are further from it than allowed and "
             "shrinks below.",
         .equation = "[Family] 4.1"},
        {.name = "rate_weight_factor",
         .label = "factor of soft free bits \u03b3",
         .symbol = "\u03b3",
         .unit = "share",
         .meaning = "The share of the rate's weight that is left: it falls while the rate is below its floor and "
                    "recovers above.",
         .equation = "Chen et al. 2017"},
    };
    for (const KnobName& knob : kKnobNames) {
        rows.push_back({.name = knob.metric, .label = knob.symbol, .symbol = knob.symbol, .meaning = knob.words});
    }
    return rows;
}

/// On how many examples evaluations rest, and how far they may be off for it.
std::vector<MetricRow> ofEvaluations() {
    std::vector<MetricRow> rows{
        {.name = "examples",
         .label = "examples evaluated",
         .meaning = "How many examples of the split the evaluations of this line rest on: a random part of it with the "
                    "labels in proportion, or all of it.",
         .splits = Splits::Only},
    };
    for (const auto& [name, symbol] :
         {std::pair{"distortion", "D"}, std::pair{"rate", "R"}, std::pair{"elbo", "the ELBO"}}) {
        rows.push_back({.name = fmt::format("{}_error", name),
                        .label = fmt::format("standard error of {}", symbol),
                        .unit = "nats",
                        .meaning = fmt::format("How far {} may be off because a part of the split stands for all of it "
                                               "(nothing where all was used) and because draws of z stand for "
                                               "their mean: one standard error.",
                                               symbol),
                        .splits = Splits::Only});
    }
    return rows;
}

std::vector<MetricRow> ofMeasures() {
    return {
        {.name = "mi_q",
         .label = "information I_q",
         .symbol = "I_q",
         .unit = "nats",
         .meaning =
             "Mutual information between an example and its code under the encoder, at most the logarithm of their "
             "number.",
         .equation = "I_q = R - KL(q(z) || p(z))",
         .splits = Splits::Only},
        {.name = "mi_q_lower",
         .label = "lower bound of I_q",
         .unit = "nats",
         .meaning = "Data entropy minus distortion: the encoder's information is at least this.",
         .equation = "H - D \u2264 I_q, [RD] Eq. 2-3",
         .splits = Splits::Only},
        {.name = "mi_q_upper",
         .label = "upper bound of I_q",
         .unit = "nats",
         .meaning = "The rate, read as the most information that the encoder can transmit.",
         .equation = "I_q \u2264 R, [RD] Eq. 2-3",
         .splits = Splits::Only},
        {.name = "mi_p_lower",
         .label = "lower bound of I_p",
         .unit = "nats",
         .meaning = "A lower bound on the information between code and sample under the decoder.",
         .equation = "[RD] App. C"},
        {.name = "mi_p_upper",
         .label = "upper bound of I_p",
         .unit = "nats",
         .meaning = "An upper bound on the information between code and sample under the decoder.",
         .equation = "[RD] App. C"},
        {.name = "kl_marginal",
         .label = "KL(q(z) || p(z))",
         .unit = "nats",
         .sense = Sense::Lower,
         .meaning = "The divergence between the codes of the whole data set and the prior, in nats, with q(z) as an "
                    "exact mixture.",
         .splits = Splits::Only},
        {.name = "nll",
         .label = "negative log-likelihood",
         .unit = "nats",
         .sense = Sense::Lower,
         .meaning = "An estimate of -log p(x) by importance sampling, in nats per example.",
         .equation = "-log 1/K \u03a3 p(x, z_k) / q(z_k|x), [LiBI] Eq. 48",
         .splits = Splits::Only},
        {.name = "nll_k",
         .label = "negative log-likelihood, K draws",
         .unit = "nats",
         .sense = Sense::Lower,
         .meaning = "The bound of -log p(x) that this many draws give.",
         .equation = "-log 1/K \u03a3 p(x, z_k) / q(z_k|x), [LiBI] Eq. 48",
         .splits = Splits::Only,
         .variantOf = "nll"},
        {.name = "nll_exact",
         .label = "negative log-likelihood (quadrature)",
         .unit = "nats",
         .sense = Sense::Lower,
         .meaning = "-log p(x) by summing over a grid of codes, for at most two latent dimensions.",
         .splits = Splits::Only},
        {.name = "kl_posterior",
         .label = "KL(q(z|x) || p(z|x))",
         .unit = "nats",
         .sense = Sense::Lower,
         .meaning =
             "How far the encoder is from the true posterior: exactly what the ELBO lacks to the log-likelihood.",
         .equation = "log p(x) - ELBO, [InfoVAE] Eq. 3",
         .splits = Splits::Only},
        {.name = "inference_gap",
         .label = "inference gap",
         .unit = "nats",
         .sense = Sense::Lower,
         .meaning =
             "The price of the encoder: how far D + \u03b2 R, at the weight of the rate in force, lies above the "
             "least that any encoder reaches with this decoder and prior.",
         .equation = "D + \u03b2 R + \u03b2 E log \u222b p(z) p(x|z)^(1/\u03b2) dz, Cremer et al. 2018 at \u03b2 = 1",
         .splits = Splits::Only},
        {.name = "rate_best_encoder",
         .label = "rate R of the best encoder",
         .unit = "nats",
         .meaning =
             "The rate of the encoder that makes D + \u03b2 R least for this decoder and prior, at the weight in "
             "force.",
         .equation = "q(z|x) ~ p(z) p(x|z)^(1/\u03b2), Huang et al. 2020",
         .splits = Splits::Only},
        {.name = "distortion_best_encoder",
         .label = "distortion D of the best encoder",
         .unit = "nats",
         .sense = Sense::Lower,
         .meaning = "The distortion of the encoder that makes D + \u03b2 R least for this decoder and prior, at the "
                    "weight in force.",
         .equation = "q(z|x) ~ p(z) p(x|z)^(1/\u03b2), Huang et al. 2020",
         .splits = Splits::Only},
        {.name = "mmd",
         .label = "MMD",
         .sense = Sense::Lower,
         .meaning = "The maximum mean discrepancy between codes and prior, whatever divergence is trained.",
         .splits = Splits::Only},
        {.name = "log_det_cov",
         .label = "log det Cov[q(z)] / dim z",
         .meaning =
             "The volume filled by the codes, per latent dimension: 0 fits a standard normal prior, very negative "
             "is collapse.",
         .splits = Splits::Only,
         .curve = LiveCurve::Overview},
        {.name = "reconstruction_error",
         .label = "reconstruction error",
         .sense = Sense::Lower,
         .meaning = "The mean squared error of an example decoded from its code, per data dimension.",
         .splits = Splits::Only},
        {.name = "active_units",
         .label = "active units",
         .unit = "share",
         .sense = Sense::Higher,
         .meaning = "The share of latent dimensions whose posterior mean moves with the input (variance above 0.01).",
         .splits = Splits::Only,
         .curve = LiveCurve::Offered},
        {.name = "class_cross_entropy",
         .label = "class cross entropy",
         .unit = "nats",
         .sense = Sense::Lower,
         .meaning = "How unevenly the model's samples spread over the classes, judged by a small classifier.",
         .equation = "[InfoVAE] Fig. 6"},
        {.name = "svm_error",
         .label = "SVM error",
         .unit = "share",
         .sense = Sense::Lower,
         .meaning =
             "The share of test labels that a support vector machine trained on 1000 labelled codes gets wrong."},
        {.name = "henze_zirkler",
         .label = "Henze-Zirkler statistic",
         .sense = Sense::Lower,
         .meaning = "A test of whether the codes are normally distributed: small is good.",
         .equation = "[LiBI] Eq. 44",
         .splits = Splits::Only},
        {.name = "smooth_knn",
         .label = "smooth k-NN statistic",
         .sense = Sense::Lower,
         .meaning = "A two-sample test: can neighbours tell the model's samples from data? 0 means that they cannot.",
         .equation = "Djolonga and Krause 2017"},
        {.name = "henze_zirkler_p",
         .label = "Henze-Zirkler p-value",
         .sense = Sense::Higher,
         .meaning = "The chance of so large a Henze-Zirkler statistic if the codes were normal.",
         .splits = Splits::Only},
        {.name = "mi_q_exact",
         .label = "information I_q (quadrature)",
         .unit = "nats",
         .meaning = "I_q of the examples that were integrated over, for at most two latent dimensions.",
         .splits = Splits::Only},
        {.name = "kl_marginal_exact",
         .label = "KL(q(z) || p(z)) (quadrature)",
         .unit = "nats",
         .sense = Sense::Lower,
         .meaning = "The same divergence by quadrature, for at most two latent dimensions.",
         .splits = Splits::Only},
        {.name = "kl_marginal_reverse",
         .label = "KL(p(z) || q(z))",
         .unit = "nats",
         .sense = Sense::Lower,
         .meaning = "The divergence in the other direction: large where the prior draws codes that no example has.",
         .splits = Splits::Only},
        {.name = "mi_p",
         .label = "information I_p",
         .symbol = "I_p",
         .unit = "nats",
         .meaning = "Mutual information between code and sample under the decoder, with p(x) by quadrature, in nats."},
        {.name = "rate_per_dim",
         .label = "rate by latent dimension",
         .unit = "nats",
         .meaning = "The rate of each latent dimension on its own: near 0 where a dimension is not used.",
         .splits = Splits::Only},
        {.name = "rate_closed_form",
         .label = "rate R at the optimum",
         .unit = "nats",
         .meaning = "The rate of the best linear model of linear Gaussian data, in closed form.",
         .equation = "reverse water-filling"},
        {.name = "distortion_closed_form",
         .label = "distortion D at the optimum",
         .unit = "nats",
         .meaning = "The distortion of the best linear model of linear Gaussian data, in closed form.",
         .equation = "reverse water-filling"},
    };
}

}  // namespace

std::vector<MetricRow> makeMetricRows() {
    std::vector<MetricRow> rows;
    for (std::vector<MetricRow> part :
         {ofTraining(), ofTerms(), ofCritics(), ofWeights(), ofEvaluations(), ofMeasures()}) {
        rows.insert(rows.end(), std::make_move_iterator(part.begin()), std::make_move_iterator(part.end()));
    }
    return rows;
}

}  // namespace elbo
