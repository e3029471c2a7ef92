#include "training/measure/evaluation_means.h"

#include <limits>

#include "models/tensor/torch.h"

namespace elbo {

void MeanOverDraws::add(const torch::Tensor& values) {
    const torch::Tensor exact = values.to(torch::kFloat64);
    open_ = inOpen_ > 0.0 ? open_ + exact : exact;
    inOpen_ += 1.0;
    if (inOpen_ < perGroup_) {
        return;
    }
    const torch::Tensor group = open_ / perGroup_;
    sum_ = groups_ > 0.0 ? sum_ + group : group;
    squares_ = groups_ > 0.0 ? squares_ + group.square() : group.square();
    groups_ += 1.0;
    inOpen_ = 0.0;
}

torch::Tensor MeanOverDraws::variance() const {
    if (groups_ < 2.0) {
        return {};
    }
    return ((squares_ / groups_ - mean().square()) / (groups_ - 1.0)).clamp_min(0.0);
}

MeanOverExamples::MeanOverExamples(std::int64_t members)
    : sum_(torch::zeros({members}, torch::kFloat64)),
      squares_(torch::zeros({members}, torch::kFloat64)),
      noise_(torch::zeros({members}, torch::kFloat64)) {}

void MeanOverExamples::add(const MeanOverDraws& block) {
    const torch::Tensor values = block.mean();
    sum_ = sum_ + values.sum(1);
    squares_ = squares_ + values.square().sum(1);
    count_ += static_cast<double>(values.size(1));
    if (const torch::Tensor variance = block.variance(); variance.defined()) {
        addNoise(variance);
    }
}

void MeanOverExamples::addNoise(const torch::Tensor& variance) {
    noise_ = noise_ + variance.sum(1);
    noiseCount_ += static_cast<double>(variance.size(1));
}

torch::Tensor MeanOverExamples::mean() const {
    return sum_ / count_;
}

torch::Tensor MeanOverExamples::error(std::int64_t available) const {
    const auto whole = static_cast<double>(available);
    torch::Tensor variance = torch::zeros_like(sum_);
    if (count_ < whole) {
        if (count_ < 2.0) {
            return torch::full_like(sum_, std::numeric_limits<double>::quiet_NaN());
        }
        const torch::Tensor spread = ((squares_ - sum_.square() / count_) / (count_ - 1.0)).clamp_min(0.0);
        variance = spread / count_ * (1.0 - count_ / whole);
    }
    if (noiseCount_ > 0.0) {
        // The part sees the draws that the whole split sees, so only the noise of the whole is left.
        variance = variance + noise_ / (noiseCount_ * whole);
    }
    return variance.sqrt();
}

}  // namespace elbo
