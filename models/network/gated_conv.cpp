#include "models/network/gated_conv.h"

#include <fmt/format.h>

#include <cmath>
#include <utility>
#include <vector>

#include "models/network/conv_layer.h"
#include "models/network/implicit_network.h"
#include "models/network/linear_layer.h"
#include "models/network/mlp.h"
#include "models/tensor/torch.h"

namespace elbo {
namespace {

constexpr const char* kName = "gated_conv";

/// Variance of first weights times the fan-in. A gate halves what it lets through: E sigmoid(b)^2 is 0.29 for b of unit
/// variance. So that values keep a variance near 1 it takes 3.0 where nothing is padded, and somewhat more to make up
/// for the zeros at the edges.
constexpr double kGatedGain = 3.4;

/// maps: [B, M * 2 C, H, W], for each member the values and then their gates. Returns [B, M * C, H, W].
torch::Tensor gated(const torch::Tensor& maps, std::int64_t members) {
    const std::int64_t count = maps.size(0), both = maps.size(1) / members, height = maps.size(2), width = maps.size(3);
    return torch::glu(maps.reshape({count, members, both, height, width}), 2)
        .reshape({count, members * (both / 2), height, width});
}

/// All layers but the last are gated; the parts stand in the order of the layers within their kind.
class GatedNetwork : public Network {
  public:
    void initialise(FleetParameters& parameters, torch::Generator& generator) const override {
        for (const LinearLayer& layer : dense_) {
            layer.initialiseNormal(parameters, std::sqrt(kGatedGain / layer.inputs), generator);
        }
        for (const ConvLayer& layer : convolutions_) {
            layer.initialiseNormal(parameters, std::sqrt(kGatedGain / layer.shape.fanIn()), generator);
        }
        initialiseLast(parameters, generator);
    }

    NetworkCost cost() const override {
        NetworkCost cost = costOf(dense_);
        for (const ConvLayer& layer : convolutions_) {
            cost += layer.cost();
        }
        // Behind each of them half as many values as it gives are left by its gates.
        cost.outputs += cost.outputs / 2;
        cost += costOfLast();
        return cost;
    }

  protected:
    virtual void initialiseLast(FleetParameters& parameters, torch::Generator& generator) const = 0;
    virtual NetworkCost costOfLast() const = 0;

    /// Registers a gated layer under "prefix.conv.0", ... and returns the size of the map behind it.
    MapSize addConvolution(ParameterLayout& layout, const std::string& prefix, ConvShape shape, const MapSize& from) {
        shape.outputs *= 2;
        const std::string name = fmt::format("{}.conv.{}", prefix, convolutions_.size());
        convolutions_.push_back(ConvLayer::add(layout, name, shape, from));
        return convolutions_.back().to();
    }

    /// Registers gated layers under "prefix.dense.0", ... and returns the width behind them.
    int addHidden(ParameterLayout& layout, const std::string& prefix, int inputs, const std::vector<int>& hidden) {
        for (const int width : hidden) {
            const std::string name = fmt::format("{}.dense.{}", prefix, dense_.size());
            dense_.push_back(LinearLayer::add(layout, name, inputs, 2 * width));
            inputs = width;
        }
        return inputs;
    }

    torch::Tensor throughHidden(const FleetParameters& parameters, torch::Tensor rows) const {
        for (const LinearLayer& layer : dense_) {
            rows = torch::glu(layer.forward(parameters, rows), -1);
        }
        return rows;
    }

    torch::Tensor throughConvolutions(const FleetParameters& parameters, torch::Tensor maps) const {
        for (const ConvLayer& layer : convolutions_) {
            maps = gated(layer.forward(parameters, maps), parameters.members());
        }
        return maps;
    }

  private:
    std::vector<LinearLayer> dense_;
    std::vector<ConvLayer> convolutions_;
};

class GatedEncoder : public GatedNetwork {
  public:
    GatedEncoder(ParameterLayout& layout, const std::string& prefix, const NetworkShape& shape)
        : data_(shape.data), noise_(shape.inputs - shape.data.dim) {
        const MapSize smallest = smallestMap(kName, shape);
        MapSize size{data_.height, data_.width};
        int channels = data_.channels;
        for (const int next : shape.channels) {
            size = addConvolution(layout, prefix, {.inputs = channels, .outputs = next, .kernel = {5, 5}, .padding = 2},
                                  size);
            size = addConvolution(layout, prefix,
                                  {.inputs = next, .outputs = next, .kernel = {5, 5}, .stride = {2, 2}, .padding = 2},
                                  size);
            channels = next;
        }
        const int width = addHidden(layout, prefix, channels * smallest.pixels() + noise_, shape.hidden);
        last_ = LinearLayer::add(layout, prefix + ".outputs", width, shape.outputs);
    }

    torch::Tensor forward(const FleetParameters& parameters, torch::Tensor x) const override {
        const torch::Tensor images = mapsOfImages(x.narrow(-1, 0, data_.dim), data_);
        torch::Tensor features = rowsOfMaps(throughConvolutions(parameters, 2.0 * images - 1.0), parameters.members());
        if (noise_ > 0) {
            features = withNoise(features, x.narrow(-1, data_.dim, noise_));
        }
        return last_.forward(parameters, throughHidden(parameters, features));
    }

  protected:
    void initialiseLast(FleetParameters& parameters, torch::Generator& generator) const override {
        last_.initialiseNormal(parameters, std::sqrt(1.0 / last_.inputs), generator);
    }
    NetworkCost costOfLast() const override { return costOf({last_}); }

  private:
    DataShape data_;
    int noise_;
    LinearLayer last_;
};

class GatedDecoder : public GatedNetwork {
  public:
    GatedDecoder(ParameterLayout& layout, const std::string& prefix, const NetworkShape& shape) : data_(shape.data) {
        const MapSize smallest = smallestMap(kName, shape);
        width_ = addHidden(layout, prefix, shape.inputs, shape.hidden);
        int channels = shape.channels.front();
        // From a map of one pixel; its stride spreads nothing, but says that every value of the result has one weight
        // for each input.
        MapSize size = addConvolution(
            layout, prefix,
            {.inputs = width_, .outputs = channels, .kernel = smallest, .stride = smallest, .transposed = true},
            {1, 1});
        for (const int next : shape.channels) {
            size = addConvolution(
                layout, prefix,
                {.inputs = channels, .outputs = next, .kernel = {5, 5}, .padding = 2, .transposed = true}, size);
            size = addConvolution(layout, prefix,
                                  {.inputs = next,
                                   .outputs = next,
                                   .kernel = {5, 5},
                                   .stride = {2, 2},
                                   .padding = 2,
                                   .transposed = true,
                                   .outputPadding = 1},
                                  size);
            channels = next;
        }
        // A kernel with an even side has no middle: its result is cut by one pixel above and on the left, by two below
        // and on the right.
        size = addConvolution(layout, prefix,
                              {.inputs = channels,
                               .outputs = channels,
                               .kernel = {4, 4},
                               .padding = 1,
                               .transposed = true,
                               .outputPadding = -1},
                              size);
        const int outputs = shape.outputs / data_.dim * data_.channels;
        last_ = ConvLayer::add(layout, prefix + ".outputs",
                               {.inputs = channels, .outputs = outputs, .kernel = {5, 5}, .padding = 2}, size);
    }

    torch::Tensor forward(const FleetParameters& parameters, torch::Tensor z) const override {
        const torch::Tensor pixels = mapsOfRows(throughHidden(parameters, std::move(z)), width_, {1, 1});
        const torch::Tensor maps = last_.forward(parameters, throughConvolutions(parameters, pixels));
        return imagesOfMaps(maps, parameters.members(), data_);
    }

  protected:
    void initialiseLast(FleetParameters& parameters, torch::Generator& generator) const override {
        last_.initialiseNormal(parameters, std::sqrt(1.0 / last_.shape.fanIn()), generator);
    }
    NetworkCost costOfLast() const override { return last_.cost(); }

  private:
    DataShape data_;
    int width_ = 0;
    ConvLayer last_;
};

}  // namespace

std::shared_ptr<const Network> makeGatedConv(ParameterLayout& layout, const std::string& prefix,
                                             const NetworkShape& shape) {
    if (shape.role == NetworkRole::Encoder) {
        return std::make_shared<const GatedEncoder>(layout, prefix, shape);
    }
    return std::make_shared<const GatedDecoder>(layout, prefix, shape);
}

}  // namespace elbo
