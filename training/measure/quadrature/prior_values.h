// log p(z) of one fleet member for quadrature over one or two latent dimensions, in double precision.
#pragma once

#include <Eigen/Core>
#include <utility>
#include <vector>

#include "models/latent_model.h"
#include "training/measure/quadrature/likelihood_surface.h"

namespace elbo {

/// A formula for N(0, I); any other prior is asked. One thread.
class PriorValues {
  public:
    /// N(0, I) in `dims` dimensions.
    explicit PriorValues(int dims) : dims_(dims) {}
    /// The prior of `model` with `parameters`, one member in float64; both must outlive this.
    PriorValues(const LatentModel& model, const FleetParameters& parameters);

    bool standardNormal() const { return model_ == nullptr; }
    int dims() const { return dims_; }
    /// Lower and upper end of what holds nearly all of the mass along a dimension.
    std::pair<double, double> reach(int dim) const;

    /// At all (x, y) of two lists of coordinates: [ys, xs]. One dimension: `ys` is {0}.
    Eigen::ArrayXXd at(const std::vector<double>& xs, const std::vector<double>& ys) const;
    /// At points: z [points, dims].
    Eigen::ArrayXd at(const Eigen::ArrayXXd& points) const;
    /// On the nodes of a grid, [rows, columns]; kept until another grid is asked for.
    const Eigen::ArrayXXd& on(const LatentGrid& grid) const;

  private:
    int dims_;
    const LatentModel* model_ = nullptr;
    const FleetParameters* parameters_ = nullptr;
    /// The last two grids: quadrature goes back and forth between one and its coarser half.
    mutable std::vector<std::pair<LatentGrid, Eigen::ArrayXXd>> kept_;
};

}  // namespace elbo
