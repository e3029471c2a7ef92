// The fields of an experiment in [schedule] and [constraints]: weights that move while the model trains.
#include "training/experiment/field_kinds.h"

namespace elbo {

std::vector<ExperimentField> scheduleFields() {
    std::vector<ExperimentField> fields;
    for (std::size_t place = 0; place < kKnobCount; ++place) {
        const KnobName& weight = kKnobNames[place];
        fields.push_back(schedule(
            {.key = std::string("schedule.") + weight.name,
             .label = std::string(weight.symbol) + " schedule",
             .tip = "The weight as a function of the step: pairs of step and value, such as [[0, 0.0], [1000, 1.0]], "
                    "with straight lines between them, or an expression such as 0:1:1000 x4; [] leaves the weight to "
                    "its slider, and moving the slider takes it off the schedule until the run is reset.",
             .group = FieldGroup::Schedules},
            [place](auto& experiment) -> auto& { return experiment.schedule[place]; }));
    }
    fields.push_back(integer({.key = "schedule.period",
                              .label = "Cycle",
                              .tip = "Steps after which the schedules of the weights begin again; 0: never.",
                              .unit = "steps",
                              .group = FieldGroup::Schedules},
                             at(&Experiment::schedule, &KnobSchedule::period), {0, kMostSteps}));
    fields.push_back(
        integer({.key = "schedule.beta_rise",
                 .label = "Rise of \u03b2",
                 .tip = "Steps over which \u03b2 rises from 0 to its value, of every member of a fleet to its "
                        "own: KL annealing; 0: it begins where it is.",
                 .unit = "steps",
                 .group = FieldGroup::Schedules},
                at(&Experiment::schedule, &KnobSchedule::betaRise), {0, kMostSteps}));
    return fields;
}

std::vector<ExperimentField> constraintFields() {
    constexpr FieldGroup kGroup = FieldGroup::Bounds;
    constexpr auto kConstraints = &Experiment::constraints;
    return {
        optionalNumber({.key = "constraints.rate_at_least",
                        .label = "R \u2265",
                        .tip = "Lower bound of the rate, kept by a multiplier that is learned; none: no bound.",
                        .unit = "nats",
                        .group = kGroup},
                       at(kConstraints, &ConstraintSpec::rateAtLeast)),
        optionalNumber(
            {.key = "constraints.negative_elbo_at_most",
             .label = "D + R \u2264",
             .tip = "Upper bound of the negative ELBO, kept by a multiplier that is learned; none: no bound.",
             .unit = "nats",
             .group = kGroup},
            at(kConstraints, &ConstraintSpec::negativeElboAtMost)),
        optionalNumber({.key = "constraints.divergence_at_most",
                        .label = "\u0394 \u2264",
                        .tip = "Upper bound of the divergence between codes and prior, kept by a multiplier that is "
                               "learned; none: no bound.",
                        .group = kGroup},
                       at(kConstraints, &ConstraintSpec::divergenceAtMost)),
        real({.key = "constraints.learning_rate",
              .label = "Step size",
              .tip = "How fast the multipliers climb along the violations.",
              .group = kGroup},
             at(kConstraints, &ConstraintSpec::learningRate), kAboveZero),
        real({.key = "constraints.initial",
              .label = "At first",
              .tip = "The multipliers before the first step.",
              .group = kGroup},
             at(kConstraints, &ConstraintSpec::initial), kFromZero),
        real({.key = "constraints.least",
              .label = "At least",
              .tip = "The multipliers are kept above this.",
              .group = kGroup},
             at(kConstraints, &ConstraintSpec::least), kFromZero),
        real({.key = "constraints.most",
              .label = "At most",
              .tip = "The multipliers are kept below this.",
              .group = kGroup},
             at(kConstraints, &ConstraintSpec::most), kAboveZero),
    };
}

}  // namespace elbo
