// Whether the codes of a model lie where its prior puts them.
#pragma once

#include "models/latent_model.h"
#include "models/posterior/gaussian.h"
#include "training/frame/frame.h"

namespace elbo {

/// A lower bound of KL(q(z) || p(z)) in nats on the line or plane of `latent` (see coarseDivergence), without what a
/// spread other than the prior's adds where p(z) = N(0, I): two separate heaps have it, and codes that lie beside the
/// prior, but not a normal distribution that is too wide. 0 where there is no grid. Pure; any thread.
double shapeOnGrid(const LatentFrame& latent, bool standardNormal);

/// The same of a member (a fleet of one) from posteriors [1, N, Z] in float64 of which every beginning stands for all:
/// on the latent space itself where it has one or two dimensions; above that the largest along any coordinate or any
/// principal axis of q(z), so that heaps which only another direction tells apart are not seen. NaN where a posterior
/// is not finite.
double priorShape(const LatentModel& model, const FleetParameters& parameters, const Gaussian& posteriors);

}  // namespace elbo
