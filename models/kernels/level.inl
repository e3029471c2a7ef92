// One level: its file sets ELBO_VECTOR_BYTES, includes this, hands out the two tables, and is compiled for its
// instruction set. All of it is in an unnamed namespace; no header included here may bring code into the object.

#include <cstddef>
#include <cstdint>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "models/kernels/kernel_table.h"
#include "models/kernels/levels.h"

namespace elbo {
namespace {

// The order is that of use.
// clang-format off
#include "models/kernels/vector.inl"
#include "models/kernels/vector_math.inl"
#include "models/kernels/activation.inl"
#include "models/kernels/reduction.inl"
#include "models/kernels/posterior.inl"
#include "models/kernels/likelihood.inl"
#include "models/kernels/divergence.inl"
#include "models/kernels/layout.inl"
#include "models/kernels/product.inl"
#include "models/kernels/row.inl"
// clang-format on

template <class Real>
constexpr KernelTable<Real> makeTable() {
    return {kWidth<Real>,
            toBlocks<Real>,
            productScratch<Real>,
            layerForward<Real>,
            layerInputGradient<Real>,
            layerWeightGradient<Real>,
            activate<Real>,
            bernoulli<Real>,
            gaussian<Real>,
            gaussianNetwork<Real>,
            posterior<Real>,
            posteriorBackward<Real>,
            kernelSum<Real>,
            adam<Real>,
            exponentialInPlace<Real>,
            logarithmInPlace<Real>};
}

constexpr KernelTable<float> kFloatTable = makeTable<float>();
constexpr KernelTable<double> kDoubleTable = makeTable<double>();

}  // namespace

}  // namespace elbo
