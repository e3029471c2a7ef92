// The arithmetic of a training step as a table of functions, one table per instruction set and precision.
//
// Batches are kept in blocks: `width` examples side by side, one row per feature, so [blocks][features][width]. A row
// of a block is two vectors; every layer, however narrow, then fills whole vectors, weights are read as they lie in the
// parameter buffer, and a lane never meets another one before a sum over examples. The lanes past the last example of
// the last block hold anything; those sums leave them out.
#pragma once

#include <cstddef>

#include "models/kernels/cpu_level.h"
#include "models/spec/kernel.h"
#include "models/spec/model_spec.h"

namespace elbo {

/// One Adam step: corrections for the zero start are folded into the last two.
template <class Real>
struct AdamConstants {
    Real beta1;
    Real beta2;
    Real keep1;  ///< 1 - beta1, rounded from double
    Real keep2;  ///< 1 - beta2
    Real epsilon;
    Real stepSize;     ///< rate / (1 - beta1^t)
    Real inverseRoot;  ///< 1 / sqrt(1 - beta2^t)
};

/// All pointers are to memory of the caller; in-place arguments say so. Functions keep no state and allocate nothing.
/// Any thread. The order of every sum is fixed by the shapes, so equal arguments give equal bytes.
template <class Real>
struct KernelTable {
    int width;  ///< examples in a block

    /// rows [examples, features] to blocks [blocks][features][width].
    void (*toBlocks)(const Real* rows, int examples, int features, Real* blocks);

    /// Elements of scratch memory that the three products of a layer need.
    std::size_t (*productScratch)(int outputs, int blocks);
    /// out [outputs] = bias [outputs] + in [inputs] weight [inputs, outputs], in every lane.
    void (*layerForward)(const Real* weight, const Real* bias, const Real* in, Real* out, int inputs, int outputs,
                         int blocks, Real* scratch);
    /// inGradient [inputs] = outGradient [outputs] weight^T, in every lane; unless `kept` is null, times the derivative
    /// of the activation that made the inputs: `kept` [inputs] are its slopes where it keeps them, else its values.
    void (*layerInputGradient)(const Real* weight, const Real* outGradient, Activation activation, const Real* kept,
                               Real* inGradient, int inputs, int outputs, int blocks, Real* scratch);
    /// weightGradient [inputs, outputs] and biasGradient [outputs], summed over examples; both are overwritten. Returns
    /// the sum of all their entries, which is not finite when one of them is not.
    double (*layerWeightGradient)(const Real* in, const Real* outGradient, Real* weightGradient, Real* biasGradient,
                                  int inputs, int outputs, int examples, Real* scratch);

    /// values [count] in place; activations with activationKeepsSlope() also write their derivatives to `slopes`.
    void (*activate)(Activation activation, Real* values, Real* slopes, std::size_t count);

    /// softplus(l) - x l summed over features: perExample [blocks * width]; logits become gradients times `scale`.
    void (*bernoulli)(const Real* x, Real* logits, int features, int blocks, Real scale, double* perExample);
    /// (x - mean)^2 summed over features: perExample [blocks * width]; means become (mean - x) times `scale`.
    void (*gaussian)(const Real* x, Real* means, int features, int blocks, Real scale, double* perExample);
    /// ((x - mean)^2 / v + log v) / 2 summed over features, v from a second set of outputs: outputs [2 features] become
    /// gradients times `scale`.
    void (*gaussianNetwork)(ScaleKind kind, Real minimumStddev, const Real* x, Real* outputs, int features, int blocks,
                            Real scale, double* perExample);

    /// Codes z [latent] from outputs [2 latent] and noise [latent]; rates [blocks * width]. Keeps dz/da in `zSlope` and
    /// dR/da in `rateSlope` [latent], a being the second half of the outputs.
    void (*posterior)(ScaleKind kind, Real minimumStddev, const Real* outputs, const Real* noise, Real* z, Real* zSlope,
                      Real* rateSlope, int latent, int blocks, double* rates);
    /// outputs [2 latent] in place: their gradient from that of z and `rateScale` times that of R.
    void (*posteriorBackward)(Real* outputs, const Real* zGradient, const Real* zSlope, const Real* rateSlope,
                              Real rateScale, int latent, int blocks);

    /// Sum of k(a_i, b_j) over all pairs of `examples` codes; unless `gradient` [latent] is null, adds gradientScale
    /// times the sum over j of -k'(r2) (a_i - b_j) to it. `scratch`: examples * width elements.
    double (*kernelSum)(DivergenceKernel kernel, const Real* a, const Real* b, int latent, int examples, Real* gradient,
                        Real gradientScale, Real* scratch);

    /// One row of parameters and moments [count] in place.
    void (*adam)(Real* parameters, const Real* gradients, Real* first, Real* second, std::size_t count,
                 const AdamConstants<Real>& constants);

    /// exp and log of values [count] in place.
    void (*exponential)(Real* values, std::size_t count);
    void (*logarithm)(Real* values, std::size_t count);
};

/// Whether activate() needs memory for derivatives, because they do not follow from the activated value.
constexpr bool activationKeepsSlope(Activation activation) {
    return activation == Activation::Softplus || activation == Activation::Gelu || activation == Activation::Elu;
}

/// The functions of a level; a level that this machine or build has not is replaced by the next lower one.
template <class Real>
const KernelTable<Real>& kernelTable(CpuLevel level);
extern template const KernelTable<float>& kernelTable<float>(CpuLevel level);
extern template const KernelTable<double>& kernelTable<double>(CpuLevel level);

}  // namespace elbo
