// The training loss as coefficients over terms (MATH: sections 2 and 3).
#pragma once

#include <torch/types.h>

#include <optional>
#include <string>
#include <vector>

#include "models/divergence/critic.h"
#include "models/divergence/mmd.h"
#include "models/latent_model.h"
#include "models/objective/knobs.h"
#include "models/objective/objective_spec.h"

namespace elbo {

/// Coefficients of the closed set of terms, one value per fleet member [M]. A term whose coefficient is zero for all
/// members is not computed.
struct Coefficients {
    std::vector<double> distortion;
    std::vector<double> rate;
    std::vector<double> marginalDivergence;

    /// J = D + (beta - alpha) R + (alpha + lambda - 1) Delta.
    static Coefficients fromKnobs(const std::vector<Knobs>& knobs);
    bool usesMarginalDivergence() const;
    bool usesRate() const;
};

/// Terms of one batch, nats per example, [M] each. The marginal divergence is undefined when it was not computed.
struct Terms {
    torch::Tensor distortion;
    torch::Tensor rate;
    torch::Tensor marginalDivergence;
    torch::Tensor codes{};     ///< z of the batch, [M, B, Z]
    torch::Tensor rateTerm{};  ///< what the weight of the rate multiplies; undefined where that is the rate
};

/// Noise of one step, shared by the fleet (common random numbers).
struct StepNoise {
    torch::Tensor posterior;  ///< [B, Z], standard normal: z = mean + stddev * noise
    torch::Tensor prior;      ///< [B, Z], draws of p(z) for the marginal divergence; may be undefined when unused
};

/// Forward pass of one batch x [B, D]. The kernel is that of the MMD; an adversarial divergence needs a critic.
Terms computeTerms(const LatentModel& model, const FleetParameters& parameters, const torch::Tensor& x,
                   const StepNoise& noise, const Coefficients& coefficients, DivergenceKernel kernel,
                   const ObjectiveSpec& spec = {}, const CriticInForce& critic = {});

/// The coefficients of distortion, rate and marginal divergence as a tensor [3, M].
torch::Tensor weightTensor(const Coefficients& coefficients, const torch::TensorOptions& options);

/// J per member [M] with the weights of weightTensor(); its sum is what the optimiser differentiates, since members
/// share no parameter.
torch::Tensor combineTerms(const Terms& terms, const torch::Tensor& weights);
torch::Tensor combineTerms(const Terms& terms, const Coefficients& coefficients);

}  // namespace elbo
