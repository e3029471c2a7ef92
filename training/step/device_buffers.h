// Batches, noise and weights of a step on another device than the CPU.
#pragma once

#include "models/kernels/fused_step.h"
#include "models/latent_model.h"
#include "models/objective/objective.h"
#include "training/step/step_graph.h"

namespace elbo {

/// Buffers that stay where they are on the device, so that a step of distortion, rate and MMD can be recorded
/// (StepGraph). Batches and noise are drawn on the CPU and copied; the terms come back in one copy. Thread: the
/// training thread.
class DeviceBuffers {
  public:
    /// `model` must outlive it. Any device: on the CPU nothing is recorded, which is how it is tested.
    DeviceBuffers(const LatentModel& model, torch::Device device);

    /// Takes the batch x [B, D] and the noise of a step to `options`.
    void receive(const torch::TensorOptions& options, const torch::Tensor& x, const StepNoise& noise);
    const torch::Tensor& x() const { return x_; }
    const StepNoise& noise() const { return noise_; }

    /// Terms and gradients of what was received, as StepEngine::step(), for an objective of three terms.
    const StepTerms& recordedStep(FleetParameters& parameters, const Coefficients& coefficients,
                                  const ObjectiveSpec& spec);

  private:
    void compute(FleetParameters& parameters, const Coefficients& coefficients, const ObjectiveSpec& spec);

    const LatentModel& model_;
    torch::Tensor x_;  ///< [B, D]
    StepNoise noise_;
    torch::Tensor weights_;  ///< [terms, M]
    torch::Tensor results_;  ///< [4, M]: distortion, rate, marginal divergence, gradient sum
    StepTerms terms_;
    StepGraph graph_;
};

}  // namespace elbo
