// The seam of priors: p(z), fixed or trained with the model.
#pragma once

#include <torch/types.h>

#include "models/fleet/fleet_parameters.h"
#include "models/network/network.h"

namespace elbo {

/// p(z) of every fleet member. Stateless apart from its slots; any thread. Who needs N(0, I) asks standardNormal();
/// everyone else goes through draws and log densities.
class Prior {
  public:
    virtual ~Prior() = default;

    /// Draws z ~ p(z) for noise [B, noise()] or [M, B, noise()]: [B, Z] where all members share them, else [M, B, Z].
    /// Differentiable in what moves the draws.
    virtual torch::Tensor draw(const FleetParameters& parameters, const torch::Tensor& noise) const = 0;

    /// log p(z) in nats, [M, B] (or [1, B] where all members share it); z: [B, Z] or [M, B, Z]. Differentiable.
    virtual torch::Tensor logDensity(const FleetParameters& parameters, const torch::Tensor& z) const = 0;

    /// The gradient of log p(z), [M, B, Z], without a graph behind it; z: [M, B, Z].
    virtual torch::Tensor score(const FleetParameters& parameters, const torch::Tensor& z) const;

    /// Box that holds all but about 1e-10 of the mass along every dimension: [M, 2, Z], lower then upper corner.
    virtual torch::Tensor reach(const FleetParameters& parameters) const = 0;

    virtual void initialise(FleetParameters& parameters, torch::Generator& generator) const = 0;

    /// Width of the standard normal values that a draw takes.
    virtual int noise() const = 0;
    /// What the density of one code costs, beyond arithmetic that grows with dim z alone.
    virtual NetworkCost cost() const { return {}; }
    /// Whether p(z) = N(0, I): rate, moments and quadrature then have closed forms, and fused kernels know it.
    virtual bool standardNormal() const { return false; }

    /// Standard deviations to either side of a Gaussian that reach() holds.
    static constexpr double kReach = 6.5;
};

}  // namespace elbo
