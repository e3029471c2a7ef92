// x86-64-v2: SSE4.2.
#if defined(__x86_64__)
#define ELBO_VECTOR_BYTES 16
#include "models/kernels/level.inl"

namespace elbo {

const KernelTable<float>& kernelsV2(float) {
    return kFloatTable;
}

const KernelTable<double>& kernelsV2(double) {
    return kDoubleTable;
}

}  // namespace elbo
#endif
