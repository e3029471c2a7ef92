// log p(x|z) of many examples over a grid of codes, for one or two latent dimensions: decoded once, then one matrix
// product per block of codes. Everything in double precision.
#pragma once

#include <torch/types.h>

#include <Eigen/Core>
#include <cstdint>
#include <functional>
#include <vector>

#include "models/latent_model.h"

namespace elbo {

/// Equally spaced nodes along one latent dimension.
struct LatentAxis {
    double low = 0.0;
    double step = 1.0;
    int nodes = 1;

    bool operator==(const LatentAxis&) const = default;
    double at(int i) const { return low + step * i; }
    double high() const { return at(nodes - 1); }
    /// Every second node.
    LatentAxis halved() const { return {low, 2.0 * step, (nodes + 1) / 2}; }
    /// `cells` equal cells over [low, high].
    static LatentAxis over(double low, double high, int cells) { return {low, (high - low) / cells, cells + 1}; }
};

/// Rows run along y, columns along x. One latent dimension: y has one node.
struct LatentGrid {
    LatentAxis x;
    LatentAxis y;

    bool operator==(const LatentGrid&) const = default;
    bool plane() const { return y.nodes > 1; }
    int size() const { return x.nodes * y.nodes; }
    torch::Tensor codes() const;  ///< [size, dim], float64, row-major
};

/// log p(x_n|z_g) in nats: x [N, D], codes [G, Z]; `parameters` holds one member in float64. Returns [N, G].
torch::Tensor logLikelihoodTable(const LatentModel& model, const FleetParameters& parameters, const torch::Tensor& x,
                                 const torch::Tensor& codes);

/// One member's parameters in double precision, as a fleet of one.
FleetParameters doubleParameters(const FleetParameters& fleet, int member);

/// One row of the table as a function of z, between the nodes by cubic interpolation. The interpolant reproduces
/// quadratics exactly and is limited where the values jump, so that it never invents a peak.
class Surface {
  public:
    /// `values` [rows, columns] of `grid`, which must outlive the surface.
    Surface(const double* values, const LatentGrid& grid) : values_(values), grid_(grid), rowStride_(grid.x.nodes) {}

    /// The same values on every second node: what a grid of half the resolution would have seen.
    Surface halved() const;

    const LatentGrid& grid() const { return grid_; }
    double node(int row, int column) const { return values_[row * rowStride_ + column * columnStride_]; }

    /// Values at all (x, y) of two lists of coordinates inside the grid: [ys, xs]. One dimension: `ys` is {0}.
    Eigen::ArrayXXd at(const std::vector<double>& xs, const std::vector<double>& ys) const;
    /// Values at points inside the grid, [points, dims].
    Eigen::ArrayXd at(const Eigen::ArrayXXd& points) const;

  private:
    const double* values_;
    LatentGrid grid_;
    std::ptrdiff_t rowStride_;
    std::ptrdiff_t columnStride_ = 1;
};

/// Calls use(n, surface) for every example x_n of x [N, D]; the table is made in blocks of examples, so that it never
/// takes more than 0.4 GB. `parameters` holds one member in float64.
void forSurfaces(const LatentModel& model, const FleetParameters& parameters, const torch::Tensor& x,
                 const LatentGrid& grid, const std::function<void(std::int64_t n, const Surface& surface)>& use);

}  // namespace elbo
