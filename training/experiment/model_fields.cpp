// The fields of an experiment in [model].
#include <fmt/format.h>

#include <string>

#include "models/network/networks.h"
#include "models/posterior/posteriors.h"
#include "models/prior/priors.h"
#include "training/experiment/field_kinds.h"

namespace elbo {
namespace {

FieldRelevance gaussianOnly() {
    return {"for model.likelihood = \"gaussian\"",
            [](const Experiment& experiment) { return experiment.model.likelihood == LikelihoodKind::Gaussian; }};
}

FieldRelevance flowsOnly() {
    return {"for model.prior = \"maf\" or model.posterior = \"iaf\"", [](const Experiment& experiment) {
                return experiment.model.prior == "maf" || experiment.model.posteriorName() == "iaf";
            }};
}

/// Only for the networks that heed a trait.
FieldRelevance heededByNetworks(bool NetworkTraits::*trait) {
    std::string names;
    for (const RegistryRow& row : networkRows()) {
        if (networkTraits(row.name).*trait) {
            names += fmt::format("{}\"{}\"", names.empty() ? "" : ", ", row.name);
        }
    }
    return {"for model.network = " + names,
            [trait](const Experiment& experiment) { return networkTraits(experiment.model.network).*trait; }};
}

}  // namespace

std::vector<ExperimentField> modelFields() {
    constexpr FieldGroup kGroup = FieldGroup::Model;
    const std::string widthsTip =
        "Hidden layers such as 512, 512; empty for a linear map. Beside convolutions they are the layers without.";
    return {
        integer({.key = "model.latent_dim",
                 .label = "Latent dimension",
                 .tip = "How many numbers make up a code: dim z.",
                 .group = kGroup},
                at(&Experiment::model, &ModelSpec::latentDim), {1, 4096}),
        widths({.key = "model.encoder", .label = "Encoder widths", .tip = widthsTip, .group = kGroup},
               at(&Experiment::model, &ModelSpec::encoder)),
        widths({.key = "model.decoder", .label = "Decoder widths", .tip = widthsTip, .group = kGroup},
               at(&Experiment::model, &ModelSpec::decoder)),
        widths({.key = "model.encoder_channels",
                .label = "Encoder channels",
                .tip = "Channels such as 16, 32 from the image to the code: each number halves the sides once.",
                .group = kGroup,
                .relevance = heededByNetworks(&NetworkTraits::images)},
               at(&Experiment::model, &ModelSpec::encoderChannels)),
        widths({.key = "model.decoder_channels",
                .label = "Decoder channels",
                .tip = "Channels such as 32, 16 from the code to the image: each number doubles the sides once.",
                .group = kGroup,
                .relevance = heededByNetworks(&NetworkTraits::images)},
               at(&Experiment::model, &ModelSpec::decoderChannels)),
        named({.key = "model.network",
               .label = "Network",
               .tip = "What encoder and decoder are made of.",
               .group = kGroup},
              at(&Experiment::model, &ModelSpec::network), networkRows()),
        choice({.key = "model.activation",
                .label = "Activation",
                .tip = "The nonlinearity after every hidden layer.",
                .group = kGroup,
                .relevance = heededByNetworks(&NetworkTraits::activation)},
               at(&Experiment::model, &ModelSpec::activation)),
        named({.key = "model.posterior",
               .label = "Posterior",
               .tip = "Distribution of the code of an example, q(z|x).",
               .group = kGroup,
               .relevance = {"for model.encoder_noise = 0",
                             [](const Experiment& experiment) { return experiment.model.encoderNoise == 0; }}},
              at(&Experiment::model, &ModelSpec::posterior), posteriorRows()),
        named({.key = "model.prior",
               .label = "Prior",
               .tip = "Distribution of codes before any example, p(z).",
               .group = kGroup},
              at(&Experiment::model, &ModelSpec::prior), priorRows()),
        integer({.key = "model.prior_components",
                 .label = "Prior components",
                 .tip = "K, the number of components of a mixture, or of pseudo-inputs.",
                 .group = kGroup,
                 .relevance = {"for model.prior = \"gaussian_mixture\" or \"vamp\"",
                               [](const Experiment& experiment) {
                                   return experiment.model.prior == "gaussian_mixture" ||
                                          experiment.model.prior == "vamp";
                               }}},
                at(&Experiment::model, &ModelSpec::priorComponents), {1, 10000}),
        integer({.key = "model.flow_steps",
                 .label = "Flow steps",
                 .tip = "How many masked networks move the code one after the other in a flow.",
                 .group = kGroup,
                 .relevance = flowsOnly()},
                at(&Experiment::model, &ModelSpec::flowSteps), {1, 64}),
        widths({.key = "model.flow_hidden",
                .label = "Flow widths",
                .tip = "Hidden layers of every step of a flow, such as 640, 640, 640; empty for a linear one.",
                .group = kGroup,
                .relevance = flowsOnly()},
               at(&Experiment::model, &ModelSpec::flowHidden)),
        choice({.key = "model.flow_permutation",
                .label = "Flow order",
                .tip = "In which order the steps of a flow see the latent dimensions.",
                .group = kGroup,
                .relevance = flowsOnly()},
               at(&Experiment::model, &ModelSpec::flowPermutation)),
        choice({.key = "model.flow_context",
                .label = "Flow context",
                .tip = "What the steps of the posterior's flow see besides the code.",
                .group = kGroup,
                .relevance = {"for model.posterior = \"iaf\"",
                              [](const Experiment& experiment) { return experiment.model.posteriorName() == "iaf"; }}},
               at(&Experiment::model, &ModelSpec::flowContext)),
        choice({.key = "model.likelihood",
                .label = "Likelihood",
                .tip = "Distribution of an example given its code.",
                .group = kGroup},
               at(&Experiment::model, &ModelSpec::likelihood)),
        choice({.key = "model.variance",
                .label = "Decoder variance",
                .tip = "Variance of the Gaussian decoder.",
                .group = kGroup,
                .relevance = gaussianOnly()},
               at(&Experiment::model, &ModelSpec::variance)),
        real({.key = "model.noise_variance",
              .label = "Variance value",
              .tip = "The fixed variance, or where learning starts.",
              .unit = "squared units of the data",
              .group = kGroup,
              .relevance = gaussianOnly()},
             at(&Experiment::model, &ModelSpec::noiseVariance), kAboveZero),
        choice({.key = "model.scale",
                .label = "Scale",
                .tip = "How an output of a network becomes a standard deviation.",
                .group = kGroup,
                .inPanel = false},
               at(&Experiment::model, &ModelSpec::scale)),
        real({.key = "model.minimum_stddev",
              .label = "Least deviation",
              .tip = "The floor of the standard deviations that networks give.",
              .group = kGroup,
              .inPanel = false},
             at(&Experiment::model, &ModelSpec::minimumStddev), kBelowOne),
        integer({.key = "model.encoder_noise",
                 .label = "Encoder noise",
                 .tip = "Numbers of noise that enter the encoder with the example, which gives the posterior any "
                        "shape; its rate then needs a critic (rate_estimate = adversarial). 0: a normal posterior.",
                 .group = FieldGroup::Implicit},
                at(&Experiment::model, &ModelSpec::encoderNoise), {0, 4096}),
        integer({.key = "model.decoder_noise",
                 .label = "Decoder noise",
                 .tip = "Numbers of noise that enter the decoder with the code, so that one code may become many "
                        "examples. 0: a likelihood.",
                 .group = FieldGroup::Implicit},
                at(&Experiment::model, &ModelSpec::decoderNoise), {0, 4096}),
    };
}

}  // namespace elbo
