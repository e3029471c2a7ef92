#include "models/network/conv_layer.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "models/network/initial_values.h"
#include "models/tensor/torch.h"

namespace elbo {
namespace {

/// Values that LibTorch may unfold at once: 64 MB.
constexpr std::int64_t kUnfolded = std::int64_t{1} << 23;

/// Where oneDNN does not compute, in double precision on the CPU, LibTorch unfolds the whole batch before it
/// multiplies: gigabytes for what an evaluation decodes in one go. Rows that it may take at a time.
std::int64_t rowsAtOnce(const ConvShape& shape, const MapSize& to, const torch::Tensor& maps) {
    if (shape.transposed || !maps.device().is_cpu() || maps.scalar_type() != torch::kFloat64) {
        return maps.size(0);
    }
    const std::int64_t unfolded = std::int64_t{shape.inputs} * shape.kernel.pixels() * to.pixels();
    return std::max<std::int64_t>(1, kUnfolded / unfolded);
}

}  // namespace

MapSize ConvShape::resultOf(const MapSize& from) const {
    const auto side = [this](int length, int kernelSide, int step) {
        return transposed ? (length - 1) * step - 2 * padding + kernelSide + outputPadding
                          : (length + 2 * padding - kernelSide) / step + 1;
    };
    return {side(from.height, kernel.height, stride.height), side(from.width, kernel.width, stride.width)};
}

double ConvShape::fanIn() const {
    const double weights = static_cast<double>(inputs) * kernel.pixels();
    return transposed ? weights / stride.pixels() : weights;
}

ConvLayer ConvLayer::add(ParameterLayout& layout, const std::string& name, const ConvShape& shape,
                         const MapSize& from) {
    const int first = shape.transposed ? shape.inputs : shape.outputs;
    const int second = shape.transposed ? shape.outputs : shape.inputs;
    const std::size_t weight = layout.add(name + ".weight", {first, second, shape.kernel.height, shape.kernel.width});
    const std::size_t bias = layout.add(name + ".bias", {shape.outputs});
    return {weight, bias, shape, from};
}

torch::Tensor ConvLayer::forward(const FleetParameters& parameters, const torch::Tensor& maps) const {
    const std::int64_t members = parameters[weight].size(0);
    const torch::Tensor kernels = parameters[weight].flatten(0, 1), biases = parameters[bias].flatten();
    const std::vector<std::int64_t> stride{shape.stride.height, shape.stride.width};
    const std::vector<std::int64_t> padding{shape.padding, shape.padding};
    const std::vector<std::int64_t> dilation{1, 1};
    const bool shared = members > 1 && maps.size(1) == shape.inputs;
    if (shape.transposed) {
        const std::int64_t added = std::max(0, shape.outputPadding);
        const std::vector<std::int64_t> outputPadding{added, added};
        const torch::Tensor own = shared ? maps.repeat({1, members, 1, 1}) : maps;
        const torch::Tensor result =
            torch::conv_transpose2d(own, kernels, biases, stride, padding, outputPadding, members, dilation);
        const MapSize size = to();
        return shape.outputPadding < 0 ? result.narrow(2, 0, size.height).narrow(3, 0, size.width) : result;
    }
    // What the fleet shares needs no groups: the members are further outputs of one convolution.
    const std::int64_t groups = shared ? 1 : members;
    const auto convolve = [&](const torch::Tensor& some) {
        return torch::conv2d(some, kernels, biases, stride, padding, dilation, groups);
    };
    const std::int64_t rows = rowsAtOnce(shape, to(), maps);
    if (maps.size(0) <= rows) {
        return convolve(maps);
    }
    std::vector<torch::Tensor> parts;
    for (std::int64_t start = 0; start < maps.size(0); start += rows) {
        parts.push_back(convolve(maps.narrow(0, start, std::min(rows, maps.size(0) - start))));
    }
    return torch::cat(parts, 0);
}

void ConvLayer::initialise(FleetParameters& parameters, torch::Generator& generator) const {
    const double bound = 1.0 / std::sqrt(shape.fanIn());
    for (const std::size_t slot : {weight, bias}) {
        drawUniform(parameters[slot], bound, generator);
    }
}

void ConvLayer::initialiseNormal(FleetParameters& parameters, double stddev, torch::Generator& generator) const {
    drawNormal(parameters[weight], stddev, generator);
    const torch::NoGradGuard noGradients;
    parameters[bias].zero_();
}

NetworkCost ConvLayer::cost() const {
    // A transposed convolution spreads every pixel that it sees, a plain one gathers every pixel that it gives.
    const std::int64_t places = shape.transposed ? from.pixels() : to().pixels();
    NetworkCost cost;
    cost.multiplications = std::int64_t{shape.inputs} * shape.outputs * shape.kernel.pixels() * places;
    cost.outputs = std::int64_t{shape.outputs} * to().pixels();
    return cost;
}

}  // namespace elbo
