// The training loss as coefficients over terms (MATH: sections 2 and 3).
#pragma once

#include <torch/types.h>

#include <optional>
#include <string>
#include <vector>

#include "models/divergence/critic.h"
#include "models/divergence/mmd.h"
#include "models/latent_model.h"
#include "models/spec/knobs.h"
#include "models/spec/objective_spec.h"

namespace elbo {

/// Coefficients of the closed set of terms, one value per fleet member [M]. A term whose coefficient is zero for all
/// members is not computed.
struct Coefficients {
    std::vector<double> distortion;
    std::vector<double> rate;
    std::vector<double> marginalDivergence;
    std::vector<double> secondDivergence{};
    std::vector<double> codeDistortion{};
    std::vector<double> dataDivergence{};
    std::vector<double> jointDivergence{};
    std::vector<double> informationExcess{};  ///< of max(0, I - I*), RateTerm::Cap

    /// The coefficients of J as knobs.h writes it, with the excess of `spec`.
    static Coefficients fromKnobs(const std::vector<Knobs>& knobs, const ObjectiveSpec& spec = {});
    /// Whether J consists of distortion, rate and marginal divergence.
    bool threeTerms() const;
    bool usesMarginalDivergence() const { return anyOf(marginalDivergence); }
    bool usesRate() const { return anyOf(rate); }
    /// Whether draws of the prior are needed.
    bool usesPrior() const { return usesMarginalDivergence() || !threeTerms(); }
    /// Whether samples of the model are needed.
    bool usesSamples() const { return anyOf(codeDistortion) || anyOf(dataDivergence) || anyOf(jointDivergence); }

    static bool anyOf(const std::vector<double>& coefficient);
};

/// Terms of one batch, nats per example, [M] each. Those that were not computed are undefined.
struct Terms {
    torch::Tensor distortion;
    torch::Tensor rate;
    torch::Tensor marginalDivergence;
    torch::Tensor rateTerm{};  ///< what the weight of the rate multiplies, where that is not the rate
    torch::Tensor secondDivergence{};
    torch::Tensor codeDistortion{};
    torch::Tensor dataDivergence{};
    torch::Tensor jointDivergence{};
    torch::Tensor informationExcess{};

    torch::Tensor codes{};    ///< z of the batch, [M, B, Z]
    torch::Tensor samples{};  ///< of the model from the prior draws, [M, B, D]
};

/// Noise of one step, shared by the fleet (common random numbers).
struct StepNoise {
    torch::Tensor posterior;     ///< [B, LatentModel::posteriorNoise()], standard normal
    torch::Tensor prior;         ///< [B, Z], draws of p(z); may be undefined when unused
    torch::Tensor likelihood{};  ///< [B, LatentModel::likelihoodNoise()], standard normal; likewise
};

/// The critics of an objective; empty where none is needed.
struct CriticsInForce {
    CriticInForce codes{};   ///< of Delta, on z
    CriticInForce second{};  ///< of Delta_2, on z
    CriticInForce data{};    ///< of Delta_x, on x
    CriticInForce joint{};   ///< of Delta_xz, on (x, z)
    CriticInForce rate{};    ///< of RateEstimate::Adversarial, on (x, z)
};

/// Forward pass of one batch x [B, D]. The kernel is that of the MMD.
Terms computeTerms(const LatentModel& model, const FleetParameters& parameters, const torch::Tensor& x,
                   const StepNoise& noise, const Coefficients& coefficients, DivergenceKernel kernel,
                   const ObjectiveSpec& spec = {}, const CriticsInForce& critics = {});

/// (x, z) side by side, [M, B, D + Z]; x: [B, D] or [M, B, D], z: [B, Z] or [M, B, Z].
torch::Tensor pairsOf(const torch::Tensor& x, const torch::Tensor& z, std::int64_t members);

/// The coefficients in the order of the members of Coefficients, as a tensor [8, M].
torch::Tensor weightTensor(const Coefficients& coefficients, const torch::TensorOptions& options);

/// J per member [M] with the weights of weightTensor(); its sum is what the optimiser differentiates, since members
/// share no parameter.
torch::Tensor combineTerms(const Terms& terms, const torch::Tensor& weights);
torch::Tensor combineTerms(const Terms& terms, const Coefficients& coefficients);

}  // namespace elbo
