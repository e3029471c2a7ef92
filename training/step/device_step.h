// The plain step on another device than the CPU.
#pragma once

#include "training/step/plain_step.h"
#include "training/step/step_graph.h"

namespace elbo {

/// LibTorch operations and autograd over buffers that stay where they are on the device, so that a step of distortion,
/// rate and MMD can be recorded (StepGraph); the other objectives are computed without a recording. Batches and noise
/// are drawn on the CPU and copied; the terms come back in one copy. Same results as the plain step on the CPU up to
/// rounding. Thread: the training thread.
class DeviceStep : public StepEngine {
  public:
    /// `model` must outlive it. Any device: on the CPU it is the plain step with copies, which is how it is tested.
    DeviceStep(const LatentModel& model, torch::Device device, const ObjectiveSpec& spec);

    const StepTerms& step(FleetParameters& parameters, const torch::Tensor& x, const StepNoise& noise,
                          const Coefficients& coefficients, const CriticsInForce& critics) override;

    StepSamples samples() const override { return recorded_ ? StepSamples{} : plain_.samples(); }

  private:
    void receive(const torch::TensorOptions& options, const torch::Tensor& x, const StepNoise& noise,
                 const Coefficients& coefficients);
    void compute(FleetParameters& parameters, const Coefficients& coefficients);

    const LatentModel& model_;
    torch::Tensor x_;  ///< [B, D]
    StepNoise noise_;
    torch::Tensor weights_;  ///< [terms, M]
    ObjectiveSpec spec_;
    PlainStep plain_;
    bool recorded_ = false;  ///< of the last step
    torch::Tensor results_;  ///< [4, M]: distortion, rate, marginal divergence, gradient sum
    StepTerms terms_;
    StepGraph graph_;
};

}  // namespace elbo
