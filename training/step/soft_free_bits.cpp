#include "training/step/soft_free_bits.h"

#include <algorithm>

namespace elbo {

void SoftFreeBits::applyTo(Coefficients& coefficients) const {
    for (std::size_t member = 0; member < factors_.size(); ++member) {
        coefficients[LossTerm::Rate][member] *= factors_[member];
    }
}

void SoftFreeBits::adjust(const std::vector<double>& rates, double floor, const std::vector<bool>& healthy) {
    for (std::size_t member = 0; member < factors_.size(); ++member) {
        const double move = rates[member] < floor ? 1.0 / kStep : rates[member] > kBand * floor ? kStep : 1.0;
        if (healthy[member]) {
            factors_[member] = std::clamp(factors_[member] * move, kLeast, 1.0);
        }
    }
}

}  // namespace elbo
