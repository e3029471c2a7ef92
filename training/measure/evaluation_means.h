// Means over draws and over examples, with what is known about their errors.
#pragma once

#include <torch/types.h>

#include <cstdint>

namespace elbo {

/// The mean over draws of z of something that every example has, [M, B] in float64. Antithetic draws come in pairs and
/// count as one, for the two are not independent.
class MeanOverDraws {
  public:
    explicit MeanOverDraws(bool antithetic) : perGroup_(antithetic ? 2 : 1) {}

    void add(const torch::Tensor& values);  ///< of one draw, [M, B]
    torch::Tensor mean() const { return sum_ / groups_; }
    /// Variance of that mean; undefined after a single group.
    torch::Tensor variance() const;

  private:
    double perGroup_;
    double inOpen_ = 0.0;
    double groups_ = 0.0;
    torch::Tensor open_, sum_, squares_;
};

/// The mean over the examples of a split or a part of it, block by block; [M] in float64.
class MeanOverExamples {
  public:
    explicit MeanOverExamples(std::int64_t members);

    void add(const MeanOverDraws& block);
    /// What is known about the variance of an example's value over draws, [M, B].
    void addNoise(const torch::Tensor& variance);

    torch::Tensor mean() const;
    /// Standard error: of the part as a sample without replacement of `available` examples (0 for all of them, NaN for
    /// a single one), and of the draws as far as their noise is known.
    torch::Tensor error(std::int64_t available) const;

  private:
    double count_ = 0.0;
    double noiseCount_ = 0.0;
    torch::Tensor sum_, squares_, noise_;
};

}  // namespace elbo
