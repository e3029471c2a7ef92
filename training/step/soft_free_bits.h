// Soft free bits (Chen et al. 2017): the weight of the rate is lowered until the rate stays just above a floor.
#pragma once

#include <string>
#include <vector>

#include "models/objective/fused_objective.h"

namespace elbo {

/// A factor gamma in [kLeast, 1] per member on the weight of the rate. A batch whose rate is below the floor lowers it
/// by 1 %, one whose rate is more than 5 % above raises it by 1 %. The paper moves it by 10 %; here it moves at every
/// step, and a factor that crosses its range faster than the model follows would swing from end to end. Thread: the
/// training thread. Allocates when it is built, never in between.
class SoftFreeBits {
  public:
    explicit SoftFreeBits(int members) : factors_(static_cast<std::size_t>(members), 1.0) {}

    void applyTo(Coefficients& coefficients) const;
    /// One step along the rates [M] of a batch, nats. Members that are not healthy keep their factor.
    void adjust(const std::vector<double>& rates, double floor, const std::vector<bool>& healthy);

    std::vector<double>& factors() { return factors_; }  ///< [M]
    const std::vector<double>& factors() const { return factors_; }

    static constexpr double kLeast = 1e-4;
    static constexpr double kStep = 1.01;
    static constexpr double kBand = 1.05;

  private:
    std::vector<double> factors_;
};

}  // namespace elbo
