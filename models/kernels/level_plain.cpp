// What every machine has; vectors of 16 bytes suit SSE2 and NEON alike.
#define ELBO_VECTOR_BYTES 16
#include "models/kernels/level.inl"

namespace elbo {

const KernelTable<float>& kernelsPlain(float) {
    return kFloatTable;
}

const KernelTable<double>& kernelsPlain(double) {
    return kDoubleTable;
}

}  // namespace elbo
