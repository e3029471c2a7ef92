// The plain step on another device than the CPU.
#pragma once

#include "training/step_engine.h"
#include "training/step_graph.h"

namespace elbo {

/// LibTorch operations and autograd over buffers that stay where they are on the device, so that a step can be recorded
/// (StepGraph). Batches and noise are drawn on the CPU and copied; the terms come back in one copy. Same results as the
/// plain step on the CPU up to rounding. Thread: the training thread.
class DeviceStep : public StepEngine {
  public:
    /// `model` must outlive it. Any device: on the CPU it is the plain step with copies, which is how it is tested.
    DeviceStep(const LatentModel& model, torch::Device device, const ObjectiveSpec& spec = {},
               const CriticInForce& critic = {});

    const StepTerms& step(FleetParameters& parameters, const torch::Tensor& x, const StepNoise& noise,
                          const Coefficients& coefficients, DivergenceKernel kernel) override;

    torch::Tensor codes() const override { return codes_; }

  private:
    void receive(const torch::TensorOptions& options, const torch::Tensor& x, const StepNoise& noise,
                 const Coefficients& coefficients);
    void compute(FleetParameters& parameters, const Coefficients& coefficients, DivergenceKernel kernel);

    const LatentModel& model_;
    torch::Tensor x_;        ///< [B, D]
    StepNoise noise_;        ///< [B, Z] each
    torch::Tensor weights_;  ///< [3, M]
    ObjectiveSpec spec_;
    CriticInForce critic_;
    torch::Tensor codes_;    ///< [M, B, Z]
    torch::Tensor results_;  ///< [5, M]: distortion, rate, marginal divergence, rate term, gradient sum
    StepTerms terms_;
    StepGraph graph_;
};

}  // namespace elbo
