#include "models/network/image_maps.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <stdexcept>

#include "models/tensor/torch.h"

namespace elbo {
namespace {

/// [B, M, ..] of rows [M, B, ..]; M = 1 where the fleet shares them.
torch::Tensor byExample(const torch::Tensor& rows) {
    return rows.dim() == 3 ? rows.transpose(0, 1) : rows.unsqueeze(1);
}

std::invalid_argument misfit(const std::string& network, const std::string& complaint) {
    return std::invalid_argument(fmt::format("model.network = \"{}\" {}", network, complaint));
}

}  // namespace

torch::Tensor mapsOfRows(const torch::Tensor& rows, int channels, const MapSize& size) {
    const torch::Tensor examples = byExample(rows);
    return examples.reshape({examples.size(0), examples.size(1) * channels, size.height, size.width});
}

torch::Tensor rowsOfMaps(const torch::Tensor& maps, std::int64_t members) {
    const std::int64_t features = maps.size(1) / members * maps.size(2) * maps.size(3);
    return maps.reshape({maps.size(0), members, features}).transpose(0, 1);
}

torch::Tensor mapsOfImages(const torch::Tensor& x, const DataShape& data) {
    if (data.channels == 1) {
        return mapsOfRows(x, 1, {data.height, data.width});
    }
    const torch::Tensor examples = byExample(x);
    const std::int64_t count = examples.size(0), members = examples.size(1);
    return examples.reshape({count, members, data.height, data.width, data.channels})
        .permute({0, 1, 4, 2, 3})
        .contiguous()
        .view({count, members * data.channels, data.height, data.width});
}

torch::Tensor imagesOfMaps(const torch::Tensor& maps, std::int64_t members, const DataShape& data) {
    if (data.channels == 1) {
        return rowsOfMaps(maps, members).contiguous();
    }
    const std::int64_t count = maps.size(0), values = maps.size(1) / (members * data.channels);
    return maps.reshape({count, members, values, data.channels, data.height, data.width})
        .permute({1, 0, 2, 4, 5, 3})
        .reshape({members, count, values * data.dim});
}

MapSize smallestMap(const std::string& network, const NetworkShape& shape) {
    const DataShape& data = shape.data;
    const bool encoder = shape.role == NetworkRole::Encoder;
    const std::string field = encoder ? "model.encoder_channels" : "model.decoder_channels";
    if (!data.isImage()) {
        throw misfit(network, fmt::format("needs images, but the data are points of {} {}; set model.network = \"mlp\"",
                                          data.dim, data.dim == 1 ? "value" : "values"));
    }
    if (shape.channels.empty()) {
        throw misfit(network, fmt::format("needs a number in {} for each halving of the sides, but the list is empty; "
                                          "give it some, such as [16, 32]",
                                          field));
    }
    MapSize size{data.height, data.width};
    std::size_t halvings = 0;
    while (size.height % 2 == 0 && size.width % 2 == 0 && halvings < shape.channels.size()) {
        size = {size.height / 2, size.width / 2};
        ++halvings;
    }
    if (halvings < shape.channels.size()) {
        const std::size_t most = 62;  // beyond it the divisor would leave the integers
        const std::int64_t divisor = std::int64_t{1} << std::min(shape.channels.size(), most);
        const std::string remedy = halvings == 0 ? "set model.network = \"mlp\""
                                                 : fmt::format("give {} {} {}, one for each halving", field, halvings,
                                                               halvings == 1 ? "number" : "numbers");
        throw misfit(network, fmt::format("needs sides divisible by {}, but the images are {} x {}; {}", divisor,
                                          data.height, data.width, remedy));
    }
    const std::int64_t channels = encoder ? shape.channels.back() : shape.channels.front();
    if (channels * size.pixels() > std::numeric_limits<int>::max() / 2) {
        throw misfit(network, fmt::format("is too large for images of {} x {}; make the numbers in {} smaller",
                                          data.height, data.width, field));
    }
    return size;
}

}  // namespace elbo
