#include "training/measure/prior_density.h"

#include "models/tensor/torch.h"
#include "training/tensors/tensor_values.h"

namespace elbo {

GridDensity priorDensity(const Prior& prior, const FleetParameters& parameters,
                         const std::function<torch::Tensor(const torch::Tensor& points)>& toCodes,
                         const LatentWindow& window, int columns, int rows) {
    const auto centres = [](double low, double high, int cells) {
        const double half = 0.5 * (high - low) / cells;
        return torch::linspace(low + half, high - half, cells, torch::kFloat64);
    };
    const torch::Tensor x = centres(window.xMin, window.xMax, columns);
    torch::Tensor points = x.unsqueeze(1);
    if (rows > 1) {
        const torch::Tensor y = centres(window.yMin, window.yMax, rows);
        points = torch::stack({x.unsqueeze(0).expand({rows, columns}), y.unsqueeze(1).expand({rows, columns})}, -1)
                     .reshape({-1, 2});
    }
    const torch::Tensor codes = toCodes(points).to(parameters.values().scalar_type());
    const torch::Tensor density = prior.logDensity(parameters, codes)[0].exp();
    return {columns, rows, window, toFloats(density.to(torch::kFloat32))};
}

}  // namespace elbo
