// The training loss as coefficients over terms (MATH: sections 2 and 3).
#pragma once

#include <torch/types.h>

#include <optional>
#include <string>
#include <vector>

#include "models/divergence/critic.h"
#include "models/divergence/mmd.h"
#include "models/latent_model.h"
#include "models/spec/terms.h"

namespace elbo {

/// Coefficients of the closed set of terms, one value per fleet member [M]; empty: zero. A term whose coefficient is
/// zero for all members is not computed.
struct Coefficients : PerTerm<std::vector<double>> {
    /// Those of J as terms.h writes it.
    static Coefficients fromKnobs(const std::vector<Knobs>& knobs, const ObjectiveSpec& spec = {});
    /// Whether any member gives the term a weight.
    bool uses(LossTerm term) const;
    /// Whether J consists of distortion, rate and marginal divergence.
    bool threeTerms() const;
    /// Whether draws of the prior are needed.
    bool usesPrior() const { return uses(LossTerm::MarginalDivergence) || !threeTerms(); }
    /// Whether samples of the model are needed.
    bool usesSamples() const {
        return uses(LossTerm::CodeDistortion) || uses(LossTerm::DataDivergence) || uses(LossTerm::JointDivergence);
    }
};

/// Terms of one batch, nats per example, [M] each. Those that were not computed are undefined.
struct Terms : PerTerm<torch::Tensor> {
    torch::Tensor rateTerm{};  ///< what the weight of the rate multiplies, where that is not the rate
    /// What stands in J for D and R with their weights, where several codes are weighed; D and R are then measured
    /// only.
    torch::Tensor importance{};

    torch::Tensor codes{};       ///< z of the batch, [M, B, Z]
    torch::Tensor priorCodes{};  ///< z ~ p(z), [B, Z] or [M, B, Z]
    torch::Tensor samples{};     ///< of the model from those, [M, B, D]
};

/// Noise of one step, shared by the fleet (common random numbers).
struct StepNoise {
    torch::Tensor posterior;     ///< [K B, LatentModel::posteriorNoise()], standard normal; K B only where K codes of
                                 ///< each example are weighed, whose first B rows give the codes of all other terms
    torch::Tensor prior;         ///< [B, LatentModel::priorNoise()], standard normal; may be undefined when unused
    torch::Tensor likelihood{};  ///< [B, LatentModel::likelihoodNoise()], standard normal; likewise
};

/// The critics of an objective, by the term that they serve; empty where none is needed.
using CriticsInForce = PerTerm<CriticInForce>;

/// Forward pass of one batch x [B, D].
Terms computeTerms(const LatentModel& model, const FleetParameters& parameters, const torch::Tensor& x,
                   const StepNoise& noise, const Coefficients& coefficients, const ObjectiveSpec& spec = {},
                   const CriticsInForce& critics = {});

/// (x, z) side by side, [M, B, D + Z]; x: [B, D] or [M, B, D], z: [B, Z] or [M, B, Z].
torch::Tensor pairsOf(const torch::Tensor& x, const torch::Tensor& z, std::int64_t members);

/// The coefficients in the order of LossTerm, as a tensor [terms, M].
torch::Tensor weightTensor(const Coefficients& coefficients, const torch::TensorOptions& options);

/// J per member [M] with the weights of weightTensor(); its sum is what the optimiser differentiates, since members
/// share no parameter.
torch::Tensor combineTerms(const Terms& terms, const torch::Tensor& weights);
torch::Tensor combineTerms(const Terms& terms, const Coefficients& coefficients);

}  // namespace elbo
