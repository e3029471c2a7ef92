#include "training/experiment/experiment.h"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "models/spec/terms.h"
#include "training/experiment/field_table.h"
#include "training/experiment/shown_text.h"

namespace elbo {

namespace {

std::string draftText(const ExperimentDraft& draft, const std::string& key) {
    const ExperimentField* field = findField(key);
    return field == nullptr ? "" : field->write(draft);
}

/// What compares with N(0, I) alone cannot stand beside another prior.
void validatePrior(const ExperimentDraft& draft) {
    const ObjectiveSpec& objective = draft.experiment.objective;
    const std::string prior = draftText(draft, "model.prior");
    for (const TermRow& term : kTerms) {
        if (term.kind != nullptr && objective.*term.kind == DivergenceKind::Moments) {
            throw InputError::ofField(
                std::string("objective.") + term.kindField,
                fmt::format(
                    "is \"moments\", which compares with N(0, I), but model.prior is {}; take another divergence, or "
                    "model.prior = \"standard_normal\"",
                    prior));
        }
    }
    if (objective.rateTerm == RateTerm::FreeBits) {
        throw InputError::ofField("objective.rate_term",
                                  fmt::format("is \"free_bits\", which needs the rate of every latent dimension, but "
                                              "model.prior is {}; set model.prior = \"standard_normal\", or "
                                              "rate_term = \"soft_free_bits\"",
                                              prior));
    }
    if (draft.experiment.model.prior == "vamp" && draft.experiment.model.encoderNoise > 0) {
        throw InputError::ofField("model.prior",
                                  "is \"vamp\", a mixture of posteriors, but those of an encoder with noise have no "
                                  "density; set model.encoder_noise = 0, or take another prior");
    }
}

/// Weights of single codes take densities of single codes, and leave no D and no R that a bound could be put on.
void validateWeighedCodes(const ExperimentDraft& draft) {
    const Experiment& experiment = draft.experiment;
    const bool several = experiment.objective.importanceSamples > 1;
    const std::string key = several ? "objective.importance_samples" : "objective.gradient";
    const std::string otherwise = several ? "objective.importance_samples = 1" : "objective.gradient = \"path\"";
    const auto refuse = [&](const std::string& reason, const std::string& remedy) {
        throw InputError::ofField(
            key, fmt::format("is {}, {}; set {}, or {}", draftText(draft, key), reason, remedy, otherwise));
    };
    if (experiment.model.encoderNoise > 0) {
        refuse("which weighs codes by their density, but an implicit encoder has none", "model.encoder_noise = 0");
    }
    if (experiment.model.decoderNoise > 0) {
        refuse("which weighs codes by p(x|z), but an implicit decoder has no density", "model.decoder_noise = 0");
    }
    if (experiment.objective.rateEstimate != RateEstimate::LogRatio) {
        refuse(fmt::format("which weighs single codes, but objective.rate_estimate is {}, which is no rate of a code",
                           draftText(draft, "objective.rate_estimate")),
               "objective.rate_estimate = \"log_ratio\"");
    }
    for (const auto& [bound, given] :
         {std::pair("constraints.rate_at_least", experiment.constraints.rateAtLeast),
          std::pair("constraints.negative_elbo_at_most", experiment.constraints.negativeElboAtMost)}) {
        if (given) {
            refuse(
                fmt::format("which leaves neither D nor R in the loss that the multiplier of {} could bear on", bound),
                fmt::format("{} = \"none\"", bound));
        }
    }
}

}  // namespace

void Experiment::validate() const {
    if (knobs.empty()) {
        throw InputError(
            "the fleet has no member, but objective.beta, objective.lambda and objective.alpha must each have "
            "at least one value");
    }
    const ExperimentDraft draft(*this);
    if (const ExperimentField* field = firstOutOfRange(draft)) {
        throw mustBe(*field, shownText(field->write(draft)));
    }
    if (model.decoderNoise > 0 && model.likelihood != LikelihoodKind::Gaussian) {
        throw InputError::ofField(
            "model.decoder_noise",
            fmt::format("is {}, but the values of an implicit decoder are real numbers; set model.likelihood = "
                        "\"gaussian\", or model.decoder_noise = 0",
                        draftText(draft, "model.decoder_noise")));
    }
    if (model.encoderNoise > 0 && model.posterior != ModelSpec{}.posterior && model.posterior != "implicit") {
        throw InputError::ofField(
            "model.posterior",
            fmt::format(
                "is {}, but an encoder with noise has samples without a density; set model.encoder_noise = 0, or "
                "leave model.posterior out",
                draftText(draft, "model.posterior")));
    }
    if (model.encoderNoise == 0 && model.posterior == "implicit") {
        throw InputError::ofField("model.posterior",
                                  "is \"implicit\", but the encoder has no noise; set model.encoder_noise above 0");
    }
    if (model.prior != ModelSpec{}.prior) {
        validatePrior(draft);
    }
    for (const auto& [key, kind] : {std::pair("objective.divergence_x", objective.dataDivergence),
                                    std::pair("objective.divergence_xz", objective.jointDivergence)}) {
        if (kind == DivergenceKind::Moments || kind == DivergenceKind::Stein) {
            throw InputError::ofField(
                key,
                fmt::format("is {}, which compares codes with the prior only; take mmd, adversarial, wgan, kl_ratio or "
                            "reverse_kl_ratio",
                            draftText(draft, key)));
        }
    }
    if (objective.rateEstimate != RateEstimate::ClosedForm &&
        (objective.rateTerm == RateTerm::Target || objective.rateTerm == RateTerm::FreeBits ||
         objective.rateTerm == RateTerm::Information)) {
        throw InputError::ofField(
            "objective.rate_term",
            fmt::format("is {}, which needs the rate in closed form; set objective.rate_estimate = \"closed_form\"",
                        draftText(draft, "objective.rate_term")));
    }
    if (objective.rateTerm == RateTerm::FreeBits &&
        (model.posteriorName() == "full_gaussian" || model.posteriorName() == "iaf")) {
        throw InputError::ofField(
            "objective.rate_term",
            fmt::format("is \"free_bits\", which needs the rate of every latent dimension, but those of {} depend on "
                        "each other; set model.posterior = \"diagonal_gaussian\"",
                        model.posteriorName() == "iaf" ? "a flow" : "a full Gaussian"));
    }
    if (objective.rateEstimate == RateEstimate::LogRatio && model.encoderNoise > 0) {
        throw InputError::ofField("objective.rate_estimate",
                                  "is \"log_ratio\", but an implicit encoder has no density; set "
                                  "objective.rate_estimate = \"adversarial\", or model.encoder_noise = 0");
    }
    if (objective.weighsCodes()) {
        validateWeighedCodes(draft);
    }
    for (const auto& [key, bound] : {std::pair("constraints.rate_at_least", constraints.rateAtLeast),
                                     std::pair("constraints.negative_elbo_at_most", constraints.negativeElboAtMost)}) {
        if (bound && objective.rateTerm != RateTerm::Rate && objective.rateTerm != RateTerm::Cap) {
            throw InputError::ofField(key,
                                      fmt::format("is {}, but its multiplier bears on the weight of the rate, which "
                                                  "objective.rate_term = {} gives to something else; set "
                                                  "objective.rate_term = \"rate\", or {} = \"none\"",
                                                  draftText(draft, key), draftText(draft, "objective.rate_term"), key));
        }
    }
    if (constraints.divergenceAtMost && constraints.least == 0.0) {
        throw InputError::ofField(
            "constraints.least",
            "is 0.0, but a multiplier of 0 would switch the divergence of "
            "constraints.divergence_at_most off for good; set constraints.least above 0, such as 0.001");
    }
    if (constraints.least > constraints.most) {
        throw InputError::ofField(
            "constraints.least",
            fmt::format("is {}, but must not be above constraints.most, which is {}",
                        draftText(draft, "constraints.least"), draftText(draft, "constraints.most")));
    }
    if (constraints.any() && (constraints.initial < constraints.least || constraints.initial > constraints.most)) {
        throw InputError::ofField(
            "constraints.initial",
            fmt::format("is {}, but must lie between constraints.least, which is {}, and constraints.most, which is {}",
                        draftText(draft, "constraints.initial"), draftText(draft, "constraints.least"),
                        draftText(draft, "constraints.most")));
    }
    const double most = std::log(static_cast<double>(optimiser.batchSize));
    if ((objective.rateTerm == RateTerm::Information || objective.rateTerm == RateTerm::Cap) &&
        objective.rateTarget >= most) {
        throw InputError::ofField("objective.rate_target",
                                  fmt::format("is {0}, but a batch of {1} examples can tell at most log({1}) nats of "
                                              "information; lower the target or raise optimiser.batch_size",
                                              draftText(draft, "objective.rate_target"), optimiser.batchSize));
    }
}

}  // namespace elbo
