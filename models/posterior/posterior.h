// The seam of posteriors: q(z|x) of a batch, and how an encoder makes it.
#pragma once

#include <torch/types.h>

#include <memory>
#include <utility>

#include "models/fleet/fleet_parameters.h"
#include "models/network/network.h"
#include "models/posterior/gaussian.h"
#include "models/spec/data_shape.h"

namespace elbo {

/// q(z|x) for every example of a batch.
class PosteriorBatch {
  public:
    virtual ~PosteriorBatch() = default;

    /// Codes z ~ q(z|x), [M, B, Z], for noise [B, Posterior::noise()] or [M, B, noise]; differentiable.
    virtual torch::Tensor sample(const torch::Tensor& noise) const = 0;

    /// log q(z|x) in nats, [M, B]; z: [B, Z] or [M, B, Z]. Where there is no density: that of moments(), so that
    /// E log q is a lower bound of the true one.
    virtual torch::Tensor logDensity(const torch::Tensor& z) const { return moments().logDensity(z); }

    /// log q(z_i|x_j) for all pairs up to a constant, [M, i, j]; likewise. z: [M, N, Z].
    virtual torch::Tensor pairs(const torch::Tensor& z) const { return moments().pairs(z); }

    /// The same in nats with the constant, to the precision of the numbers also where posteriors are narrow; likewise.
    virtual torch::Tensor logDensities(const torch::Tensor& z) const { return moments().logDensities(z); }

    /// The posteriors of the batch that `index` [M, N] names, one after the other.
    virtual std::unique_ptr<PosteriorBatch> chosen(const torch::Tensor& index) const = 0;

    /// The Gaussian with the mean and covariance of each posterior: itself where it is one.
    virtual const Gaussian& moments() const = 0;
    /// The Gaussian that it is; null where it is something else, and moments() only an approximation.
    virtual const Gaussian* gaussian() const { return nullptr; }
};

/// How an encoder makes posteriors. Stateless apart from its slots; any thread.
class Posterior {
  public:
    virtual ~Posterior() = default;

    /// x: [B, D] or [M, B, D].
    virtual std::unique_ptr<PosteriorBatch> of(const FleetParameters& parameters, const torch::Tensor& x) const = 0;

    /// Codes for noise [B, noise()], without what their posterior costs besides.
    virtual torch::Tensor codes(const FleetParameters& parameters, const torch::Tensor& x,
                                const torch::Tensor& noise) const {
        return of(parameters, x)->sample(noise);
    }

    virtual void initialise(FleetParameters& parameters, torch::Generator& generator) const = 0;
    /// Width of the standard normal values that a code takes.
    virtual int noise() const = 0;
    /// Whether log q(z|x) is known.
    virtual bool density() const { return true; }
    /// Whether every batch is a Gaussian.
    virtual bool gaussian() const { return false; }
    virtual const Network& network() const = 0;
    /// What a code of one example costs.
    virtual NetworkCost cost() const { return network().cost(); }
};

/// A posterior batch that is a Gaussian.
class GaussianBatch : public PosteriorBatch {
  public:
    explicit GaussianBatch(Gaussian gaussian) : gaussian_(std::move(gaussian)) {}

    torch::Tensor sample(const torch::Tensor& noise) const override { return gaussian_.sample(noise); }
    std::unique_ptr<PosteriorBatch> chosen(const torch::Tensor& index) const override {
        return std::make_unique<GaussianBatch>(gaussian_.chosen(index));
    }
    const Gaussian& moments() const override { return gaussian_; }
    const Gaussian* gaussian() const override { return &gaussian_; }

  private:
    Gaussian gaussian_;
};

}  // namespace elbo
