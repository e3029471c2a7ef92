#include "models/network/conv.h"

#include <fmt/format.h>

#include <optional>
#include <utility>
#include <vector>

#include "models/network/conv_layer.h"
#include "models/network/implicit_network.h"
#include "models/network/mlp.h"
#include "models/tensor/torch.h"

namespace elbo {
namespace {

struct Style {
    const char* network;
    Activation activation;
    /// Of all weights at first; none: as an Mlp's.
    std::optional<double> stddev;
};

ConvShape halving(int inputs, int outputs) {
    return {.inputs = inputs, .outputs = outputs, .kernel = {4, 4}, .stride = {2, 2}, .padding = 1};
}

ConvShape doubling(int inputs, int outputs) {
    ConvShape shape = halving(inputs, outputs);
    shape.transposed = true;
    return shape;
}

/// Convolutions and fully connected layers, in no order.
class ConvNetwork : public Network {
  public:
    explicit ConvNetwork(const Style& style) : style_(style) {}

    void initialise(FleetParameters& parameters, torch::Generator& generator) const override {
        if (!style_.stddev) {
            dense_->initialise(parameters, generator);
            for (const ConvLayer& layer : convolutions_) {
                layer.initialise(parameters, generator);
            }
            return;
        }
        for (const LinearLayer& layer : dense_->layers()) {
            layer.initialiseNormal(parameters, *style_.stddev, generator);
        }
        for (const ConvLayer& layer : convolutions_) {
            layer.initialiseNormal(parameters, *style_.stddev, generator);
        }
    }

    NetworkCost cost() const override {
        NetworkCost cost = dense_->cost();
        for (const ConvLayer& layer : convolutions_) {
            cost += layer.cost();
        }
        return cost;
    }

  protected:
    /// Registers "prefix.conv.0.weight", ... and returns the size of the map behind it.
    MapSize addConvolution(ParameterLayout& layout, const std::string& prefix, const ConvShape& shape,
                           const MapSize& from) {
        const std::string name = fmt::format("{}.conv.{}", prefix, convolutions_.size());
        convolutions_.push_back(ConvLayer::add(layout, name, shape, from));
        return convolutions_.back().to();
    }

    Style style_;
    std::vector<ConvLayer> convolutions_;
    std::optional<Mlp> dense_;
};

class ConvEncoder : public ConvNetwork {
  public:
    ConvEncoder(ParameterLayout& layout, const std::string& prefix, const NetworkShape& shape, const Style& style)
        : ConvNetwork(style), data_(shape.data), noise_(shape.inputs - shape.data.dim) {
        const MapSize smallest = smallestMap(style.network, shape);
        MapSize size{data_.height, data_.width};
        int channels = data_.channels;
        for (const int next : shape.channels) {
            size = addConvolution(layout, prefix, halving(channels, next), size);
            channels = next;
        }
        dense_.emplace(layout, prefix + ".dense", channels * smallest.pixels() + noise_, shape.hidden, shape.outputs,
                       style.activation);
    }

    torch::Tensor forward(const FleetParameters& parameters, torch::Tensor x) const override {
        torch::Tensor maps = mapsOfImages(x.narrow(-1, 0, data_.dim), data_);
        for (const ConvLayer& layer : convolutions_) {
            maps = activate(layer.forward(parameters, maps), style_.activation);
        }
        torch::Tensor features = rowsOfMaps(maps, parameters.members());
        if (noise_ > 0) {
            features = withNoise(features, x.narrow(-1, data_.dim, noise_));
        }
        return dense_->forward(parameters, features);
    }

  private:
    DataShape data_;
    int noise_;
};

class ConvDecoder : public ConvNetwork {
  public:
    ConvDecoder(ParameterLayout& layout, const std::string& prefix, const NetworkShape& shape, const Style& style)
        : ConvNetwork(style),
          data_(shape.data),
          smallest_(smallestMap(style.network, shape)),
          channels_(shape.channels) {
        dense_.emplace(layout, prefix + ".dense", shape.inputs, shape.hidden, channels_.front() * smallest_.pixels(),
                       style.activation);
        MapSize size = smallest_;
        for (std::size_t i = 0; i < channels_.size(); ++i) {
            const bool last = i + 1 == channels_.size();
            const int next = last ? shape.outputs / data_.dim * data_.channels : channels_[i + 1];
            size = addConvolution(layout, prefix, doubling(channels_[i], next), size);
        }
    }

    torch::Tensor forward(const FleetParameters& parameters, torch::Tensor z) const override {
        const torch::Tensor features = activate(dense_->forward(parameters, std::move(z)), style_.activation);
        torch::Tensor maps = mapsOfRows(features, channels_.front(), smallest_);
        for (const ConvLayer& layer : convolutions_) {
            maps = layer.forward(parameters, maps);
            if (&layer != &convolutions_.back()) {
                maps = activate(maps, style_.activation);
            }
        }
        return imagesOfMaps(maps, parameters.members(), data_);
    }

  private:
    DataShape data_;
    MapSize smallest_;
    std::vector<int> channels_;
};

std::shared_ptr<const Network> make(ParameterLayout& layout, const std::string& prefix, const NetworkShape& shape,
                                    const Style& style) {
    if (shape.role == NetworkRole::Encoder) {
        return std::make_shared<const ConvEncoder>(layout, prefix, shape, style);
    }
    return std::make_shared<const ConvDecoder>(layout, prefix, shape, style);
}

}  // namespace

std::shared_ptr<const Network> makeConv(ParameterLayout& layout, const std::string& prefix, const NetworkShape& shape) {
    return make(layout, prefix, shape, {"conv", shape.activation, std::nullopt});
}

std::shared_ptr<const Network> makeDcgan(ParameterLayout& layout, const std::string& prefix,
                                         const NetworkShape& shape) {
    constexpr double kStddev = 0.02;
    const Activation activation = shape.role == NetworkRole::Encoder ? Activation::LeakyRelu : Activation::Relu;
    return make(layout, prefix, shape, {"dcgan", activation, kStddev});
}

}  // namespace elbo
