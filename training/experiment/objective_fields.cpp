// The fields of an experiment in [objective].
#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>

#include "training/experiment/field_kinds.h"

namespace elbo {
namespace {

FieldRelevance rateTermIs(std::initializer_list<RateTerm> terms) {
    std::string words = "for objective.rate_term = ";
    for (const RateTerm term : terms) {
        words += fmt::format("{}{}", term == *terms.begin() ? "" : ", ", keyOf(term));
    }
    return {words, [terms = std::vector<RateTerm>(terms)](const Experiment& experiment) {
                return std::find(terms.begin(), terms.end(), experiment.objective.rateTerm) != terms.end();
            }};
}

}  // namespace

std::vector<ExperimentField> objectiveFields() {
    constexpr auto kObjective = &Experiment::objective;
    std::vector<ExperimentField> fields{
        choice({.key = "objective.divergence",
                .label = "\u0394",
                .tip = "How the divergence \u0394 compares all codes with the prior.",
                .group = FieldGroup::Divergences},
               at(kObjective, &ObjectiveSpec::divergence)),
        choice({.key = "objective.kernel",
                .label = "Kernel",
                .tip = "The kernel of the maximum mean discrepancy, r the distance of two codes.",
                .group = FieldGroup::Divergences},
               at(kObjective, &ObjectiveSpec::kernel)),
        choice({.key = "objective.divergence_2",
                .label = "\u0394\u2082",
                .tip = "The second divergence between all codes and the prior; its weight is w_2.",
                .group = FieldGroup::Divergences},
               at(kObjective, &ObjectiveSpec::second)),
        choice({.key = "objective.divergence_x",
                .label = "\u0394(p*, p)",
                .tip = "The divergence between data and samples of the model; its weight is w_x.",
                .group = FieldGroup::Divergences},
               at(kObjective, &ObjectiveSpec::dataDivergence)),
        choice({.key = "objective.divergence_xz",
                .label = "\u0394(x, z)",
                .tip = "The divergence between examples with their codes and samples with theirs; its weight is w_xz.",
                .group = FieldGroup::Divergences},
               at(kObjective, &ObjectiveSpec::jointDivergence)),
        real({.key = "objective.bandwidth",
              .label = "Stein width",
              .tip = "Squared width h of the kernel exp(-r^2 / (2 h)) of Stein variational descent; 0 takes it from "
                     "the median distance between codes.",
              .group = FieldGroup::Divergences},
             at(kObjective, &ObjectiveSpec::bandwidth), kFromZero),
        choice({.key = "objective.rate_term",
                .label = "Rate term",
                .tip = "What \u03b2 \u2212 \u03b1 multiplies.",
                .group = FieldGroup::Rate},
               at(kObjective, &ObjectiveSpec::rateTerm)),
        choice({.key = "objective.rate_estimate",
                .label = "Rate estimate",
                .tip = "How the rate of a batch is had.",
                .group = FieldGroup::Rate},
               at(kObjective, &ObjectiveSpec::rateEstimate)),
        integer({.key = "objective.importance_samples",
                 .label = "Codes weighed",
                 .tip = "Codes K of each example, weighed by importance: the loss holds -log of their mean weight in "
                        "place of distortion and rate, a bound that is tighter the larger K is; 1: the ELBO.",
                 .group = FieldGroup::Rate},
                at(kObjective, &ObjectiveSpec::importanceSamples), {1, 10'000}),
        choice({.key = "objective.gradient",
                .label = "Gradient",
                .tip = "How the encoder learns from codes that are weighed.",
                .group = FieldGroup::Rate},
               at(kObjective, &ObjectiveSpec::gradient)),
        real({.key = "objective.rate_target",
              .label = "Target",
              .tip = "The wanted rate or information.",
              .unit = "nats",
              .group = FieldGroup::Rate,
              .relevance = rateTermIs({RateTerm::Target, RateTerm::Information, RateTerm::Cap})},
             at(kObjective, &ObjectiveSpec::rateTarget), kFromZero),
        real({.key = "objective.free_bits",
              .label = "Free bits",
              .tip = "The rate that every latent dimension may use without being punished.",
              .unit = "nats per latent dimension",
              .group = FieldGroup::Rate,
              .relevance = rateTermIs({RateTerm::FreeBits, RateTerm::SoftFreeBits})},
             at(kObjective, &ObjectiveSpec::freeBits), kFromZero),
        real({.key = "objective.relaxation",
              .label = "Relaxation",
              .tip = "Temperature of the soft binary pixels that critics see of a Bernoulli decoder: lower is closer "
                     "to 0 and 1.",
              .group = FieldGroup::Critics},
             at(kObjective, &ObjectiveSpec::relaxation), kAboveZero),
        widths({.key = "objective.critic",
                .label = "Hidden layers",
                .tip = "Widths of the networks that tell two sorts of draws apart, one per member and term, such as "
                       "64, 64.",
                .group = FieldGroup::Critics},
               at(kObjective, &ObjectiveSpec::critic)),
        integer({.key = "objective.critic_steps",
                 .label = "Critic steps",
                 .tip = "Steps of these networks for every step of the model; wgan wants about 5.",
                 .group = FieldGroup::Critics},
                at(kObjective, &ObjectiveSpec::criticSteps), {1, 1000}),
        real({.key = "objective.critic_learning_rate",
              .label = "Critic rate",
              .tip = "Step size of their own optimiser.",
              .group = FieldGroup::Critics},
             at(kObjective, &ObjectiveSpec::criticLearningRate), kAboveZero),
        real({.key = "objective.gradient_penalty",
              .label = "Slope penalty",
              .tip = "How firmly the critic of wgan is held to a slope of 1.",
              .group = FieldGroup::Critics},
             at(kObjective, &ObjectiveSpec::gradientPenalty), kFromZero),
    };
    for (std::size_t place = 0; place < kKnobCount; ++place) {
        const KnobName& weight = kKnobNames[place];
        fields.push_back(
            knob({.key = std::string("objective.") + weight.name,
                  .label = weight.symbol,
                  .tip = fmt::format("{} One number for all members, one for each such as 1, 500, a range such as "
                                     "0.1:10:log16 or 0:1:lin5, or x and a list to combine it with every setting of "
                                     "the others: x 0, 0.5, 1.",
                                     weight.words),
                  .group = FieldGroup::Weights},
                 place));
    }
    return fields;
}

}  // namespace elbo
