#include "models/network/networks.h"

#include "models/network/conv.h"
#include "models/network/gated_conv.h"
#include "models/network/mlp.h"
#include "models/network/residual_mlp.h"

namespace elbo {
namespace {

/// How a network is made, and what it heeds.
struct Maker {
    std::shared_ptr<const Network> (*make)(ParameterLayout&, const std::string&, const NetworkShape&);
    NetworkTraits traits;
};

template <class Entry>
std::shared_ptr<const Network> make(ParameterLayout& layout, const std::string& prefix, const NetworkShape& shape) {
    return std::make_shared<const Entry>(layout, prefix, shape.inputs, shape.hidden, shape.outputs, shape.activation);
}

constexpr NetworkTraits kOfAnything{.images = false, .activation = true};
constexpr NetworkTraits kOfImages{.images = true, .activation = true};
constexpr NetworkTraits kOfImagesAsPublished{.images = true, .activation = false};

const Registry<Maker>& registry() {
    static const Registry<Maker> kRegistry(
        "network",
        {{{"mlp", "MLP", "Fully connected layers, an activation after each but the last."}, {&make<Mlp>, kOfAnything}},
         {{"residual_mlp", "Residual MLP",
           "Fully connected layers; one that is as wide as the layer before it adds to its input."},
          {&make<ResidualMlp>, kOfAnything}},
         {{"conv", "Convolutions",
           "For images: convolutions that halve the sides, then fully connected layers; the decoder the other way "
           "round, with transposed convolutions."},
          {&makeConv, kOfImages}},
         {{"gated_conv", "Gated convolutions",
           "For images: as conv, with two convolutions for every size of map, each followed by a linear gate: the "
           "encoder and the deconvolution decoder of [RD] App. F."},
          {&makeGatedConv, kOfImagesAsPublished}},
         {{"dcgan", "DCGAN",
           "For images: as conv, with the activations and first weights of the InfoVAE authors' code."},
          {&makeDcgan, kOfImagesAsPublished}}});
    return kRegistry;
}

}  // namespace

const std::vector<RegistryRow>& networkRows() {
    return registry().rows();
}

NetworkTraits networkTraits(const std::string& name) {
    return hasRow(networkRows(), name) ? registry().find(name).traits : NetworkTraits{};
}

std::shared_ptr<const Network> makeNetwork(const std::string& name, ParameterLayout& layout, const std::string& prefix,
                                           const NetworkShape& shape) {
    return registry().find(name).make(layout, prefix, shape);
}

std::shared_ptr<const Network> makeEncoderNetwork(const ModelSpec& spec, ParameterLayout& layout, const DataShape& data,
                                                  int outputs) {
    return makeNetwork(spec.network, layout, "encoder",
                       {data.dim + spec.encoderNoise, spec.encoder, outputs, spec.activation, NetworkRole::Encoder,
                        data, spec.encoderChannels});
}

std::shared_ptr<const Network> makeDecoderNetwork(const ModelSpec& spec, ParameterLayout& layout, const DataShape& data,
                                                  int outputs) {
    return makeNetwork(spec.network, layout, "decoder",
                       {spec.latentDim + spec.decoderNoise, spec.decoder, outputs, spec.activation,
                        NetworkRole::Decoder, data, spec.decoderChannels});
}

}  // namespace elbo
