// Networks that take noise beside their input, as implicit encoders and decoders do.
#pragma once

#include <torch/types.h>

#include "models/network/network.h"

namespace elbo {

/// Each row of `input` [.., B, D] with the noise [B, K] of its place appended: [.., B, D + K].
torch::Tensor withNoise(const torch::Tensor& input, const torch::Tensor& noise);

/// Mean and variance of a quantity over noise drawn once and for all.
struct Moments {
    torch::Tensor mean;      ///< [M, B, ..]
    torch::Tensor variance;  ///< likewise
};

constexpr int kMomentDraws = 16;

/// Of the outputs over kMomentDraws draws of `noiseWidth` standard normal values per row of `input`.
Moments momentsOf(const Network& network, const FleetParameters& parameters, const torch::Tensor& input,
                  int noiseWidth);

}  // namespace elbo
