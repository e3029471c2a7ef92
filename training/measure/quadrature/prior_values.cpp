#include "training/measure/quadrature/prior_values.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "models/tensor/torch.h"

namespace elbo {

namespace {

const double kLogTwoPi = std::log(2.0 * std::numbers::pi);

std::vector<double> nodesOf(const LatentAxis& axis) {
    std::vector<double> nodes;
    for (int i = 0; i < axis.nodes; ++i) {
        nodes.push_back(axis.at(i));
    }
    return nodes;
}

}  // namespace

PriorValues::PriorValues(const LatentModel& model, const FleetParameters& parameters) : dims_(model.latentDim()) {
    if (!model.prior().standardNormal()) {
        model_ = &model;
        parameters_ = &parameters;
    }
}

std::pair<double, double> PriorValues::reach(int dim) const {
    if (standardNormal()) {
        return {-Prior::kReach, Prior::kReach};
    }
    const torch::Tensor box = model_->prior().reach(*parameters_)[0];
    return {box[0][dim].item<double>(), box[1][dim].item<double>()};
}

Eigen::ArrayXd PriorValues::at(const Eigen::ArrayXXd& points) const {
    if (standardNormal()) {
        return -0.5 * points.square().rowwise().sum() - 0.5 * dims_ * kLogTwoPi;
    }
    const torch::NoGradGuard noGradients;
    torch::Tensor z = torch::empty({points.rows(), dims_}, torch::kFloat64);
    Eigen::Map<Eigen::Array<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>(z.data_ptr<double>(),
                                                                                      points.rows(), dims_) = points;
    const torch::Tensor density = model_->prior().logDensity(*parameters_, z)[0].contiguous();
    return Eigen::Map<const Eigen::ArrayXd>(density.data_ptr<double>(), points.rows());
}

Eigen::ArrayXXd PriorValues::at(const std::vector<double>& xs, const std::vector<double>& ys) const {
    const auto columns = static_cast<Eigen::Index>(xs.size()), rows = static_cast<Eigen::Index>(ys.size());
    Eigen::ArrayXXd points(columns * rows, dims_);
    for (Eigen::Index column = 0; column < columns; ++column) {
        for (Eigen::Index row = 0; row < rows; ++row) {
            points(column * rows + row, 0) = xs[static_cast<std::size_t>(column)];
            if (dims_ == 2) {
                points(column * rows + row, 1) = ys[static_cast<std::size_t>(row)];
            }
        }
    }
    return at(points).reshaped(rows, columns);
}

const Eigen::ArrayXXd& PriorValues::on(const LatentGrid& grid) const {
    const auto found = std::find_if(kept_.begin(), kept_.end(), [&](const auto& kept) { return kept.first == grid; });
    if (found != kept_.end()) {
        return found->second;
    }
    if (kept_.size() > 1) {
        kept_.erase(kept_.begin());
    }
    kept_.emplace_back(grid, at(nodesOf(grid.x), grid.plane() ? nodesOf(grid.y) : std::vector<double>{0.0}));
    return kept_.back().second;
}

}  // namespace elbo
