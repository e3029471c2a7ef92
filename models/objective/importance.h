// Several codes of each example, weighed by importance: what stands in J for distortion and rate (Burda et al. 2016).
#pragma once

#include <torch/types.h>

#include "models/latent_model.h"
#include "models/spec/objective_spec.h"

namespace elbo {

/// Nats per example, [M, B] each.
struct WeighedCodes {
    /// -log 1/K sum_k exp(-w_D D_k - w_R R_k). With both weights at 1 an estimate of -L_K, where L_K <= log p(x) rises
    /// with K.
    torch::Tensor loss;
    torch::Tensor distortion;  ///< mean of D_k over the codes, without a graph
    torch::Tensor rate;        ///< mean of R_k = log q(z_k|x) - log p(z_k), likewise
};

/// Draws K = noise.size(0) / B codes of each example x [B, D] from its posterior and weighs them with the coefficients
/// w_D and w_R [M] of distortion and rate. One pass of the encoder (a second one without a graph where Stl or Dreg
/// needs the density of a posterior that is no Gaussian), one of the decoder over all K B codes. `first`: the codes [M,
/// B, Z] of the noise's first B rows, the last that were sampled from `posterior`.
///
/// The gradient by Dreg is that of the general weights: a code's path counts (1 - w_R) w + w_R w^2 with w the softmax
/// of the exponents, w^2 for w_R = 1. Where p(z) shares the encoder's parameters, what it takes from them counts w.
WeighedCodes weighCodes(const LatentModel& model, const FleetParameters& parameters, const torch::Tensor& x,
                        const PosteriorBatch& posterior, const torch::Tensor& first, const torch::Tensor& noise,
                        const torch::Tensor& distortionWeight, const torch::Tensor& rateWeight, CodeGradient gradient);

}  // namespace elbo
