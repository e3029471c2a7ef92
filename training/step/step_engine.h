// How one training step is computed: by the fused kernels, or by LibTorch operations and autograd.
#pragma once

#include <memory>

#include "models/kernels/fused_step.h"
#include "models/latent_model.h"
#include "models/objective/objective.h"
#include "training/experiment/experiment.h"

namespace elbo {

class DeviceBuffers;
class FusedObjective;

/// What the critics are trained on: draws of the last step, without gradients. Undefined where none were made.
struct StepSamples {
    torch::Tensor codes;       ///< z ~ q(z|x), [M, B, Z]
    torch::Tensor samples;     ///< x ~ p(x|z) of the step's prior draws, [M, B, D]
    torch::Tensor priorCodes;  ///< z ~ p(z), [B, Z] or [M, B, Z]
};

/// Terms and gradients of one batch. Each step takes the fastest way that covers it: the fused kernels, a recording on
/// the device, or LibTorch operations and autograd, which are the reference and cover everything. Thread: the training
/// thread.
class StepEngine {
  public:
    /// For `members` models in buffers of `options`. Engine::Plain takes the reference always. `model` must outlive it.
    StepEngine(const LatentModel& model, int members, const torch::TensorOptions& options, Engine engine);
    ~StepEngine();
    StepEngine(const StepEngine&) = delete;
    StepEngine& operator=(const StepEngine&) = delete;

    /// Overwrites parameters.gradients() [M, P] with the gradient of every member's J for the batch x [B, D]; the terms
    /// stay valid until the next call. `spec` may be another one at each step; the critics are those that the
    /// coefficients need.
    const StepTerms& step(FleetParameters& parameters, const torch::Tensor& x, const StepNoise& noise,
                          const Coefficients& coefficients, const ObjectiveSpec& spec, const CriticsInForce& critics);

    const StepSamples& samples() const { return samples_; }

  private:
    const StepTerms& plainStep(FleetParameters& parameters, const torch::Tensor& x, const StepNoise& noise,
                               const Coefficients& coefficients, const ObjectiveSpec& spec,
                               const CriticsInForce& critics);

    const LatentModel& model_;
    std::unique_ptr<FusedObjective> fused_;   ///< null: not asked for, or its kernels do not know the model
    std::unique_ptr<DeviceBuffers> buffers_;  ///< null on the CPU
    StepTerms terms_;
    StepSamples samples_;
};

}  // namespace elbo
