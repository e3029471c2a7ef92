// The fused step for LibTorch's buffers: the same terms and gradients as computeTerms() with autograd.
#pragma once

#include <torch/types.h>

#include <memory>

#include "models/fleet/fleet_parameters.h"
#include "models/kernels/fused_step.h"
#include "models/latent_model.h"
#include "models/objective/objective.h"
#include "models/spec/kernel.h"

namespace elbo {

/// Terms and gradients of a fleet in one call, on the CPU in float32 or float64. Thread: one at a time. Allocates
/// nothing once the batch size has been seen.
class FusedObjective {
  public:
    /// Whether the kernels know every part of this model and these tensors.
    static bool supports(const LatentModel& model, const torch::TensorOptions& options);

    /// For buffers of `members` rows in the layout of `model`, in the precision of `options`.
    FusedObjective(const LatentModel& model, std::int64_t members, const torch::TensorOptions& options,
                   CpuLevel level = cpuLevel());
    ~FusedObjective();
    FusedObjective(FusedObjective&&) noexcept;
    FusedObjective& operator=(FusedObjective&&) noexcept;

    /// Overwrites parameters.gradients() with the gradient of every member's J for the batch x [B, D]. The prior draws
    /// are used, and may be undefined otherwise, when a coefficient of the marginal divergence is not zero. The terms
    /// stay valid until the next call.
    const StepTerms& step(FleetParameters& parameters, const torch::Tensor& x, const StepNoise& noise,
                          const Coefficients& coefficients, DivergenceKernel kernel);

  private:
    struct Precision;
    template <class Real>
    struct PrecisionOf;
    std::unique_ptr<Precision> precision_;
};

/// J of a member from its terms.
double combineTerms(const StepTerms& terms, const Coefficients& coefficients, std::size_t member);

}  // namespace elbo
