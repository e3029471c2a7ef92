// The seam of priors: p(z), fixed or trained with the model.
#pragma once

#include <torch/types.h>

#include <optional>

#include "models/fleet/fleet_parameters.h"
#include "models/network/network.h"

namespace elbo {

/// Examples that a prior learns, and how much each of them weighs.
struct PseudoInputs {
    torch::Tensor x;        ///< as the encoder sees them, [M, K, D]
    torch::Tensor weights;  ///< they sum to 1, [M, K]
};

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
    /// How many training examples it likes to start from; 0: none.
    virtual int startingExamples() const { return 0; }
    /// Gives every member the start from examples x [N, D], after initialise(). Of fewer than it likes, some come
    /// again.
    virtual void startFrom(FleetParameters& /*parameters*/, const torch::Tensor& /*x*/) const {}

    /// What it is made of where those are encoded examples.
    virtual std::optional<PseudoInputs> pseudoInputs(const FleetParameters& /*parameters*/) const { return {}; }

    /// Width of the standard normal values that a draw takes.
    virtual int noise() const = 0;
    /// What the density of one code costs, beyond arithmetic that grows with dim z alone.
    virtual NetworkCost cost() const { return {}; }
    /// What densities or draws cost besides, however many codes there are.
    virtual NetworkCost costOfAny() const { return {}; }
    /// Whether p(z) = N(0, I): rate, moments and quadrature then have closed forms, and fused kernels know it.
    virtual bool standardNormal() const { return false; }

    /// Standard deviations to either side of a Gaussian that reach() holds.
    static constexpr double kReach = 6.5;

  protected:
    /// Noise [count, dims] throughout all but 1e-9 of N(0, I), for boxes that are found by looking: the same points
    /// always, so that these do not jitter.
    static torch::Tensor noiseThroughout(std::int64_t count, std::int64_t dims, const torch::TensorOptions& options);
};

}  // namespace elbo
