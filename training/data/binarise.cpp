#include "training/data/binarise.h"

#include <numeric>
#include <utility>

#include "training/data/random.h"

namespace elbo {
namespace {

// Streams keep the draws of the two purposes apart when their seeds are equal.
constexpr std::uint64_t kOrderStream = 0x6f72646572ULL;
constexpr std::uint64_t kPixelStream = 0x706978656cULL;
constexpr std::int64_t kStaticEpoch = -1;

/// out[i] = 1 with probability grey[i]. One 64-bit word serves two pixels; 24 bits are what a float can tell apart.
template <class Real>
void drawPixels(const float* grey, int dim, std::uint64_t key, Real* out) {
    constexpr float kUnit = 0x1.0p-24f;
    int i = 0;
    for (; i + 1 < dim; i += 2) {
        key += kGoldenStep;
        const std::uint64_t word = mix64(key);
        const auto first = static_cast<float>(static_cast<std::int32_t>(word & 0xffffff));
        const auto second = static_cast<float>(static_cast<std::int32_t>((word >> 32) & 0xffffff));
        out[i] = first * kUnit < grey[i] ? Real(1) : Real(0);
        out[i + 1] = second * kUnit < grey[i + 1] ? Real(1) : Real(0);
    }
    if (i < dim) {
        const auto last = static_cast<float>(static_cast<std::int32_t>(mix64(key + kGoldenStep) & 0xffffff));
        out[i] = last * kUnit < grey[i] ? Real(1) : Real(0);
    }
}

std::uint64_t exampleKey(std::uint64_t seed, std::int64_t epoch, int index) {
    return mixKey(seed ^ kPixelStream, static_cast<std::uint64_t>(epoch), static_cast<std::uint64_t>(index));
}

}  // namespace

Examples binariseOnce(const Examples& grey, Binarisation kind, std::uint64_t seed) {
    Examples result = grey;
    switch (kind) {
        case Binarisation::None:
        case Binarisation::Stochastic:
            break;
        case Binarisation::Static:
            for (int i = 0; i < grey.size(); ++i) {
                float* row = result.values.data() + static_cast<std::size_t>(i) * static_cast<std::size_t>(grey.dim);
                drawPixels(grey.row(i), grey.dim, exampleKey(seed, kStaticEpoch, i), row);
            }
            break;
        case Binarisation::Threshold:
            for (float& value : result.values) {
                value = value >= 0.5f ? 1.0f : 0.0f;
            }
            break;
    }
    return result;
}

void drawEpochOrder(int n, std::uint64_t seed, std::int64_t epoch, std::vector<int>& order) {
    order.resize(static_cast<std::size_t>(n));
    std::iota(order.begin(), order.end(), 0);
    Random random(seed, kOrderStream, static_cast<std::uint64_t>(epoch));
    for (std::size_t i = order.size(); i > 1; --i) {
        std::swap(order[i - 1], order[random.below(i)]);
    }
}

template <class Real>
void binariseExample(const float* grey, int dim, std::uint64_t seed, std::int64_t epoch, int index, Real* out) {
    drawPixels(grey, dim, exampleKey(seed, epoch, index), out);
}

template void binariseExample<float>(const float*, int, std::uint64_t, std::int64_t, int, float*);
template void binariseExample<double>(const float*, int, std::uint64_t, std::int64_t, int, double*);

}  // namespace elbo
