#include "training/step/adam.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include "models/fleet/large_buffer.h"
#include "models/kernels/kernel_table.h"
#include "models/tensor/torch.h"

namespace elbo {

namespace {

/// Columns of one row on the CPU.
template <typename Scalar>
void stepRow(torch::Tensor& parameters, const torch::Tensor& gradients, torch::Tensor& first, torch::Tensor& second,
             std::int64_t member, ColumnRange columns, const OptimiserSpec& spec, double stepSize,
             double rootCorrection) {
    const AdamConstants<Scalar> constants{
        static_cast<Scalar>(spec.beta1),          static_cast<Scalar>(spec.beta2),
        static_cast<Scalar>(1.0 - spec.beta1),    static_cast<Scalar>(1.0 - spec.beta2),
        static_cast<Scalar>(spec.epsilon),        static_cast<Scalar>(stepSize),
        static_cast<Scalar>(1.0 / rootCorrection)};
    const std::int64_t start = member * parameters.size(1) + columns.first;
    const auto row = [start](const torch::Tensor& tensor) { return tensor.data_ptr<Scalar>() + start; };
    kernelTable<Scalar>(cpuLevel())
        .adam(row(parameters), row(gradients), row(first), row(second), static_cast<std::size_t>(columns.count),
              constants);
}

/// Any number of rows on any device.
void stepTensors(const torch::Tensor& parameters, const torch::Tensor& gradients, const torch::Tensor& first,
                 const torch::Tensor& second, const OptimiserSpec& spec, double stepSize, double rootCorrection) {
    first.mul_(spec.beta1).add_(gradients, 1.0 - spec.beta1);
    second.mul_(spec.beta2).addcmul_(gradients, gradients, 1.0 - spec.beta2);
    parameters.addcdiv_(first, second.sqrt().div_(rootCorrection).add_(spec.epsilon), -stepSize);
}

}  // namespace

Adam::Adam(const OptimiserSpec& spec, const torch::Tensor& parameters, ColumnRange apart,
           std::vector<ColumnRange> blocks)
    : spec_(spec),
      apart_(apart),
      blocks_(std::move(blocks)),
      first_(zeroBuffer(parameters.sizes(), parameters.options().requires_grad(false))),
      second_(zeroBuffer(parameters.sizes(), parameters.options().requires_grad(false))) {
    if (spec_.normalise == Normalise::Block) {
        directions_ = zeroBuffer(parameters.sizes(), parameters.options().requires_grad(false));
    }
}

void Adam::step(torch::Tensor& parameters, const torch::Tensor& gradients, double rate,
                const std::vector<bool>& healthy) {
    ++steps_;
    const std::int64_t all = parameters.size(1);
    if (stepsApart_ == 0) {
        stepColumns(parameters, gradients, {0, all}, steps_, rate, healthy);
        return;
    }
    const std::int64_t end = apart_.first + apart_.count;
    stepColumns(parameters, gradients, {0, apart_.first}, steps_, rate, healthy);
    stepColumns(parameters, gradients, apart_, steps_ + stepsApart_, rate, healthy);
    stepColumns(parameters, gradients, {end, all - end}, steps_, rate, healthy);
}

void Adam::stepApart(torch::Tensor& parameters, const torch::Tensor& gradients, double rate,
                     const std::vector<bool>& healthy) {
    ++stepsApart_;
    stepColumns(parameters, gradients, apart_, steps_ + stepsApart_, rate, healthy);
}

void Adam::stepColumns(torch::Tensor& parameters, const torch::Tensor& gradients, ColumnRange columns,
                       std::int64_t steps, double rate, const std::vector<bool>& healthy) {
    const torch::NoGradGuard noGradients;
    const torch::Tensor& taken = normalised(gradients, columns, healthy);
    const double correction1 = 1.0 - std::pow(spec_.beta1, static_cast<double>(steps));
    const double correction2 = 1.0 - std::pow(spec_.beta2, static_cast<double>(steps));
    const double stepSize = rate / correction1;
    const double rootCorrection = std::sqrt(correction2);
    const auto part = [columns](const torch::Tensor& tensor) {
        return tensor.narrow(-1, columns.first, columns.count);
    };
    if (!parameters.is_cpu() && std::find(healthy.begin(), healthy.end(), false) == healthy.end()) {
        stepTensors(part(parameters), part(taken), part(first_), part(second_), spec_, stepSize, rootCorrection);
        return;
    }
    for (std::int64_t member = 0; member < parameters.size(0); ++member) {
        if (!healthy[static_cast<std::size_t>(member)]) {
            continue;
        }
        if (parameters.is_cpu() && parameters.scalar_type() == torch::kFloat32) {
            stepRow<float>(parameters, taken, first_, second_, member, columns, spec_, stepSize, rootCorrection);
        } else if (parameters.is_cpu() && parameters.scalar_type() == torch::kFloat64) {
            stepRow<double>(parameters, taken, first_, second_, member, columns, spec_, stepSize, rootCorrection);
        } else {
            stepTensors(part(parameters[member]), part(taken[member]), part(first_[member]), part(second_[member]),
                        spec_, stepSize, rootCorrection);
        }
    }
}

const torch::Tensor& Adam::normalised(const torch::Tensor& gradients, ColumnRange columns,
                                      const std::vector<bool>& healthy) {
    if (!directions_.defined()) {
        return gradients;
    }
    constexpr double kLeast = 1e-7;  // a gradient of zero stays zero
    for (std::int64_t member = 0; member < gradients.size(0); ++member) {
        if (!healthy[static_cast<std::size_t>(member)]) {
            continue;
        }
        // One member and block at a time: the length of one must not hang on what lies beside it in the buffer.
        for (const ColumnRange& block : blocks_) {
            if (block.first >= columns.first && block.first + block.count <= columns.first + columns.count) {
                torch::Tensor direction = directions_[member].narrow(0, block.first, block.count);
                const torch::Tensor gradient = gradients[member].narrow(0, block.first, block.count);
                torch::div_out(direction, gradient, gradient.norm() + kLeast);
            }
        }
    }
    return directions_;
}

std::vector<ColumnRange> blocksOf(const ParameterLayout& layout) {
    std::vector<ColumnRange> blocks;
    for (const ParameterLayout::Slot& slot : layout.slots()) {
        blocks.push_back({slot.offset, slot.size});
    }
    return blocks;
}

}  // namespace elbo
