#include "models/fleet/fleet_parameters.h"

#include <fmt/format.h>

#include <functional>
#include <numeric>
#include <stdexcept>
#include <utility>

#include "models/fleet/large_buffer.h"

namespace elbo {

std::size_t ParameterLayout::add(std::string name, std::vector<std::int64_t> shape) {
    const std::int64_t size =
        std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<std::int64_t>());
    slots_.push_back({std::move(name), std::move(shape), size_, size});
    size_ += size;
    return slots_.size() - 1;
}

FleetParameters::FleetParameters(std::shared_ptr<const ParameterLayout> layout, std::int64_t members,
                                 torch::TensorOptions options)
    : layout_(std::move(layout)),
      values_(zeroBuffer({members, layout_->size()}, options)),
      gradients_(zeroBuffer({members, layout_->size()}, options)) {
    makeViews(true);
}

FleetParameters::FleetParameters(std::shared_ptr<const ParameterLayout> layout, torch::Tensor values)
    : layout_(std::move(layout)), values_(std::move(values)) {
    if (values_.dim() != 2 || values_.size(1) != layout_->size()) {
        throw std::invalid_argument(
            fmt::format("parameter buffer does not fit the layout: expected [M, {}]", layout_->size()));
    }
    makeViews(false);
}

void FleetParameters::makeViews(bool trainable) {
    const auto slice = [this](const torch::Tensor& buffer, const ParameterLayout::Slot& slot) {
        std::vector<std::int64_t> shape{buffer.size(0)};
        shape.insert(shape.end(), slot.shape.begin(), slot.shape.end());
        return buffer.narrow(1, slot.offset, slot.size).view(shape);
    };
    views_.reserve(layout_->slots().size());
    for (const ParameterLayout::Slot& slot : layout_->slots()) {
        torch::Tensor view = slice(values_, slot).detach();
        if (trainable) {
            view.set_requires_grad(true);
            view.mutable_grad() = slice(gradients_, slot);
        }
        views_.push_back(std::move(view));
    }
}

FleetParameters FleetParameters::member(std::int64_t index) const {
    return {layout_, values_.narrow(0, index, 1)};
}

std::shared_ptr<const FleetParameters> FleetParameters::freeze() const {
    const torch::NoGradGuard noGradients;
    return std::make_shared<const FleetParameters>(layout_,
                                                   values_.to(torch::kCPU, /*non_blocking=*/false, /*copy=*/true));
}

}  // namespace elbo
