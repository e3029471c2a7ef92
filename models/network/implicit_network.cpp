#include "models/network/implicit_network.h"

#include "models/fleet/generator.h"
#include "models/tensor/torch.h"

namespace elbo {

torch::Tensor withNoise(const torch::Tensor& input, const torch::Tensor& noise) {
    std::vector<std::int64_t> shape = input.sizes().vec();
    shape.back() = noise.size(-1);
    return torch::cat({input, noise.expand(shape)}, -1);
}

Moments momentsOf(const Network& network, const FleetParameters& parameters, const torch::Tensor& input,
                  int noiseWidth) {
    constexpr std::uint64_t kSeed = 0x6d6f6d656e7473ULL;
    constexpr std::int64_t kDraws = kMomentDraws;
    torch::Generator generator = makeGenerator(kSeed);
    const torch::Tensor noise = torch::randn({kDraws, noiseWidth}, generator, torch::kFloat64).to(input.options());
    const std::int64_t rows = input.size(-2);
    // Rows of one example stand together: [.., B, draws, D].
    std::vector<std::int64_t> shape = input.sizes().vec();
    shape.insert(shape.end() - 1, kDraws);
    const torch::Tensor repeated = withNoise(input.unsqueeze(-2).expand(shape), noise).flatten(-3, -2);
    const torch::Tensor output = network.forward(parameters, repeated);
    const torch::Tensor grouped = output.reshape({output.size(0), rows, kDraws, output.size(-1)});
    return {grouped.mean(2), grouped.var(2, /*unbiased=*/false)};
}

}  // namespace elbo
