// Where a linear beta-VAE on Gaussian data must land: reverse water-filling (MATH: section 5).
#pragma once

#include <vector>

namespace elbo {

/// One point of the rate-distortion plane, nats per example.
struct RateDistortionPoint {
    double rate = 0.0;
    double distortion = 0.0;
};

/// The optimum of D + beta R for data with covariance eigenvalues `spectrum`, a decoder N(W z + b, noiseVariance I) of
/// fixed variance and `latentDim` latent dimensions. Directions with eigenvalue above beta * noiseVariance are active,
/// the largest first, at most latentDim of them. Requires beta > 0 and noiseVariance > 0.
RateDistortionPoint linearGaussianOptimum(std::vector<double> spectrum, int latentDim, double noiseVariance,
                                          double beta);

/// The weights beta at which that optimum loses its directions, s_i / noiseVariance of the largest eigenvalues, at most
/// latentDim of them: the largest, which is lost last, first. Eigenvalues that are not positive have none.
std::vector<double> linearGaussianThresholds(std::vector<double> spectrum, int latentDim, double noiseVariance);

}  // namespace elbo
