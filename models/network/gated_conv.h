// Networks of linearly gated convolutions (Dauphin et al. 2017): those of [RD] F.1 and F.2. No tensor.
#pragma once

#include <memory>
#include <string>

#include "models/network/networks.h"

namespace elbo {

/// Every layer but the last is y = (W1 x + b1) sigmoid(W2 x + b2), W1 and W2 as one layer of twice the outputs.
/// Encoder: images as 2 x - 1; for every entry c of `channels` a convolution 5 x 5 to c channels and one with stride 2;
/// then fully connected layers of the hidden widths, which see the features and what noise there is, and a linear one.
/// Decoder: hidden layers; a transposed convolution that spreads their values over the smallest map; for every entry of
/// `channels` transposed convolutions 5 x 5 with stride 1 and stride 2; one 4 x 4; and a linear convolution 5 x 5.
/// Those of the paper are channels 32, 64, a hidden layer of 256 (its convolution over the whole 7 x 7 map is one), and
/// for the decoder 64, 32 and no hidden layer.
std::shared_ptr<const Network> makeGatedConv(ParameterLayout& layout, const std::string& prefix,
                                             const NetworkShape& shape);

}  // namespace elbo
