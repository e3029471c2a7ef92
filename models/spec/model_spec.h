// What a latent-variable model is made of, as a plain value: no tensor, no thread.
#pragma once

#include <string>
#include <vector>

#include "models/spec/names.h"

namespace elbo {

enum class Activation { Identity, Relu, LeakyRelu, Tanh, Sigmoid, Softplus, Gelu, Elu };

template <>
inline constexpr std::array<EnumName<Activation>, 8> namesOf<Activation>{{
    {Activation::Identity, "identity", "identity", "x: no nonlinearity"},
    {Activation::Relu, "relu", "ReLU", "max(0, x)"},
    {Activation::LeakyRelu, "leaky_relu", "leaky ReLU", "x above 0, a tenth of it below"},
    {Activation::Tanh, "tanh", "tanh", "tanh(x)"},
    {Activation::Sigmoid, "sigmoid", "sigmoid", "1 / (1 + exp(-x))"},
    {Activation::Softplus, "softplus", "softplus", "log(1 + exp(x))"},
    {Activation::Gelu, "gelu", "GELU", "x times the normal distribution function of x"},
    {Activation::Elu, "elu", "ELU", "x above 0, exp(x) - 1 below"},
}};
static_assert(wellNamed(Activation::Elu));

enum class LikelihoodKind {
    Bernoulli,            ///< p(x|z) = prod_i Ber(x_i; sigmoid(logit_i(z)))
    Gaussian,             ///< p(x|z) = N(x; mean(z), variance)
    ContinuousBernoulli,  ///< Bernoulli's formula with its normaliser on [0, 1]: a density for grey values
};

template <>
inline constexpr std::array<EnumName<LikelihoodKind>, 3> namesOf<LikelihoodKind>{{
    {LikelihoodKind::Bernoulli, "bernoulli", "Bernoulli", "binary pixels, independent given the code"},
    {LikelihoodKind::Gaussian, "gaussian", "Gaussian", "real values, independent given the code"},
    {LikelihoodKind::ContinuousBernoulli, "continuous_bernoulli", "continuous Bernoulli",
     "grey values from 0 to 1, independent given the code"},
}};
static_assert(wellNamed(LikelihoodKind::ContinuousBernoulli));

/// Where the variance of a Gaussian likelihood comes from.
enum class VarianceKind {
    Fixed,    ///< ModelSpec::noiseVariance, never trained
    Learned,  ///< one trained scalar per fleet member, started at ModelSpec::noiseVariance
    Network,  ///< one value per data dimension, an output of the decoder
};

template <>
inline constexpr std::array<EnumName<VarianceKind>, 3> namesOf<VarianceKind>{{
    {VarianceKind::Fixed, "fixed", "fixed", "a given number, never trained"},
    {VarianceKind::Learned, "learned", "learned", "one trained number"},
    {VarianceKind::Network, "network", "network", "one value per dimension of the data, an output of the decoder"},
}};
static_assert(wellNamed(VarianceKind::Network));

/// How a network output a becomes a standard deviation.
enum class ScaleKind {
    Exponential,  ///< sqrt(exp(a) + minimum^2): a is the log variance
    Sigmoid,      ///< sigmoid(a) + minimum, as the InfoVAE authors' code does
    Softplus,     ///< sqrt(softplus(a + c) + minimum^2), c such that a = 0 is a variance of 1: [RD] F.1
};

template <>
inline constexpr std::array<EnumName<ScaleKind>, 3> namesOf<ScaleKind>{{
    {ScaleKind::Exponential, "exponential", "exponential", "the output is the logarithm of the variance"},
    {ScaleKind::Sigmoid, "sigmoid", "sigmoid",
     "the standard deviation is a sigmoid of the output, as in the code of the InfoVAE authors"},
    {ScaleKind::Softplus, "softplus", "softplus",
     "the variance is a softplus of the output, 1 where the output is 0, as in [RD]"},
}};
static_assert(wellNamed(ScaleKind::Softplus));

/// In which order the steps of a flow see the coordinates.
enum class FlowPermutation {
    Reverse,  ///< every second step from the last to the first
    None,     ///< all from the first to the last: the first coordinate is never moved by another one
};

template <>
inline constexpr std::array<EnumName<FlowPermutation>, 2> namesOf<FlowPermutation>{{
    {FlowPermutation::Reverse, "reverse", "reverse", "every second step sees the coordinates in reverse order"},
    {FlowPermutation::None, "none", "none", "all steps see them in the same order; nothing ever moves the first one"},
}};
static_assert(wellNamed(FlowPermutation::None));

/// What the steps of a posterior's flow see besides the code.
enum class FlowContext {
    None,  ///< nothing: one flow for all examples
    H,     ///< further outputs of the encoder, as biases of the hidden layers
};

template <>
inline constexpr std::array<EnumName<FlowContext>, 2> namesOf<FlowContext>{{
    {FlowContext::None, "none", "none",
     "the code alone: one flow for all examples, which is a Gaussian posterior with a flow as prior"},
    {FlowContext::H, "h", "h", "further outputs of the encoder: every example has a flow of its own"},
}};
static_assert(wellNamed(FlowContext::H));

/// Architecture of encoder, posterior, decoder and likelihood. Widths list the hidden layers only; an empty list is a
/// linear map. Of networks that see images they are the fully connected layers beside the convolutions.
struct ModelSpec {
    int latentDim = 2;
    std::string network = "mlp";                  ///< of encoder and decoder: a name of networkRows()
    std::string posterior = "diagonal_gaussian";  ///< a name of posteriorRows(); implicit where there is encoder noise
    std::string prior = "standard_normal";        ///< a name of priorRows()
    int priorComponents = 10;                     ///< K of a mixture, or pseudo-inputs
    int flowSteps = 4;                            ///< of the flows of prior and posterior
    std::vector<int> flowHidden{64, 64};          ///< widths of the hidden layers of each step
    FlowPermutation flowPermutation = FlowPermutation::Reverse;
    FlowContext flowContext = FlowContext::None;
    std::vector<int> encoder{512, 512};
    std::vector<int> decoder{512, 512};
    /// Of networks that see images: channels behind each halving of the sides, from the image to the code, and before
    /// each doubling, from the code to the image.
    std::vector<int> encoderChannels{16, 32};
    std::vector<int> decoderChannels{32, 16};
    Activation activation = Activation::Relu;
    LikelihoodKind likelihood = LikelihoodKind::Bernoulli;
    VarianceKind variance = VarianceKind::Fixed;
    double noiseVariance = 1.0;  ///< sigma^2 of a Gaussian likelihood (squared data units)
    ScaleKind scale = ScaleKind::Exponential;
    double minimumStddev = 1e-4;  ///< floor of posterior and trained likelihood standard deviations
    /// Standard normal values that are appended to the input of the encoder, whose output is then the code itself: an
    /// implicit posterior, which has samples but no density. 0: the Gaussian posterior.
    int encoderNoise = 0;
    int decoderNoise = 0;  ///< the same for the decoder, whose output is then x itself. 0: a likelihood

    bool operator==(const ModelSpec&) const = default;

    /// The posterior in force.
    std::string posteriorName() const { return encoderNoise > 0 ? "implicit" : posterior; }
};

}  // namespace elbo
