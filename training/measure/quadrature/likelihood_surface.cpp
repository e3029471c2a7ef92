#include "training/measure/quadrature/likelihood_surface.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "models/tensor/torch.h"

namespace elbo {

namespace {

/// Log-likelihoods held at a time: 0.4 GB.
constexpr std::int64_t kTableSize = 50'000'000;

/// Four neighbouring nodes and where a coordinate lies between the middle two.
struct Taps {
    int first = 0;
    double offset = 0.0;  ///< in steps from the second node
    std::array<double, 4> weights{};
};

Taps tapsAt(const LatentAxis& axis, double coordinate) {
    const double position = (coordinate - axis.low) / axis.step;
    const int cell = std::clamp(static_cast<int>(std::floor(position)), 1, axis.nodes - 3);
    const double t = position - cell;
    return {cell - 1,
            t,
            {-t * (t - 1.0) * (t - 2.0) / 6.0, (t + 1.0) * (t - 1.0) * (t - 2.0) / 2.0,
             -(t + 1.0) * t * (t - 2.0) / 2.0, (t + 1.0) * t * (t - 1.0) / 6.0}};
}

/// The cubic through four values, limited to what a parabola with the smaller of the two curvatures would reach.
double limitedCubic(const Taps& taps, double f0, double f1, double f2, double f3) {
    const auto& w = taps.weights;
    const double value = w[0] * f0 + w[1] * f1 + w[2] * f2 + w[3] * f3;
    if (taps.offset < 0.0 || taps.offset > 1.0) {
        return std::min(value, std::max({f0, f1, f2, f3}));
    }
    const double bend1 = f0 - 2.0 * f1 + f2;
    const double bend2 = f1 - 2.0 * f2 + f3;
    const double above = std::max(0.0, -std::max(bend1, bend2)) / 8.0;
    const double below = std::max(0.0, std::min(bend1, bend2)) / 8.0;
    return std::clamp(value, std::min(f1, f2) - below, std::max(f1, f2) + above);
}

}  // namespace

torch::Tensor LatentGrid::codes() const {
    const auto along = [](const LatentAxis& axis) {
        return torch::arange(axis.nodes, torch::kFloat64) * axis.step + axis.low;
    };
    if (!plane()) {
        return along(x).unsqueeze(1);
    }
    const torch::Tensor columns = along(x).unsqueeze(0).expand({y.nodes, x.nodes});
    const torch::Tensor rows = along(y).unsqueeze(1).expand({y.nodes, x.nodes});
    return torch::stack({columns, rows}, -1).reshape({-1, 2});
}

FleetParameters doubleParameters(const FleetParameters& fleet, int member) {
    const FleetParameters one = fleet.member(member);
    return FleetParameters(one.layout(), one.values().to(torch::kFloat64));
}

torch::Tensor logLikelihoodTable(const LatentModel& model, const FleetParameters& parameters, const torch::Tensor& x,
                                 const torch::Tensor& codes) {
    constexpr std::int64_t kBlock = 1024;
    const Factorised* likelihood = model.decoder().factorised();
    const torch::Tensor squares = x.square();
    torch::Tensor table = torch::empty({x.size(0), codes.size(0)}, torch::kFloat64);
    for (std::int64_t start = 0; start < codes.size(0); start += kBlock) {
        const std::int64_t count = std::min(kBlock, codes.size(0) - start);
        const torch::Tensor some = codes.narrow(0, start, count);
        // What has samples only is taken for the Gaussian with their moments.
        const LikelihoodBatch p =
            likelihood != nullptr ? likelihood->of(parameters, some) : model.decoder().moments(parameters, some);
        const ExponentialForm form = p.family().exponential(p);
        torch::Tensor block = torch::mm(x, form.linear[0].t()) + form.constant[0];
        if (form.quadratic.defined()) {
            block += torch::mm(squares, form.quadratic[0].t());
        }
        table.narrow(1, start, count).copy_(block);
    }
    return table;
}

Surface Surface::halved() const {
    Surface half = *this;
    half.grid_.x = grid_.x.halved();
    half.columnStride_ *= 2;
    if (grid_.plane()) {
        half.grid_.y = grid_.y.halved();
        half.rowStride_ *= 2;
    }
    return half;
}

Eigen::ArrayXXd Surface::at(const std::vector<double>& xs, const std::vector<double>& ys) const {
    const auto width = static_cast<Eigen::Index>(xs.size());
    std::vector<Taps> columns, rows;
    columns.reserve(xs.size());
    for (const double x : xs) {
        columns.push_back(tapsAt(grid_.x, x));
    }
    int firstRow = 0, lastRow = 0;
    if (grid_.plane()) {
        firstRow = grid_.y.nodes;
        for (const double y : ys) {
            rows.push_back(tapsAt(grid_.y, y));
            firstRow = std::min(firstRow, rows.back().first);
            lastRow = std::max(lastRow, rows.back().first + 3);
        }
    }
    // Along x first, for every row that is needed. Columns of the array are contiguous: one per row of the grid.
    Eigen::ArrayXXd alongX(width, lastRow - firstRow + 1);
    for (int row = firstRow; row <= lastRow; ++row) {
        for (Eigen::Index i = 0; i < width; ++i) {
            const Taps& taps = columns[static_cast<std::size_t>(i)];
            alongX(i, row - firstRow) = limitedCubic(taps, node(row, taps.first), node(row, taps.first + 1),
                                                     node(row, taps.first + 2), node(row, taps.first + 3));
        }
    }
    if (!grid_.plane()) {
        return alongX.transpose();
    }
    Eigen::ArrayXXd result(width, static_cast<Eigen::Index>(ys.size()));
    for (std::size_t j = 0; j < rows.size(); ++j) {
        const Taps& taps = rows[j];
        const Eigen::Index first = taps.first - firstRow;
        for (Eigen::Index i = 0; i < width; ++i) {
            result(i, static_cast<Eigen::Index>(j)) =
                limitedCubic(taps, alongX(i, first), alongX(i, first + 1), alongX(i, first + 2), alongX(i, first + 3));
        }
    }
    return result.transpose();
}

Eigen::ArrayXd Surface::at(const Eigen::ArrayXXd& points) const {
    Eigen::ArrayXd values(points.rows());
    for (Eigen::Index i = 0; i < points.rows(); ++i) {
        values(i) = at({points(i, 0)}, {grid_.plane() ? points(i, 1) : 0.0})(0, 0);
    }
    return values;
}

void forSurfaces(const LatentModel& model, const FleetParameters& parameters, const torch::Tensor& x,
                 const LatentGrid& grid, const std::function<void(std::int64_t n, const Surface& surface)>& use) {
    const torch::Tensor codes = grid.codes();
    const std::int64_t block = std::max<std::int64_t>(1, kTableSize / grid.size());
    for (std::int64_t start = 0; start < x.size(0); start += block) {
        const std::int64_t count = std::min(block, x.size(0) - start);
        const torch::Tensor table = logLikelihoodTable(model, parameters, x.narrow(0, start, count), codes);
        for (std::int64_t n = 0; n < count; ++n) {
            use(start + n, Surface(table.data_ptr<double>() + n * grid.size(), grid));
        }
    }
}

}  // namespace elbo
