#include "models/kernels/kernel_table.h"

#include <algorithm>

#include "models/kernels/levels.h"

namespace elbo {

template <class Real>
const KernelTable<Real>& kernelTable(CpuLevel level) {
    switch (std::min(level, highestCpuLevel())) {
#if defined(__x86_64__)
        case CpuLevel::V4:
            return kernelsV4(Real{});
        case CpuLevel::V3:
            return kernelsV3(Real{});
        case CpuLevel::V2:
            return kernelsV2(Real{});
#endif
        default:
            return kernelsPlain(Real{});
    }
}

template const KernelTable<float>& kernelTable<float>(CpuLevel level);
template const KernelTable<double>& kernelTable<double>(CpuLevel level);

}  // namespace elbo
