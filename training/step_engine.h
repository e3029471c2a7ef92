// How one training step is computed: by the fused kernels, or by LibTorch operations and autograd.
#pragma once

#include <memory>

#include "models/kernels/fused_step.h"
#include "models/latent_model.h"
#include "models/objective/objective.h"
#include "training/experiment.h"

namespace elbo {

/// Terms and gradients of one batch. Thread: the training thread.
class StepEngine {
  public:
    virtual ~StepEngine() = default;

    /// Overwrites parameters.gradients() [M, P] with the gradient of every member's J for the batch x [B, D]; the terms
    /// stay valid until the next call.
    virtual const StepTerms& step(FleetParameters& parameters, const torch::Tensor& x, const StepNoise& noise,
                                  const Coefficients& coefficients, DivergenceKernel kernel) = 0;

    /// The codes of the last batch, [M, B, Z]; undefined where the engine keeps none.
    virtual torch::Tensor codes() const { return {}; }

    /// The engine the experiment asks for; the plain one where the fused kernels do not cover the model, its
    /// tensors or the objective. `model` and the critic must outlive it.
    static std::unique_ptr<StepEngine> make(const Experiment& experiment, const LatentModel& model,
                                            const CriticInForce& critic = {});
};

}  // namespace elbo
