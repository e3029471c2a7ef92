// A small explicit generator for data: seeded by (seed, stream, index), so that every example is a pure function of
// them.
#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>

namespace elbo {

/// The finaliser of SplitMix64: a bijection of 64-bit words whose outputs for consecutive inputs look independent.
inline std::uint64_t mix64(std::uint64_t z) {
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
}

inline constexpr std::uint64_t kGoldenStep = 0x9e3779b97f4a7c15ULL;

/// One key for three numbers; unlike a sum, (1, 2) and (2, 1) give unrelated keys.
inline std::uint64_t mixKey(std::uint64_t a, std::uint64_t b = 0, std::uint64_t c = 0) {
    std::uint64_t key = mix64(a + kGoldenStep);
    key = mix64(key + b + kGoldenStep);
    return mix64(key + c + kGoldenStep);
}

/// SplitMix64 started at a key. Cheap to construct, so one is made per example.
class Random {
  public:
    explicit Random(std::uint64_t key) : state_(key) {}
    Random(std::uint64_t seed, std::uint64_t stream, std::uint64_t index) : state_(mixKey(seed, stream, index)) {}

    std::uint64_t next() {
        state_ += kGoldenStep;
        return mix64(state_);
    }
    /// Uniform in [0, 1), 53 bits.
    double uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
    double uniform(double low, double high) { return low + (high - low) * uniform(); }
    /// Uniform in 0 ... n-1. The bias of the multiply-shift is below n / 2^64.
    std::uint64_t below(std::uint64_t n) {
        __extension__ using Wide = unsigned __int128;
        return static_cast<std::uint64_t>((static_cast<Wide>(next()) * n) >> 64);
    }
    /// Standard normal by Box-Muller; the second value of a pair is kept for the next call.
    double normal() {
        if (hasSpare_) {
            hasSpare_ = false;
            return spare_;
        }
        const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
        const double angle = 2.0 * std::numbers::pi * uniform();
        spare_ = radius * std::sin(angle);
        hasSpare_ = true;
        return radius * std::cos(angle);
    }

  private:
    std::uint64_t state_;
    double spare_ = 0.0;
    bool hasSpare_ = false;
};

}  // namespace elbo
