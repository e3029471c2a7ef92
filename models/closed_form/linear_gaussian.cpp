#include "models/closed_form/linear_gaussian.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>

namespace elbo {

RateDistortionPoint linearGaussianOptimum(std::vector<double> spectrum, int latentDim, double noiseVariance,
                                          double beta) {
    std::sort(spectrum.begin(), spectrum.end(), std::greater<>());
    const double threshold = beta * noiseVariance;
    RateDistortionPoint point;
    for (std::size_t i = 0; i < spectrum.size(); ++i) {
        const bool active = i < static_cast<std::size_t>(latentDim) && spectrum[i] > threshold;
        const double residual = active ? threshold : spectrum[i];
        point.rate += active ? 0.5 * std::log(spectrum[i] / threshold) : 0.0;
        point.distortion += 0.5 * std::log(2.0 * std::numbers::pi * noiseVariance) + residual / (2.0 * noiseVariance);
    }
    return point;
}

std::vector<double> linearGaussianThresholds(std::vector<double> spectrum, int latentDim, double noiseVariance) {
    std::sort(spectrum.begin(), spectrum.end(), std::greater<>());
    std::vector<double> thresholds;
    for (std::size_t i = 0; i < std::min(spectrum.size(), static_cast<std::size_t>(latentDim)); ++i) {
        if (spectrum[i] > 0.0) {
            thresholds.push_back(spectrum[i] / noiseVariance);
        }
    }
    return thresholds;
}

}  // namespace elbo
