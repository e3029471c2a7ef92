// x86-64-v4: AVX-512.
#if defined(__x86_64__)
#define ELBO_VECTOR_BYTES 64
#include "models/kernels/level.inl"

namespace elbo {

const KernelTable<float>& kernelsV4(float) {
    return kFloatTable;
}

const KernelTable<double>& kernelsV4(double) {
    return kDoubleTable;
}

}  // namespace elbo
#endif
