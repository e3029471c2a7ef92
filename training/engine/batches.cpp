#include "training/engine/batches.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "models/tensor/torch.h"
#include "training/data/binarise.h"
#include "training/step/noise.h"

namespace elbo {

namespace {

/// An uninitialised matrix [rows, columns] in the precision of the run.
torch::Tensor emptyMatrix(std::int64_t rows, std::int64_t columns, const Experiment& experiment) {
    return torch::empty({rows, columns}, tensorOptions(experiment));
}

void drawInto(torch::Tensor& noise, std::uint64_t seed, NoiseStream stream, std::int64_t step) {
    const auto count = static_cast<std::size_t>(noise.numel());
    if (noise.scalar_type() == torch::kFloat64) {
        drawNoise(seed, stream, step, noise.data_ptr<double>(), count);
    } else {
        drawNoise(seed, stream, step, noise.data_ptr<float>(), count);
    }
}

}  // namespace

Batches::Batches(const Experiment& experiment, const Dataset& dataset, const LatentModel& model)
    : inputs_(experiment, dataset, dataset.train),
      seed_(experiment.run.seed),
      size_(std::min(experiment.optimiser.batchSize, inputs_.size())),
      x_(emptyMatrix(size_, dataset.dim, experiment)),
      noise_{emptyMatrix(size_, model.posteriorNoise(), experiment), emptyMatrix(size_, model.priorNoise(), experiment),
             emptyMatrix(size_, model.likelihoodNoise(), experiment)} {}

torch::Tensor Batches::startingExamples(int count) const {
    constexpr std::int64_t kBeforeTraining = -1;  // no epoch has this order
    std::vector<int> order;
    drawEpochOrder(inputs_.size(), seed_, kBeforeTraining, order);
    return inputs_.at(order.data(), std::min(count, inputs_.size()));
}

std::int64_t Batches::stepsPerEpoch() const {
    return std::max(1, inputs_.size() / size_);
}

void Batches::draw(std::int64_t step, const Coefficients& weights, int codes) {
    if (step < 0) {
        throw std::out_of_range(fmt::format("there is no batch of step {}", step));
    }
    const std::int64_t epoch = step / stepsPerEpoch();
    if (epoch != orderEpoch_) {
        drawEpochOrder(inputs_.size(), seed_, epoch, order_);
        orderEpoch_ = epoch;
    }
    const auto first = static_cast<std::size_t>((step % stepsPerEpoch()) * size_);
    if (first + static_cast<std::size_t>(size_) > order_.size()) {
        throw std::out_of_range(
            fmt::format("the batch of step {} begins at example {} of {}", step, first, order_.size()));
    }
    inputs_.batch(order_.data() + first, size_, epoch, x_);
    if (const std::int64_t rows = std::int64_t{codes} * size_; noise_.posterior.size(0) != rows) {
        noise_.posterior = torch::empty({rows, noise_.posterior.size(1)}, noise_.posterior.options());
    }
    drawInto(noise_.posterior, seed_, NoiseStream::Posterior, step);
    if (weights.usesPrior()) {
        drawInto(noise_.prior, seed_, NoiseStream::Prior, step);
    }
    if (weights.usesSamples()) {
        drawInto(noise_.likelihood, seed_, NoiseStream::Likelihood, step);
    }
}

}  // namespace elbo
