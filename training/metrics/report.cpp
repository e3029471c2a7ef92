#include "training/metrics/report.h"

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

namespace elbo {
namespace {

using Json = nlohmann::ordered_json;

/// JSON has no not-a-number and no infinity.
Json number(double value) {
    return std::isfinite(value) ? Json(value) : Json(nullptr);
}

/// One metric of the table below; `onSplits` adds NAME_train and NAME_test.
struct Metric {
    const char* name;
    const char* label;
    const char* meaning;
    bool measured;
    bool plain;     ///< measured under the plain name, as a running average or a setting
    bool onSplits;  ///< evaluated on the training and the test split
};

constexpr bool kYes = true;
constexpr bool kNo = false;

constexpr Metric kMetrics[] = {
    {"step", "step", "Optimiser steps taken so far.", kYes, kYes, kNo},
    {"epoch", "epoch", "Passes over the training examples so far.", kYes, kYes, kNo},
    {"wall_s", "time (s)", "Seconds spent on training, pauses left out.", kYes, kYes, kNo},
    {"steps_per_s", "steps per second", "Training speed over the last second or so.", kYes, kYes, kNo},
    {"loss", "loss J",
     "What the optimiser makes small: distortion, rate and marginal divergence, weighted by the sliders.", kYes, kYes,
     kNo},
    {"distortion", "distortion D",
     "How badly the decoder predicts an example from its code: the average of -log p(x|z), in nats.", kYes, kYes, kYes},
    {"rate", "rate R",
     "How much the code of an example tells beyond the prior: the average of KL(q(z|x) || p(z)), in nats.", kYes, kYes,
     kYes},
    {"elbo", "ELBO",
     "The evidence lower bound -(D + R): the log-likelihood of the data is at least this large, in nats.", kYes, kYes,
     kYes},
    {"marginal_divergence", "divergence \u0394(q(z) || p(z))",
     "How far the codes of the whole data set, taken together, lie from the prior, "
     "by the divergence that the experiment trains with.",
     kYes, kYes, kYes},
    {"rate_term", "rate term",
     "What stands in the loss in place of the rate, such as its distance from a target or its excess over free bits.",
     kYes, kYes, kNo},
    {"critic_loss", "critic loss",
     "What the network that tells codes from prior draws makes small; 1.39 when it cannot tell them apart.", kYes, kYes,
     kNo},
    {"critic_accuracy", "critic accuracy",
     "The share of codes and prior draws that this network puts on the right side: 0.5 when it cannot tell them apart.",
     kYes, kYes, kNo},
    {"multiplier_rate", "multiplier of R \u2265 R*",
     "What a nat of rate that is missing costs: it grows while the rate is below its floor and shrinks above.", kYes,
     kYes, kNo},
    {"multiplier_elbo", "multiplier of D + R \u2264 e\u2081",
     "What a nat of the ELBO that is missing costs: it grows while the ELBO is worse than its bound and shrinks "
     "beyond.",
     kYes, kYes, kNo},
    {"multiplier_divergence", "multiplier of \u0394 \u2264 e\u2082",
     "What divergence from the prior costs: it grows while the codes are further from it than allowed and shrinks "
     "below.",
     kYes, kYes, kNo},
    {"rate_weight_factor", "factor of soft free bits \u03b3",
     "The share of the rate's weight that is left: it falls while the rate is below its floor and recovers above.",
     kYes, kYes, kNo},
    {"beta", "\u03b2", "The weight of the rate: above 1 codes are squeezed, below 1 they may tell more.", kYes, kYes,
     kNo},
    {"lambda", "\u03bb", "The weight that pulls all codes together towards the prior.", kYes, kYes, kNo},
    {"alpha", "\u03b1", "The weight that rewards information in the codes: at 1 the rate is no longer punished.", kYes,
     kYes, kNo},
    {"mi_q", "information I_q",
     "Mutual information between an example and its code under the encoder, at most the logarithm of their number.",
     kYes, kNo, kYes},
    {"mi_q_lower", "lower bound of I_q", "Data entropy minus distortion: the encoder's information is at least this.",
     kYes, kNo, kYes},
    {"mi_q_upper", "upper bound of I_q", "The rate, read as the most information that the encoder can transmit.", kYes,
     kNo, kYes},
    {"mi_p_lower", "lower bound of I_p", "A lower bound on the information between code and sample under the decoder.",
     kYes, kNo, kNo},
    {"mi_p_upper", "upper bound of I_p", "An upper bound on the information between code and sample under the decoder.",
     kYes, kNo, kNo},
    {"kl_marginal", "KL(q(z) || p(z))",
     "The divergence between the codes of the whole data set and the prior, in nats, with q(z) as an exact mixture.",
     kYes, kNo, kYes},
    {"nll", "negative log-likelihood", "An estimate of -log p(x) by importance sampling, in nats per example.", kYes,
     kNo, kYes},
    {"nll_exact", "negative log-likelihood (quadrature)",
     "-log p(x) by summing over a grid of codes, for at most two latent dimensions.", kYes, kNo, kYes},
    {"kl_posterior", "KL(q(z|x) || p(z|x))",
     "How far the encoder is from the true posterior: exactly what the ELBO lacks to the log-likelihood.", kYes, kNo,
     kYes},
    {"mmd", "MMD", "The maximum mean discrepancy between codes and prior, whatever divergence is trained.", kYes, kNo,
     kYes},
    {"log_det_cov", "log det Cov[q(z)] / dim z",
     "The volume filled by the codes, per latent dimension: 0 fits a standard normal prior, very negative is collapse.",
     kYes, kNo, kYes},
    {"reconstruction_error", "reconstruction error",
     "The mean squared error of an example decoded from its code, per data dimension.", kYes, kNo, kYes},
    {"active_units", "active units",
     "The share of latent dimensions whose posterior mean moves with the input (variance above 0.01).", kYes, kNo,
     kYes},
    {"class_cross_entropy", "class cross entropy",
     "How unevenly the model's samples spread over the classes, judged by a small classifier.", kYes, kNo, kNo},
    {"svm_error", "SVM error",
     "The share of test labels that a support vector machine trained on 1000 labelled codes gets wrong.", kYes, kNo,
     kNo},
    {"henze_zirkler", "Henze-Zirkler statistic", "A test of whether the codes are normally distributed: small is good.",
     kYes, kNo, kYes},
    {"smooth_knn", "smooth k-NN statistic",
     "A two-sample test: can neighbours tell the model's samples from data? 0 means that they cannot.", kYes, kNo, kNo},
    {"henze_zirkler_p", "Henze-Zirkler p-value",
     "The chance of so large a Henze-Zirkler statistic if the codes were normal.", kYes, kNo, kYes},
    {"mi_q_exact", "information I_q (quadrature)",
     "I_q of the examples that were integrated over, for at most two latent dimensions.", kYes, kNo, kYes},
    {"kl_marginal_exact", "KL(q(z) || p(z)) (quadrature)",
     "The same divergence by quadrature, for at most two latent dimensions.", kYes, kNo, kYes},
    {"kl_marginal_reverse", "KL(p(z) || q(z))",
     "The divergence in the other direction: large where the prior draws codes that no example has.", kYes, kNo, kYes},
    {"mi_p", "information I_p",
     "Mutual information between code and sample under the decoder, with p(x) by quadrature, in nats.", kYes, kNo, kNo},
    {"rate_per_dim", "rate by latent dimension",
     "The rate of each latent dimension on its own: near 0 where a dimension is not used.", kYes, kNo, kYes},
};

}  // namespace

double Report::value(const std::string& name, int member) const {
    const auto found = values.find(name);
    if (found == values.end() || member < 0 || static_cast<std::size_t>(member) >= found->second.size()) {
        return std::numeric_limits<double>::quiet_NaN();
    }
    return found->second[static_cast<std::size_t>(member)];
}

double measuredValue(const Report& report, const std::string& name, int member) {
    for (const char* suffix : {"", "_train", "_test"}) {
        const double value = report.value(name + suffix, member);
        if (std::isfinite(value)) {
            return value;
        }
    }
    return std::numeric_limits<double>::quiet_NaN();
}

std::string reportJson(const Report& report) {
    Json json;
    json["step"] = report.step;
    json["epoch"] = number(report.epoch);
    json["wall_s"] = number(report.wallSeconds);
    json["steps_per_s"] = number(report.stepsPerSecond);
    for (const auto& [name, members] : report.values) {
        if (members.size() == 1) {
            json[name] = number(members.front());
            continue;
        }
        Json array = Json::array();
        for (const double value : members) {
            array.push_back(number(value));
        }
        json[name] = std::move(array);
    }
    return json.dump();
}

const std::vector<MetricEntry>& metricEntries() {
    static const std::vector<MetricEntry> kEntries = [] {
        std::vector<MetricEntry> entries;
        for (const Metric& metric : kMetrics) {
            if (metric.plain || !metric.onSplits) {
                entries.push_back({metric.name, metric.label, metric.meaning, metric.measured});
            }
            if (metric.onSplits) {
                const std::string name = metric.name;
                const std::string label = metric.label;
                const std::string meaning = metric.meaning;
                entries.push_back({name + "_train", label + ", train", meaning + " Evaluated on the training examples.",
                                   metric.measured});
                entries.push_back(
                    {name + "_test", label + ", test", meaning + " Evaluated on the test examples.", metric.measured});
            }
        }
        return entries;
    }();
    return kEntries;
}

}  // namespace elbo
