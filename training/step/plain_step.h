// One training step by LibTorch operations and autograd: the reference, and whatever has no fused kernels.
#pragma once

#include "training/step/step_engine.h"

namespace elbo {

/// Any model and objective, on the device of the parameters. Thread: the training thread.
class PlainStep : public StepEngine {
  public:
    /// `model` must outlive it.
    PlainStep(const LatentModel& model, const ObjectiveSpec& spec) : model_(model), spec_(spec) {}

    const StepTerms& step(FleetParameters& parameters, const torch::Tensor& x, const StepNoise& noise,
                          const Coefficients& coefficients, const CriticsInForce& critics) override;

    StepSamples samples() const override { return samples_; }

  private:
    const LatentModel& model_;
    ObjectiveSpec spec_;
    StepTerms terms_;
    StepSamples samples_;
};

}  // namespace elbo
