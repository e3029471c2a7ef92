// The noise of training: a pure function of (seed, stream, step), so that it needs no state and a resumed run draws the
// same.
#pragma once

#include <cstddef>
#include <cstdint>

namespace elbo {

/// Streams that never share a draw.
enum class NoiseStream : std::uint64_t {
    Posterior = 0x9e3779b97f4a7c15ULL,   ///< z = mean + stddev * noise
    Prior = 0xd1b54a32d192ed03ULL,       ///< draws of p(z) for the marginal divergence
    Likelihood = 0xa0761d6478bd642fULL,  ///< samples of p(x|z)
    Critic = 0x8cb92ba72f3d8dd7ULL,      ///< the same for the steps of an adversary
};

/// Fills out[0, count) with independent standard normal values (Box-Muller over SplitMix64; 32 bits per uniform, so
/// that no value exceeds 6.8). The values of a step are one block. Real: float or double. Allocates nothing.
template <class Real>
void drawNoise(std::uint64_t seed, NoiseStream stream, std::int64_t step, Real* out, std::size_t count);

extern template void drawNoise<float>(std::uint64_t, NoiseStream, std::int64_t, float*, std::size_t);
extern template void drawNoise<double>(std::uint64_t, NoiseStream, std::int64_t, double*, std::size_t);

}  // namespace elbo
