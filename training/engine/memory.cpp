#include "training/engine/memory.h"

#include <fmt/format.h>

#include <algorithm>

#include "training/engine/built_model.h"

namespace elbo {

namespace {

std::uint64_t numberBytes(const Experiment& experiment) {
    return experiment.run.precision == Precision::Float64 ? 8 : 4;
}

}  // namespace

std::uint64_t memberBytes(const Experiment& experiment, const DataShape& data) {
    const LatentModel model = builtModel(experiment, data);
    const auto weights = static_cast<std::uint64_t>(model.layout()->size());
    // The encoder passes once for all codes of an example; what makes and weighs a code is there for each.
    const auto encoder = model.posterior().network().cost().outputs;
    const auto perCode = model.posterior().cost().outputs - encoder + model.decoder().network().cost().outputs +
                         model.prior().cost().outputs;
    const auto outputs = static_cast<std::uint64_t>(encoder + experiment.objective.importanceSamples * perCode);
    const auto batch = static_cast<std::uint64_t>(experiment.optimiser.batchSize);
    const auto once = static_cast<std::uint64_t>(model.prior().costOfAny().outputs);
    // Values, gradients and two moments; directions besides.
    const std::uint64_t buffers = experiment.optimiser.normalise == Normalise::Block ? 5 : 4;
    return numberBytes(experiment) * (buffers * weights + 3 * (batch * outputs + once));
}

std::uint64_t trainerBytes(const Experiment& experiment, const Dataset& dataset) {
    Experiment drawn = experiment;
    drawn.optimiser.batchSize = std::clamp(experiment.optimiser.batchSize, 1, std::max(1, dataset.train.size()));
    const auto batch = static_cast<std::uint64_t>(drawn.optimiser.batchSize);
    const auto values = static_cast<std::uint64_t>(dataset.train.values.size());
    return memberBytes(drawn, dataset.shape()) * experiment.knobs.size() +
           numberBytes(experiment) * (values + batch * static_cast<std::uint64_t>(dataset.dim));
}

void requireMemory(const Experiment& experiment, const Dataset& dataset, const Machine& machine) {
    if (experiment.run.device != Device::Cpu) {
        return;
    }
    const std::size_t members = experiment.knobs.size();
    machine.require(trainerBytes(experiment, dataset),
                    fmt::format("\"{}\": training {}", experiment.name,
                                members == 1 ? "this model" : fmt::format("these {} models at once", members)),
                    "make the widths of model.encoder and model.decoder, optimiser.batch_size, data.train_size or the "
                    "fleet smaller");
}

}  // namespace elbo
