// x86-64-v3: AVX2 and FMA.
#if defined(__x86_64__)
#define ELBO_VECTOR_BYTES 32
#include "models/kernels/level.inl"

namespace elbo {

const KernelTable<float>& kernelsV3(float) {
    return kFloatTable;
}

const KernelTable<double>& kernelsV3(double) {
    return kDoubleTable;
}

}  // namespace elbo
#endif
