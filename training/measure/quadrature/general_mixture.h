// Information and divergences of the aggregated posterior by quadrature where nothing separates: full covariances, and
// priors other than N(0, I). Part of integrateMixture (mixture_quadrature.h).
#pragma once

#include "training/measure/quadrature/mixture_quadrature.h"

namespace elbo {

/// log q(z) of the mixture at points [points, dim], in log space.
Eigen::ArrayXd logMixture(const Mixture& mixture, const Eigen::ArrayXXd& points);

/// On nodes around every posterior, and for KL(p || q) over the box of the prior. Throws MeasureStopped.
MixtureIntegrals integrateGenerally(const Mixture& mixture, const PriorValues& prior, const MeasureProgress& progress);

}  // namespace elbo
