// The plane on which a latent space is shown.
#pragma once

#include <torch/types.h>

#include <string>

#include "training/frame/view_request.h"
#include "training/measure/aggregated_posterior.h"

namespace elbo {

/// An orthonormal map from codes [Z] to the displayed plane (or line) and back. Float64, one member. Immutable.
class LatentProjection {
  public:
    /// Axes or the principal plane of q(z); moments are those of one member: mean [Z], covariance [Z, Z].
    LatentProjection(const LatentPlane& plane, const torch::Tensor& mean, const torch::Tensor& covariance);

    /// Whether the plane is spanned by coordinate axes, so that projected posteriors stay uncorrelated.
    bool alongAxes() const { return alongAxes_; }
    int dims() const { return static_cast<int>(basis_.size(1)); }  ///< 1 or 2

    torch::Tensor project(const torch::Tensor& codes) const;  ///< [N, Z] -> [N, dims]
    torch::Tensor lift(const torch::Tensor& points) const;    ///< [N, dims] -> [N, Z]
    const torch::Tensor& basis() const { return basis_; }     ///< [Z, dims], orthonormal columns
    /// Mean of the projected standard normal prior, [dims]; its covariance is the identity.
    torch::Tensor priorMean() const;

    const std::string& xAxis() const { return xAxis_; }
    const std::string& yAxis() const { return yAxis_; }

  private:
    torch::Tensor origin_;  ///< [Z]: 0 for axes, the mean of q(z) for the principal plane
    torch::Tensor basis_;
    bool alongAxes_ = true;
    std::string xAxis_, yAxis_;
};

}  // namespace elbo
