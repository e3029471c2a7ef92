#include "widgets/kit/value_scale.h"

#include <algorithm>
#include <cmath>

namespace elbo {
namespace {

constexpr int kZeroStretch = 60;  ///< positions left of the smallest logarithmic value that all mean 0

double threeDigits(double value) {
    const double unit = std::pow(10.0, std::floor(std::log10(value)) - 2.0);
    // Dividing by the inverse keeps 0.01 exactly 0.01, where multiplying by 1e-4 would not.
    return unit < 1.0 ? std::round(value / unit) / std::round(1.0 / unit) : std::round(value / unit) * unit;
}

}  // namespace

ValueScale ValueScale::linear(double low, double high, int steps) {
    return {.low = low, .high = high, .steps = steps};
}

ValueScale ValueScale::decades(double low, double high, int stepsPerDecade, bool exactZero) {
    const int steps = static_cast<int>(std::lround(std::log10(high / low) * stepsPerDecade));
    return {.low = low, .high = high, .steps = steps, .logarithmic = true, .exactZero = exactZero};
}

int ValueScale::positions() const {
    return steps + (exactZero ? kZeroStretch : 0);
}

double ValueScale::value(int position) const {
    const int start = exactZero ? kZeroStretch : 0;
    if (position < start) {
        return exactZero ? 0.0 : low;
    }
    const double share = std::min(1.0, static_cast<double>(position - start) / steps);
    if (logarithmic) {
        return threeDigits(low * std::pow(high / low, share));
    }
    return std::round((low + share * (high - low)) * 100.0) / 100.0;
}

int ValueScale::position(double value) const {
    const int start = exactZero ? kZeroStretch : 0;
    if (logarithmic) {
        if (!(value > 0.0)) {
            return 0;
        }
        const double share = std::log(value / low) / std::log(high / low);
        if (exactZero && share < -0.5 / steps) {
            return start;  // below the scale, but not zero
        }
        return start + static_cast<int>(std::lround(std::clamp(share, 0.0, 1.0) * steps));
    }
    return static_cast<int>(std::lround(std::clamp((value - low) / (high - low), 0.0, 1.0) * steps));
}

std::vector<double> ValueScale::marks() const {
    std::vector<double> values;
    if (exactZero) {
        values.push_back(0.0);
    }
    if (logarithmic) {
        const int first = static_cast<int>(std::ceil(std::log10(low) - 1e-9));
        const int last = static_cast<int>(std::floor(std::log10(high) + 1e-9));
        for (int exponent = first; exponent <= last; ++exponent) {
            values.push_back(exponent < 0 ? 1.0 / std::round(std::pow(10.0, -exponent)) : std::pow(10.0, exponent));
        }
    } else {
        for (double mark = std::ceil(low); mark <= high; mark += 1.0) {
            values.push_back(mark);
        }
    }
    return values;
}

}  // namespace elbo
