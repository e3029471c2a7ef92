// The fields of an experiment in [optimiser] and [run].
#include "training/experiment/field_kinds.h"

namespace elbo {

std::vector<ExperimentField> optimiserFields() {
    constexpr FieldGroup kGroup = FieldGroup::Training;
    constexpr auto kOptimiser = &Experiment::optimiser;
    return {
        real({.key = "optimiser.learning_rate",
              .label = "Learning rate",
              .tip = "Step size of the Adam optimiser.",
              .group = kGroup},
             at(kOptimiser, &OptimiserSpec::learningRate), kAboveZero),
        real({.key = "optimiser.beta1",
              .label = "Adam beta1",
              .tip = "How much of the running mean of the gradient a step keeps.",
              .group = kGroup,
              .inPanel = false},
             at(kOptimiser, &OptimiserSpec::beta1), kBelowOne),
        real({.key = "optimiser.beta2",
              .label = "Adam beta2",
              .tip = "How much of the running mean square of the gradient a step keeps.",
              .group = kGroup,
              .inPanel = false},
             at(kOptimiser, &OptimiserSpec::beta2), kBelowOne),
        real({.key = "optimiser.epsilon",
              .label = "Adam epsilon",
              .tip = "Added to the root of the mean square before it divides.",
              .group = kGroup,
              .inPanel = false},
             at(kOptimiser, &OptimiserSpec::epsilon), kAboveZero),
        integer({.key = "optimiser.batch_size",
                 .label = "Batch size",
                 .tip = "Examples per step.",
                 .unit = "examples",
                 .group = kGroup},
                at(kOptimiser, &OptimiserSpec::batchSize), {1, 1'000'000}),
        choice({.key = "optimiser.schedule",
                .label = "Schedule",
                .tip = "How the learning rate goes on over the steps.",
                .group = kGroup},
               at(kOptimiser, &OptimiserSpec::schedule)),
        integer({.key = "optimiser.encoder_steps",
                 .label = "Encoder steps",
                 .tip = "Steps of the encoder alone before each step of the whole model; 0: none.",
                 .group = FieldGroup::Lagging},
                at(kOptimiser, &OptimiserSpec::encoderSteps), {0, 1000}),
        integer({.key = "optimiser.encoder_phase",
                 .label = "Until step",
                 .tip = "The encoder's own steps end here; 0: they never end.",
                 .unit = "steps",
                 .group = FieldGroup::Lagging},
                at(kOptimiser, &OptimiserSpec::encoderPhase), {0, kMostSteps}),
    };
}

std::vector<ExperimentField> runFields() {
    constexpr FieldGroup kGroup = FieldGroup::Training;
    constexpr auto kRun = &Experiment::run;
    return {
        integer({.key = "run.steps",
                 .label = "Steps",
                 .tip = "Training is finished after so many steps.",
                 .unit = "steps",
                 .group = kGroup},
                at(kRun, &RunSpec::steps), {0, kMostSteps}),
        integer({.key = "run.seed", .label = "Seed", .tip = "Initial weights, batches and noise.", .group = kGroup},
                at(kRun, &RunSpec::seed), {0, kMostSeed}),
        integer(
            {.key = "run.threads", .label = "Threads", .tip = "Processor cores used for training.", .group = kGroup},
            at(kRun, &RunSpec::threads), {1, 1024}),
        choice({.key = "run.precision",
                .label = "Precision",
                .tip = "Width of the numbers used in training.",
                .group = kGroup},
               at(kRun, &RunSpec::precision)),
        choice({.key = "run.engine",
                .label = "Engine",
                .tip = "How a step is computed; both give the same results up to rounding.",
                .group = kGroup,
                .inPanel = false},
               at(kRun, &RunSpec::engine)),
        choice({.key = "run.device",
                .label = "Device",
                .tip = "Where the fleet trains; evaluations and pictures are always made on the processor.",
                .group = kGroup,
                .inPanel = false},
               at(kRun, &RunSpec::device)),
        integer({.key = "run.report_every",
                 .label = "Report every",
                 .tip = "Steps between two lines of metrics.jsonl.",
                 .unit = "steps",
                 .group = kGroup,
                 .inPanel = false},
                at(kRun, &RunSpec::reportEvery), {1, kMostSteps}),
        real({.key = "run.autosave_seconds",
              .label = "Save every",
              .tip = "Seconds between two checkpoints of a run without a window.",
              .unit = "seconds",
              .group = kGroup,
              .inPanel = false},
             at(kRun, &RunSpec::autosaveSeconds), kAboveZero),
    };
}

}  // namespace elbo
