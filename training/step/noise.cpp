#include "training/step/noise.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "training/data/random.h"

namespace elbo {

namespace {

/// Values drawn in one go: a loop per operation over a short array is what compilers turn into vector code.
constexpr std::size_t kBlock = 128;

template <class Real>
void drawBlock(std::uint64_t& key, Real* out, std::size_t count) {
    constexpr Real kUnit = static_cast<Real>(0x1.0p-32);
    constexpr Real kTurn = static_cast<Real>(2.0 * std::numbers::pi) * kUnit;
    constexpr std::size_t kPairs = kBlock / 2;
    Real radius[kPairs], angle[kPairs];
    const std::size_t pairs = (count + 1) / 2;
    for (std::size_t i = 0; i < pairs; ++i) {
        const std::uint64_t word = mix64(key + (i + 1) * kGoldenStep);
        // The half keeps the logarithm finite.
        radius[i] = (static_cast<Real>(word >> 32) + Real(0.5)) * kUnit;
        angle[i] = static_cast<Real>(word & 0xffffffff) * kTurn;
    }
    key += pairs * kGoldenStep;
    for (std::size_t i = 0; i < pairs; ++i) {
        radius[i] = std::sqrt(Real(-2) * std::log(std::min(radius[i], Real(1))));
    }
    for (std::size_t i = 0; i < count / 2; ++i) {
        out[2 * i] = radius[i] * std::cos(angle[i]);
        out[2 * i + 1] = radius[i] * std::sin(angle[i]);
    }
    if (count % 2 == 1) {
        out[count - 1] = radius[pairs - 1] * std::cos(angle[pairs - 1]);
    }
}

}  // namespace

template <class Real>
void drawNoise(std::uint64_t seed, NoiseStream stream, std::int64_t step, Real* out, std::size_t count) {
    std::uint64_t key = mixKey(seed, static_cast<std::uint64_t>(stream), static_cast<std::uint64_t>(step));
    for (std::size_t first = 0; first < count; first += kBlock) {
        drawBlock(key, out + first, std::min(kBlock, count - first));
    }
}

template void drawNoise<float>(std::uint64_t, NoiseStream, std::int64_t, float*, std::size_t);
template void drawNoise<double>(std::uint64_t, NoiseStream, std::int64_t, double*, std::size_t);

}  // namespace elbo
