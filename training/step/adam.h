// Adam over the flat buffer of a fleet: one fused pass.
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <vector>

#include "models/fleet/fleet_parameters.h"
#include "training/experiment/experiment.h"

namespace elbo {

/// First and second moments [M, P] and the step counts. Thread: the training thread.
class Adam {
  public:
    /// `apart`: columns that may also take steps by themselves, with the step count that they then have of their own.
    /// `blocks`: the columns of every parameter, which Normalise::Block divides by the length of their gradient.
    Adam(const OptimiserSpec& spec, const torch::Tensor& parameters, ColumnRange apart = {},
         std::vector<ColumnRange> blocks = {});

    /// One step with learning rate `rate` for the members where `healthy` is true; the others keep parameters and
    /// moments. parameters and gradients: [M, P], contiguous.
    void step(torch::Tensor& parameters, const torch::Tensor& gradients, double rate, const std::vector<bool>& healthy);
    /// The same for the columns that were set apart; all others keep parameters and moments.
    void stepApart(torch::Tensor& parameters, const torch::Tensor& gradients, double rate,
                   const std::vector<bool>& healthy);

    torch::Tensor& firstMoment() { return first_; }    ///< [M, P]
    torch::Tensor& secondMoment() { return second_; }  ///< [M, P]
    const torch::Tensor& firstMoment() const { return first_; }
    const torch::Tensor& secondMoment() const { return second_; }
    std::int64_t steps() const { return steps_; }            ///< of all columns
    std::int64_t stepsApart() const { return stepsApart_; }  ///< besides, of the columns set apart
    void setSteps(std::int64_t steps, std::int64_t apart = 0) {
        steps_ = steps;
        stepsApart_ = apart;
    }

  private:
    /// Moves some columns, which have taken `steps` steps with this one.
    void stepColumns(torch::Tensor& parameters, const torch::Tensor& gradients, ColumnRange columns, std::int64_t steps,
                     double rate, const std::vector<bool>& healthy);

    /// The gradients to take, for the healthy members: with Normalise::Block g / (|g| + 1e-7) of every block within
    /// the columns.
    const torch::Tensor& normalised(const torch::Tensor& gradients, ColumnRange columns,
                                    const std::vector<bool>& healthy);

    OptimiserSpec spec_;
    ColumnRange apart_;
    std::vector<ColumnRange> blocks_;
    torch::Tensor directions_;  ///< [M, P] with Normalise::Block, else undefined
    torch::Tensor first_;
    torch::Tensor second_;
    std::int64_t steps_ = 0;
    std::int64_t stepsApart_ = 0;
};

/// The columns of every parameter of a model.
std::vector<ColumnRange> blocksOf(const ParameterLayout& layout);

}  // namespace elbo
