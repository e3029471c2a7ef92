#include "models/network/made.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "models/network/mlp.h"
#include "models/tensor/torch.h"

namespace elbo {
namespace {

/// Degrees of the units of a hidden layer, ascending: ceil(k (D - 1) / (H + 1)) for k = 1 .. H lies in 1 .. D - 1. In
/// one dimension there is no such degree; 1 then hides every unit from the only output.
std::vector<std::int64_t> degreesOf(std::int64_t units, std::int64_t inputs) {
    std::vector<std::int64_t> degrees;
    for (std::int64_t k = 1; k <= units; ++k) {
        degrees.push_back(std::max<std::int64_t>(1, (k * (inputs - 1) + units) / (units + 1)));
    }
    return degrees;
}

/// How many of the ascending degrees are at most d, for d = 0 .. inputs.
std::vector<std::int64_t> countsUpTo(const std::vector<std::int64_t>& degrees, std::int64_t inputs) {
    std::vector<std::int64_t> counts;
    for (std::int64_t d = 0; d <= inputs; ++d) {
        counts.push_back(std::upper_bound(degrees.begin(), degrees.end(), d) - degrees.begin());
    }
    return counts;
}

/// [rows, seen.size()]: column o is 1 in its first seen[o] rows.
torch::Tensor maskOf(std::int64_t rows, const std::vector<std::int64_t>& seen) {
    const torch::Tensor row = torch::arange(rows, torch::kInt64).unsqueeze(1);
    return (row < torch::tensor(seen, torch::kInt64).unsqueeze(0)).to(torch::kFloat32);
}

/// [.., B, D] as [members, B, D].
torch::Tensor ofFleet(const torch::Tensor& rows, std::int64_t members) {
    return rows.expand({members, rows.size(-2), rows.size(-1)});
}

}  // namespace

Made::Made(ParameterLayout& layout, const std::string& prefix, int inputs, const std::vector<int>& hidden,
           Activation activation, int context)
    : inputs_(inputs),
      activation_(activation),
      context_(context),
      layers_(addLayers(layout, prefix, inputs, hidden, inputs)) {
    const std::size_t seeing = context > 0 ? std::max<std::size_t>(1, hidden.size()) : 0;
    for (std::size_t layer = 0; layer < seeing; ++layer) {
        contexts_.push_back(layout.add(fmt::format("{}.{}.context", prefix, layer), {context, layers_[layer].outputs}));
    }
    std::vector<std::int64_t> degrees;
    for (std::int64_t d = 1; d <= inputs; ++d) {
        degrees.push_back(d);
    }
    upTo_.push_back(countsUpTo(degrees, inputs));
    std::vector<torch::Tensor> masks;
    for (const int width : hidden) {
        degrees = degreesOf(width, inputs);
        std::vector<std::int64_t> seen;
        for (const std::int64_t degree : degrees) {
            seen.push_back(upTo_.back()[static_cast<std::size_t>(degree)]);
        }
        masks.push_back(maskOf(upTo_.back().back(), seen));
        upTo_.push_back(countsUpTo(degrees, inputs));
    }
    // Output d sees lower degrees than d, which are those up to d - 1.
    masks.push_back(maskOf(upTo_.back().back(), {upTo_.back().begin(), upTo_.back().end() - 1}));
    masks_.push_back(std::move(masks));
}

std::vector<torch::Tensor> Made::masksLike(const torch::Tensor& weight) const {
    const std::lock_guard lock(mutex_);
    for (const std::vector<torch::Tensor>& masks : masks_) {
        if (masks.front().scalar_type() == weight.scalar_type() && masks.front().device() == weight.device()) {
            return masks;
        }
    }
    std::vector<torch::Tensor> converted;
    for (const torch::Tensor& mask : masks_.front()) {
        converted.push_back(mask.to(weight.device(), weight.scalar_type()));
    }
    masks_.push_back(converted);
    return converted;
}

torch::Tensor Made::bias(const FleetParameters& parameters, std::size_t layer, const torch::Tensor& context) const {
    const torch::Tensor& own = parameters[layers_[layer].bias];  // [M, 1, O]
    if (layer >= contexts_.size() || !context.defined()) {
        return own;
    }
    return own + torch::matmul(context, parameters[contexts_[layer]]);  // [M, B, C] times [M, C, O]
}

torch::Tensor Made::forward(const FleetParameters& parameters, torch::Tensor x, const torch::Tensor& context) const {
    const std::vector<torch::Tensor> masks = masksLike(parameters[layers_.front().weight]);
    for (std::size_t layer = 0; layer < layers_.size(); ++layer) {
        // Masked here and not once when the weights are drawn: an optimiser would revive them.
        const torch::Tensor weight = parameters[layers_[layer].weight] * masks[layer];
        x = affine(x, weight, bias(parameters, layer, context));
        if (layer + 1 < layers_.size()) {
            x = activate(x, activation_);
        }
    }
    return x;
}

torch::Tensor Made::solve(const FleetParameters& parameters, const torch::Tensor& y,
                          const torch::Tensor& context) const {
    const std::vector<torch::Tensor> targets = ofFleet(y, parameters.members()).split(1, -1);  // D of [M, B, 1]
    // Columns of weights and biases by the degree of the unit that they lead to, or by output. What a unit sees stands
    // at the front, so that no mask is needed. Split once: the gradient of a split is one copy.
    std::vector<std::vector<torch::Tensor>> weights, biases;
    for (std::size_t layer = 0; layer < layers_.size(); ++layer) {
        std::vector<std::int64_t> sizes(static_cast<std::size_t>(inputs_), 1);
        if (layer + 1 < layers_.size()) {
            for (std::size_t d = 0; d < sizes.size(); ++d) {
                sizes[d] = upTo_[layer + 1][d + 1] - upTo_[layer + 1][d];
            }
        }
        weights.push_back(parameters[layers_[layer].weight].split_with_sizes(sizes, -1));
        biases.push_back(bias(parameters, layer, context).split_with_sizes(sizes, -1));
    }
    // What every layer sees so far: coordinates of x, or units up to a degree. Undefined: nothing.
    std::vector<torch::Tensor> known(layers_.size());
    const auto append = [](torch::Tensor& to, const torch::Tensor& columns) {
        to = to.defined() ? torch::cat({to, columns}, -1) : columns;
    };
    const auto part = [&](std::size_t layer, std::size_t d) {
        const torch::Tensor& inputs = known[layer];
        const torch::Tensor& own = biases[layer][d];
        if (!inputs.defined()) {
            return own.expand({targets[0].size(0), targets[0].size(1), own.size(-1)});
        }
        return affine(inputs, weights[layer][d].narrow(1, 0, inputs.size(-1)), own);
    };
    const std::size_t last = layers_.size() - 1;
    for (std::size_t d = 0; d < targets.size(); ++d) {
        append(known[0], targets[d] - part(last, d));
        // Now the units that were waiting for this coordinate; none comes after the last.
        for (std::size_t layer = 0; layer < last && d + 1 < targets.size(); ++layer) {
            if (biases[layer][d].size(-1) > 0) {
                append(known[layer + 1], activate(part(layer, d), activation_));
            }
        }
    }
    return known[0];
}

void Made::initialise(FleetParameters& parameters, torch::Generator& generator, double last) const {
    for (const LinearLayer& layer : layers_) {
        layer.initialise(parameters, generator);
    }
    const torch::NoGradGuard noGradients;
    parameters[layers_.back().weight].mul_(last);
    parameters[layers_.back().bias].mul_(last);
    for (const std::size_t slot : contexts_) {
        const torch::Tensor& parameter = parameters[slot];
        const torch::Tensor values = torch::rand(parameter.sizes().slice(1), generator, torch::kFloat64);
        parameter.copy_(
            ((values * 2.0 - 1.0) / std::sqrt(static_cast<double>(context_))).unsqueeze(0).expand_as(parameter));
    }
}

NetworkCost Made::cost() const {
    NetworkCost cost = costOf(layers_);
    for (std::size_t layer = 0; layer < contexts_.size(); ++layer) {
        cost.multiplications += static_cast<std::int64_t>(context_) * layers_[layer].outputs;
    }
    return cost;
}

}  // namespace elbo
