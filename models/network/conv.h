// Plain networks of convolutions, and DCGAN as one of them. No tensor.
#pragma once

#include <memory>
#include <string>

#include "models/network/networks.h"

namespace elbo {

/// Encoder: for every entry of `channels` a convolution 4 x 4 with stride 2 and the activation, then the hidden layers
/// of an Mlp, which see the features and what noise there is. Decoder: the hidden layers, one more to a map with the
/// first number of channels, then transposed convolutions 4 x 4 with stride 2, an activation after each but the last.
std::shared_ptr<const Network> makeConv(ParameterLayout& layout, const std::string& prefix, const NetworkShape& shape);

/// The same as the InfoVAE authors have it: leaky ReLU in the encoder, ReLU in the decoder, weights from N(0, 0.02^2),
/// no biases at first, and no batch normalisation. Theirs are channels 64, 128 and a hidden layer of 1024.
std::shared_ptr<const Network> makeDcgan(ParameterLayout& layout, const std::string& prefix, const NetworkShape& shape);

}  // namespace elbo
