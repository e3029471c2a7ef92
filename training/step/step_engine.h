// How one training step is computed: by the fused kernels, or by LibTorch operations and autograd.
#pragma once

#include <memory>

#include "models/kernels/fused_step.h"
#include "models/latent_model.h"
#include "models/objective/objective.h"
#include "training/experiment/experiment.h"

namespace elbo {

/// What the critics are trained on: draws of the last step, without gradients. Undefined where none were made.
struct StepSamples {
    torch::Tensor codes;       ///< z ~ q(z|x), [M, B, Z]
    torch::Tensor samples;     ///< x ~ p(x|z) of the step's prior draws, [M, B, D]
    torch::Tensor priorCodes;  ///< z ~ p(z), [B, Z] or [M, B, Z]
};

/// Terms and gradients of one batch. Thread: the training thread.
class StepEngine {
  public:
    virtual ~StepEngine() = default;

    /// Overwrites parameters.gradients() [M, P] with the gradient of every member's J for the batch x [B, D]; the terms
    /// stay valid until the next call. The critics are those that the coefficients need.
    virtual const StepTerms& step(FleetParameters& parameters, const torch::Tensor& x, const StepNoise& noise,
                                  const Coefficients& coefficients, const CriticsInForce& critics) = 0;

    virtual StepSamples samples() const { return {}; }

    /// The engine the experiment asks for. The fused one takes each step by the plain one whose coefficients, model,
    /// tensors or objective its kernels do not cover. `model` must outlive it.
    static std::unique_ptr<StepEngine> make(const Experiment& experiment, const LatentModel& model);
};

}  // namespace elbo
