// The rate R = E_q log q(z|x) / p(z), and what its weight multiplies: the rate itself, or a target, a floor or a cap
// for it (MATH: sections 2 and 3).
#pragma once

#include <torch/types.h>

#include "models/latent_model.h"
#include "models/spec/objective_spec.h"

namespace elbo {

/// Whether KL(q(z|x) || p(z)) is a formula for this model: Gaussian posteriors (or the moments of implicit ones) and
/// p(z) = N(0, I).
bool rateInClosedForm(const LatentModel& model);

/// Nats per example, [M, B]: in closed form, or else log q(z|x) - log p(z) at the codes z [M, B, Z] sampled from q.
torch::Tensor rateOf(const LatentModel& model, const FleetParameters& parameters, const PosteriorBatch& posterior,
                     const torch::Tensor& z);

/// log q(z|x) - log p(z) in nats at codes z, [M, B].
torch::Tensor logRatio(const LatentModel& model, const FleetParameters& parameters, const PosteriorBatch& posterior,
                       const torch::Tensor& z);

/// The rate [M, B] of Gaussian posteriors against any prior by quadrature over one or two latent dimensions, on nodes
/// from -7 to 7 standard deviations. 57 lie a quarter of one apart, for 1e-6 nats where p(z) is as smooth as q(z|x) is
/// wide; narrower components of p(z) want more. No gradient.
torch::Tensor rateByQuadrature(const LatentModel& model, const FleetParameters& parameters, const Gaussian& posterior,
                               int nodesPerAxis = 57);

/// I = mean over the batch of log q(z|x) - log 1/B sum_j q(z|x_j) in nats, [M]: the information between example and
/// code with the batch in place of the data. At most log B. z: [M, B, Z], one code per posterior.
torch::Tensor batchInformation(const PosteriorBatch& posterior, const torch::Tensor& z);

/// What the weight of the rate multiplies, [M], where that is not `rate` [M] itself; else undefined.
torch::Tensor rateTerm(const ObjectiveSpec& spec, const PosteriorBatch& posterior, const torch::Tensor& z,
                       const torch::Tensor& rate);

}  // namespace elbo
