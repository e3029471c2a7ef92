#include "training/measure/measures/sample_mean.h"

#include <cmath>
#include <numeric>

namespace elbo {

Measured meanOf(const std::vector<double>& values) {
    const auto n = static_cast<double>(values.size());
    const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
    double squares = 0.0;
    for (const double value : values) {
        squares += (value - mean) * (value - mean);
    }
    return {mean, std::sqrt(squares / (n - 1.0) / n)};
}

Measured ofPart(Measured measured, const std::vector<double>& perExample, int whole) {
    if (static_cast<int>(perExample.size()) < whole && perExample.size() > 1) {
        measured.error = std::hypot(measured.error, meanOf(perExample).error);
    }
    return measured;
}

}  // namespace elbo
