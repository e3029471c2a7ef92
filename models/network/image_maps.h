// Maps of images, [B, M * C, H, W]: the channels of all members of a fleet side by side, as grouped convolutions want
// them. And the way from data and features to maps and back.
#pragma once

#include <torch/types.h>

#include <string>

#include "models/network/networks.h"
#include "models/spec/data_shape.h"

namespace elbo {

/// Height and width in pixels.
struct MapSize {
    int height = 1;
    int width = 1;

    int pixels() const { return height * width; }
    bool operator==(const MapSize&) const = default;
};

/// Features [B, C * H * W] shared by the fleet, or [M, B, C * H * W], channel by channel. Returns [B, C, H, W] or
/// [B, M * C, H, W].
torch::Tensor mapsOfRows(const torch::Tensor& rows, int channels, const MapSize& size);

/// The inverse for a fleet: [M, B, C * H * W].
torch::Tensor rowsOfMaps(const torch::Tensor& maps, std::int64_t members);

/// The same of examples as data sets hold them, with the channels of a pixel side by side (data_shape.h).
torch::Tensor mapsOfImages(const torch::Tensor& x, const DataShape& data);

/// The inverse for a fleet: maps [B, M * K * C, H, W] hold K values for every value of an image. Returns
/// [M, B, K * dim]: all first values, then all second ones, as likelihoods read them.
torch::Tensor imagesOfMaps(const torch::Tensor& maps, std::int64_t members, const DataShape& data);

/// The map that is left of the images of `shape` when every entry of its channels has halved their sides. Throws
/// std::invalid_argument, in words for the user of `network`, where the data are no images or their sides do not allow
/// it.
MapSize smallestMap(const std::string& network, const NetworkShape& shape);

}  // namespace elbo
