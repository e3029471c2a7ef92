// Adam over the flat buffer of a fleet: one fused pass.
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <vector>

#include "training/experiment.h"

namespace elbo {

/// First and second moments [M, P] and the step count. Thread: the training thread.
class Adam {
  public:
    Adam(const OptimiserSpec& spec, const torch::Tensor& parameters);

    /// One step with learning rate `rate` for the members where `healthy` is true; the others keep parameters and
    /// moments. parameters and gradients: [M, P], contiguous.
    void step(torch::Tensor& parameters, const torch::Tensor& gradients, double rate, const std::vector<bool>& healthy);

    torch::Tensor& firstMoment() { return first_; }    ///< [M, P]
    torch::Tensor& secondMoment() { return second_; }  ///< [M, P]
    const torch::Tensor& firstMoment() const { return first_; }
    const torch::Tensor& secondMoment() const { return second_; }
    std::int64_t steps() const { return steps_; }
    void setSteps(std::int64_t steps) { steps_ = steps; }

  private:
    OptimiserSpec spec_;
    torch::Tensor first_;
    torch::Tensor second_;
    std::int64_t steps_ = 0;
};

}  // namespace elbo
