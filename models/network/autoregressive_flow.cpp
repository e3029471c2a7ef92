#include "models/network/autoregressive_flow.h"

#include <fmt/format.h>

#include <algorithm>

#include "models/tensor/torch.h"

namespace elbo {

AutoregressiveFlow::AutoregressiveFlow(ParameterLayout& layout, const std::string& prefix, const ModelSpec& spec,
                                       int context)
    : permutation_(spec.flowPermutation), widest_(spec.latentDim) {
    for (const int width : spec.flowHidden) {
        widest_ = std::max<std::int64_t>(widest_, width);
    }
    for (int step = 0; step < spec.flowSteps; ++step) {
        steps_.push_back(std::make_unique<const Made>(layout, fmt::format("{}.{}", prefix, step), spec.latentDim,
                                                      spec.flowHidden, spec.activation, context));
    }
}

bool AutoregressiveFlow::reversed(std::size_t step) const {
    return permutation_ == FlowPermutation::Reverse && step % 2 == 1;
}

torch::Tensor AutoregressiveFlow::forward(const FleetParameters& parameters, const torch::Tensor& z,
                                          const torch::Tensor& context) const {
    torch::Tensor x = z.expand({parameters.members(), z.size(-2), z.size(-1)});
    for (std::size_t step = 0; step < steps_.size(); ++step) {
        // Reversed coordinates are turned back at once: after any number of steps they stand in their own order.
        const bool turned = reversed(step);
        const torch::Tensor shift = steps_[step]->forward(parameters, turned ? x.flip(-1) : x, context);
        x = x + (turned ? shift.flip(-1) : shift);
    }
    return x;
}

torch::Tensor AutoregressiveFlow::inverse(const FleetParameters& parameters, const torch::Tensor& y,
                                          const torch::Tensor& context) const {
    torch::Tensor x = y.expand({parameters.members(), y.size(-2), y.size(-1)});
    for (std::size_t step = steps_.size(); step-- > 0;) {
        x = reversed(step) ? steps_[step]->solve(parameters, x.flip(-1), context).flip(-1)
                           : steps_[step]->solve(parameters, x, context);
    }
    return x;
}

void AutoregressiveFlow::initialise(FleetParameters& parameters, torch::Generator& generator) const {
    for (const auto& step : steps_) {
        step->initialise(parameters, generator, 0.0);
    }
}

NetworkCost AutoregressiveFlow::cost() const {
    NetworkCost cost;
    for (const auto& step : steps_) {
        const NetworkCost own = step->cost();
        cost.multiplications += own.multiplications;
        cost.outputs += own.outputs;
    }
    return cost;
}

std::int64_t AutoregressiveFlow::codesAtOnce(std::int64_t members) const {
    constexpr std::int64_t kNumbers = 16'000'000;
    return std::max<std::int64_t>(1, kNumbers / (widest_ * members));
}

}  // namespace elbo
