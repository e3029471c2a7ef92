#include "models/kernels/fused_step.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace elbo {

namespace {

/// Elements between two buffers: a multiple of a cache line that keeps their starts off the same places in the cache.
constexpr std::size_t kGap = 80;

}  // namespace

template <class Real>
FusedStep<Real>::FusedStep(const ModelSpec& spec, int dataDim, ModelPlaces places, int members,
                           const KernelTable<Real>& kernels)
    : spec_(spec), dataDim_(dataDim), places_(std::move(places)), members_(members), kernels_(kernels) {
    encoder_.layers = places_.encoder;
    decoder_.layers = places_.decoder;
    const auto count = static_cast<std::size_t>(members);
    terms_[LossTerm::Distortion].resize(count);
    terms_[LossTerm::Rate].resize(count);
    terms_[LossTerm::MarginalDivergence].reserve(count);
    terms_.gradientSum.resize(count);
}

template <class Real>
void FusedStep<Real>::reserve(int examples) {
    examples_ = examples;
    blocks_ = (examples + kernels_.width - 1) / kernels_.width;
    if (examples == capacity_) {
        return;
    }
    capacity_ = examples;
    const auto lanes = static_cast<std::size_t>(blocks_) * static_cast<std::size_t>(kernels_.width);
    perExample_.assign(lanes, 0.0);

    // Two passes over the same list of buffers: the first measures, the second hands out.
    std::size_t used = 0;
    const auto take = [&](std::size_t elements) {
        Real* place = memory_ == nullptr ? nullptr : memory_.get() + used;
        used += (elements + kGap + 15) / 16 * 16;
        return place;
    };
    const auto layOut = [&] {
        used = 0;
        const auto latent = static_cast<std::size_t>(spec_.latentDim);
        x_ = take(static_cast<std::size_t>(dataDim_) * lanes);
        for (Real** buffer : {&noise_, &prior_, &z_, &zGradient_, &zSlope_, &rateSlope_}) {
            *buffer = take(latent * lanes);
        }
        std::size_t widest = 0;
        std::size_t scratch = lanes * static_cast<std::size_t>(kernels_.width);
        for (Trunk* trunk : {&encoder_, &decoder_}) {
            trunk->outputs.clear();
            trunk->slopes.clear();
            for (const LayerPlace& layer : trunk->layers) {
                const std::size_t size = static_cast<std::size_t>(layer.outputs) * lanes;
                trunk->outputs.push_back(take(size));
                trunk->slopes.push_back(activationKeepsSlope(spec_.activation) ? take(size) : nullptr);
                widest = std::max(widest, size);
                scratch = std::max(scratch, kernels_.productScratch(layer.outputs, blocks_));
            }
        }
        hiddenGradient_[0] = take(widest);
        hiddenGradient_[1] = take(widest);
        scratch_ = take(scratch);
    };
    memory_.reset();
    layOut();
    memory_.reset(static_cast<Real*>(::operator new (used * sizeof(Real), std::align_val_t{64})));
    std::fill_n(memory_.get(), used, Real(0));
    layOut();
}

template <class Real>
double FusedStep<Real>::meanOverExamples(const double* perExample) const {
    double sum = 0.0;
    for (int i = 0; i < examples_; ++i) {
        sum += perExample[i];
    }
    return sum / examples_;
}

template <class Real>
void FusedStep<Real>::forward(Trunk& trunk, const Real* parameters, const Real* in) {
    for (std::size_t i = 0; i < trunk.layers.size(); ++i) {
        const LayerPlace& layer = trunk.layers[i];
        Real* out = trunk.outputs[i];
        kernels_.layerForward(parameters + layer.weight, parameters + layer.bias, in, out, layer.inputs, layer.outputs,
                              blocks_, scratch_);
        if (i + 1 < trunk.layers.size()) {
            const auto count = static_cast<std::size_t>(layer.outputs) * static_cast<std::size_t>(blocks_) *
                               static_cast<std::size_t>(kernels_.width);
            kernels_.activate(spec_.activation, out, trunk.slopes[i], count);
        }
        in = out;
    }
}

template <class Real>
double FusedStep<Real>::backward(Trunk& trunk, const Real* parameters, Real* gradients, const Real* in,
                                 Real* inGradient) {
    const Real* outGradient = trunk.outputs.back();
    double sum = 0.0;
    for (std::size_t i = trunk.layers.size(); i-- > 0;) {
        const LayerPlace& layer = trunk.layers[i];
        const Real* layerIn = i == 0 ? in : trunk.outputs[i - 1];
        sum += kernels_.layerWeightGradient(layerIn, outGradient, gradients + layer.weight, gradients + layer.bias,
                                            layer.inputs, layer.outputs, examples_, scratch_);
        Real* next = i == 0 ? inGradient : hiddenGradient_[i % 2];
        if (next == nullptr) {
            break;
        }
        const Real* kept = i == 0 ? nullptr : activationKeepsSlope(spec_.activation) ? trunk.slopes[i - 1] : layerIn;
        kernels_.layerInputGradient(parameters + layer.weight, outGradient, spec_.activation, kept, next, layer.inputs,
                                    layer.outputs, blocks_, scratch_);
        outGradient = next;
    }
    return sum;
}

template <class Real>
double FusedStep<Real>::distortion(const Real* parameters, Real* gradients, double weight) {
    Real* outputs = decoder_.outputs.back();
    const double scale = weight / examples_;
    double* perExample = perExample_.data();
    if (spec_.likelihood == LikelihoodKind::Bernoulli) {
        kernels_.bernoulli(x_, outputs, dataDim_, blocks_, static_cast<Real>(scale), perExample);
        return meanOverExamples(perExample);
    }
    const double constant = 0.5 * dataDim_ * std::log(2.0 * std::numbers::pi);
    if (spec_.variance == VarianceKind::Network) {
        kernels_.gaussianNetwork(spec_.scale, static_cast<Real>(spec_.minimumStddev), x_, outputs, dataDim_, blocks_,
                                 static_cast<Real>(scale), perExample);
        return meanOverExamples(perExample) + constant;
    }
    const bool learned = spec_.variance == VarianceKind::Learned;
    const double unfloored =
        learned ? std::exp(static_cast<double>(parameters[places_.logVariance])) : spec_.noiseVariance;
    const double variance = unfloored + (learned ? spec_.minimumStddev * spec_.minimumStddev : 0.0);
    kernels_.gaussian(x_, outputs, dataDim_, blocks_, static_cast<Real>(scale / variance), perExample);
    const double squared = meanOverExamples(perExample) / variance;
    if (learned) {
        // dD/dlog v = (D - squared) / 2, and log v = log(e^s + floor) has the slope e^s / v.
        gradients[places_.logVariance] =
            static_cast<Real>(weight * 0.5 * (dataDim_ - squared) * (unfloored / variance));
    }
    return 0.5 * (squared + dataDim_ * std::log(variance)) + constant;
}

template <class Real>
void FusedStep<Real>::runMember(int member, const Real* parameters, Real* gradients, const TermWeights& weights,
                                DivergenceKernel kernel, bool divergence) {
    const auto index = static_cast<std::size_t>(member);
    const int latent = spec_.latentDim;
    forward(encoder_, parameters, x_);
    Real* outputs = encoder_.outputs.back();
    kernels_.posterior(spec_.scale, static_cast<Real>(spec_.minimumStddev), outputs, noise_, z_, zSlope_, rateSlope_,
                       latent, blocks_, perExample_.data());
    terms_[LossTerm::Rate][index] = meanOverExamples(perExample_.data());

    forward(decoder_, parameters, z_);
    terms_[LossTerm::Distortion][index] = distortion(parameters, gradients, weights.distortion[member]);
    double gradientSum = backward(decoder_, parameters, gradients, z_, zGradient_);

    if (divergence) {
        // Each pair of codes counts twice in the double sum, and so does each code against the prior draws.
        const double pairs = static_cast<double>(examples_) * examples_;
        const double scale = 4.0 * weights.marginalDivergence[member] / pairs;
        const double own =
            kernels_.kernelSum(kernel, z_, z_, latent, examples_, zGradient_, static_cast<Real>(-scale), scratch_);
        const double cross =
            kernels_.kernelSum(kernel, z_, prior_, latent, examples_, zGradient_, static_cast<Real>(scale), scratch_);
        terms_[LossTerm::MarginalDivergence][index] = (own - 2.0 * cross + priorSum_) / pairs;
    }
    kernels_.posteriorBackward(outputs, zGradient_, zSlope_, rateSlope_,
                               static_cast<Real>(weights.rate[member] / examples_), latent, blocks_);
    gradientSum += backward(encoder_, parameters, gradients, x_, nullptr);
    if (places_.logVariance >= 0) {
        gradientSum += static_cast<double>(gradients[places_.logVariance]);
    }
    terms_.gradientSum[index] = gradientSum;
}

template <class Real>
const StepTerms& FusedStep<Real>::run(const Real* parameters, Real* gradients, const StepBatch<Real>& batch,
                                      const TermWeights& weights, DivergenceKernel kernel) {
    reserve(batch.examples);
    kernels_.toBlocks(batch.x, examples_, dataDim_, x_);
    kernels_.toBlocks(batch.posterior, examples_, spec_.latentDim, noise_);
    const bool divergence = batch.prior != nullptr;
    terms_[LossTerm::MarginalDivergence].resize(divergence ? static_cast<std::size_t>(members_) : 0);
    if (divergence) {
        kernels_.toBlocks(batch.prior, examples_, spec_.latentDim, prior_);
        priorSum_ = kernels_.kernelSum(kernel, prior_, prior_, spec_.latentDim, examples_, nullptr, Real(0), scratch_);
    }
    for (int member = 0; member < members_; ++member) {
        const std::int64_t row = member * places_.size;
        runMember(member, parameters + row, gradients + row, weights, kernel, divergence);
    }
    return terms_;
}

template class FusedStep<float>;
template class FusedStep<double>;

}  // namespace elbo
